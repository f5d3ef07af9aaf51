"""Who scores which unit: barred pairs, an even load, and sentences where it can't be done.

The load is as even as the bars allow: no chain of exchanges could move a unit from somebody with
more to somebody with fewer. For loads of this kind that is the least spread there is (Harvey,
Ladner, Lovász, Tamir: Semi-matchings for bipartite graphs and load balancing, 2006).
"""

from collections import deque
from dataclasses import dataclass

OWN_HOME = "本旗县市区的人员不评本地单位"
OWN_UNIT = "是这家单位的填报员"
DECLARED = "已声明回避"
MOST_NAMED = 6


@dataclass(frozen=True)
class Subject:
    """A unit to be scored; `path` is its region's chain of ids."""

    key: int
    name: str
    path: str


@dataclass(frozen=True)
class Person:
    """An assessor: the 旗 they come from, the units they are clerk of or declared a tie to."""

    key: int
    name: str
    home: str = ""
    units: frozenset = frozenset()
    conflicts: frozenset = frozenset()


@dataclass(frozen=True)
class Proposal:
    """Pairs of subject and person, and what could not be met."""

    pairs: frozenset
    shortages: tuple = ()
    unevenness: str = ""

    @property
    def sentences(self):
        """Everything to be said about it, in order."""
        return [*self.shortages, *([self.unevenness] if self.unevenness else [])]


def barred(subject, person, *, own_home=False):
    """Why this person may not score this unit; empty if they may. 初验 is `own_home` work."""
    if subject.key in person.units:
        return OWN_UNIT
    if subject.key in person.conflicts:
        return DECLARED
    if not own_home and person.home and subject.path.startswith(person.home):
        return OWN_HOME
    return ""


def propose(subjects, people, *, each, own_home=False, kept=frozenset()):
    """Give every unit `each` persons; pairs in `kept` stay as they are. The same every time."""
    desk = _Desk(subjects, people, own_home, kept)
    for subject in desk.by_choice():
        desk.fill(subject, each)
    desk.even_out()
    return Proposal(
        frozenset(
            (subject, person) for subject, chosen in desk.chosen.items() for person in chosen
        ),
        tuple(_shortages(desk, each)),
        _unevenness(desk),
    )


class _Desk:
    """Units and people on the table while pairs are moved about."""

    def __init__(self, subjects, people, own_home, kept):
        self.subjects = {each.key: each for each in sorted(subjects, key=lambda each: each.key)}
        self.people = {each.key: each for each in sorted(people, key=lambda each: each.key)}
        self.own_home = own_home
        self.kept = {pair for pair in kept if pair[0] in self.subjects and pair[1] in self.people}
        self.chosen = {key: set() for key in self.subjects}
        self.load = dict.fromkeys(self.people, 0)
        self.allowed = {key: self._allowed(subject) for key, subject in self.subjects.items()}
        for subject, person in sorted(self.kept):
            self.take(subject, person)

    def _allowed(self, subject):
        free = (each for each in self.people.values())
        return [each.key for each in free if not barred(subject, each, own_home=self.own_home)]

    def take(self, subject, person):
        self.chosen[subject].add(person)
        self.load[person] += 1

    def drop(self, subject, person):
        self.chosen[subject].remove(person)
        self.load[person] -= 1

    def by_choice(self):
        """Units with the fewest people to choose from come first."""
        return sorted(self.subjects, key=lambda key: (len(self.allowed[key]), key))

    def fill(self, subject, number):
        free = [each for each in self.allowed[subject] if each not in self.chosen[subject]]
        free.sort(key=lambda person: (self.load[person], person))
        for person in free[: max(0, number - len(self.chosen[subject]))]:
            self.take(subject, person)

    def even_out(self):
        """Move units along chains from the busiest to the least busy until no chain helps."""
        while chain := self._chain():
            for subject, giver, taker in chain:
                self.drop(subject, giver)
                self.take(subject, taker)

    def _chain(self):
        least = min(self.load.values(), default=0)
        busy = [person for person in self.people if self.load[person] >= least + 2]
        busy.sort(key=lambda person: (-self.load[person], person))
        return next(filter(None, map(self._chain_from, busy)), None)

    def _chain_from(self, start):
        """The shortest chain of exchanges to somebody with at least two units fewer."""
        came, waiting = {start: None}, deque([start])
        while waiting:
            giver = waiting.popleft()
            if self.load[giver] <= self.load[start] - 2:
                return self._walk_back(came, giver)
            for subject, taker in self._exchanges(giver):
                if taker not in came:
                    came[taker] = subject, giver
                    waiting.append(taker)
        return None

    def _exchanges(self, giver):
        for subject in self.subjects:
            if giver in self.chosen[subject] and (subject, giver) not in self.kept:
                for taker in self.allowed[subject]:
                    if taker not in self.chosen[subject]:
                        yield subject, taker

    @staticmethod
    def _walk_back(came, person):
        """From the end to the start, so that nobody is given a unit twice on the way."""
        chain = []
        while came[person]:
            subject, giver = came[person]
            chain.append((subject, giver, person))
            person = giver
        return chain

    def spread(self):
        loads = self.load.values()
        return max(loads) - min(loads) if loads else 0


def _shortages(desk, each):
    for key, subject in desk.subjects.items():
        have = len(desk.chosen[key])
        if have < each:
            yield (
                f"“{subject.name}”需要 {each} 人，只能派 {have} 人，还差 {each - have} 人："
                f"{_reasons(desk, subject)}。请增加测评组成员，或减少每家测评人数。"
            )


def _reasons(desk, subject):
    found = {}
    for person in desk.people.values():
        reason = barred(subject, person, own_home=desk.own_home)
        if reason:
            found.setdefault(reason, []).append(person.name)
    told = [f"{listed(names)}{reason}" for reason, names in found.items()]
    return "；".join(told) or f"测评组只有 {len(desk.people)} 人"


def _unevenness(desk):
    if desk.spread() <= 1:
        return ""
    most = max(desk.people, key=lambda person: (desk.load[person], -person))
    least = min(desk.people, key=lambda person: (desk.load[person], person))
    return (
        f"各人家数相差 {desk.spread()} 家，已是可能的最小差距：{desk.people[most].name}"
        f" {desk.load[most]} 家，{desk.people[least].name} {desk.load[least]} 家，"
        "其余单位按规则须回避或已开始打分，不能再调。"
    )


def faults(subjects, people, pairs, *, own_home=False):
    """Sentences refusing what the rules forbid in an assignment made by hand."""
    units = {each.key: each for each in subjects}
    persons = {each.key: each for each in people}
    found = []
    for subject, person in sorted(pairs):
        if subject not in units or person not in persons:
            found.append("有一格的单位或人员已不在本轮次，请刷新后重新勾选。")
            continue
        reason = barred(units[subject], persons[person], own_home=own_home)
        if reason:
            found.append(f"“{units[subject].name}”不能派{persons[person].name}：{reason}。")
    return list(dict.fromkeys(found))


def short(subjects, pairs, each):
    """Units that have fewer than `each` persons, with how many they have."""
    count = {subject.key: 0 for subject in subjects}
    for subject, _ in pairs:
        count[subject] = count.get(subject, 0) + 1
    return [(subject, count[subject.key]) for subject in subjects if count[subject.key] < each]


def listed(names):
    """Some names, and how many more there are."""
    shown = "、".join(names[:MOST_NAMED])
    return f"{shown}等 {len(names)} 人" if len(names) > MOST_NAMED else shown
