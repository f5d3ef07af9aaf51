"""How far a round has come: by person, by unit, and what an officer has to do next."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Max, Q

from evaluations.models import Assignment, Indicator, Score, ScoreSheet

State = Assignment.State
BEHIND = 0.2  # of the work, beyond which somebody lags behind the calendar


@dataclass
class Load:
    """One person's share of a round."""

    member: object
    counts: Counter = field(default_factory=Counter)
    last: object = None
    scored: int = 0
    items: int = 0

    @property
    def given(self):
        return sum(self.counts.values())

    @property
    def signed(self):
        return self.counts[State.SIGNED]

    @property
    def percent(self):
        """Items scored, of all there are to score."""
        return round(100 * self.scored / self.items) if self.items else 0

    def lags(self, elapsed):
        """Well behind the share of the round's days that has gone by."""
        done = self.scored / self.items if self.items else 1
        return self.signed < self.given and done + BEHIND < elapsed


def elapsed(round, day):
    """The share of a round's days that has gone by."""
    days = (round.ends_on - round.starts_on).days + 1
    return min(1.0, max(0.0, (day - round.starts_on).days / days))


def loads_of(round):
    """Every member with what they have been given and how far they are; four queries."""
    members = round.members.select_related("user", "home").order_by(
        "-is_leader", "user__name", "pk"
    )
    loads = {member.user_id: Load(member) for member in members}
    sizes = items_by_edition(round)
    tasks = Assignment.objects.standing().filter(inspection__round=round)
    for who, state, edition in tasks.values_list("assessor", "state", "inspection__edition"):
        if who in loads:
            loads[who].counts[state] += 1
            loads[who].items += sizes[edition]
    _count_scores(round, loads, sizes)
    return list(loads.values())


def items_by_edition(round):
    """How many items an assessor has to score in each edition of the round."""
    rows = Indicator.objects.filter(
        edition__in=round.inspections.values("edition"), kind__in=Indicator.BASE
    )
    counted = rows.order_by().values_list("edition").annotate(n=Count("pk"))
    return defaultdict(int, counted)


def _count_scores(round, loads, sizes):
    scores = Score.objects.filter(
        sheet__assignment__inspection__round=round,
        sheet__is_current=True,
        indicator__kind__in=Indicator.BASE,
    ).exclude(sheet__assignment__state=State.WITHDRAWN)
    rows = scores.order_by().values_list("sheet__assignment__assessor")
    counted = rows.annotate(n=Count("pk", filter=Q(value__isnull=False)), last=Max("saved_at"))
    for who, number, last in counted:
        if who in loads:
            loads[who].scored, loads[who].last = number, last


@dataclass(frozen=True)
class Stand:
    """The round in figures."""

    units: int
    scheduled: int
    people: int
    short: int
    counts: Counter
    corrections: int

    @property
    def given(self):
        return sum(self.counts.values())

    @property
    def signed(self):
        return self.counts[State.SIGNED]

    @property
    def scoring(self):
        return self.counts[State.SCORING]

    @property
    def waiting(self):
        return self.counts[State.WAITING]


def stand_of(round):
    """Figures of a round; five queries whatever its size."""
    tasks = Assignment.objects.standing().filter(inspection__round=round)
    per_unit = Counter(tasks.values_list("inspection", flat=True))
    visits = list(round.inspections.values_list("pk", "visit_on"))
    states = tasks.order_by().values_list("state").annotate(n=Count("pk"))
    open_corrections = ScoreSheet.objects.corrections().filter(
        assignment__inspection__round=round, signed_at__isnull=False
    )
    return Stand(
        units=len(visits),
        scheduled=sum(on is not None for _, on in visits),
        people=round.members.count(),
        short=sum(per_unit[pk] < round.assessors_each for pk, _ in visits),
        counts=Counter(dict(states)),
        corrections=open_corrections.count(),
    )


@dataclass(frozen=True)
class Todo:
    """One thing to see to before scoring can begin."""

    title: str
    done: bool
    words: str
    url_name: str


def cautions(stand, round, day):
    """What to know before scoring begins all the same: opened early, visits without a day."""
    early = (round.starts_on - day).days
    found = [f"本轮次 {round.starts_on} 开始，今天打开早 {early} 天。"] if early > 0 else []
    if stand.scheduled < stand.units:
        left = stand.units - stand.scheduled
        found.append(f"还有 {left} 家没有安排到场日期，打开后仍可在“日程”里安排。")
    return found


def todos(stand, round):
    """What has to be prepared, in order; the day of visits is a convenience, not a condition."""
    units = f"已选 {stand.units} 家" if stand.units else "从已提交的自查或名册里选"
    team = f"{stand.people} 人" if stand.people else "加入测评人员，指定组长"
    if not stand.given:
        plan = f"每家 {round.assessors_each} 人，按规则分配后可以手工调整"
    elif stand.short:
        plan = f"还有 {stand.short} 家没有派足 {round.assessors_each} 人"
    else:
        plan = f"已派足，共 {stand.given} 份测评表"
    visits = f"已安排 {stand.scheduled} / {stand.units} 家" if stand.units else "选定单位后安排"
    return [
        Todo("选定测评单位", bool(stand.units), units, "evaluations:inspections"),
        Todo("组建测评组", bool(stand.people), team, "evaluations:inspection-team"),
        Todo(
            "分配测评任务",
            bool(stand.given) and not stand.short,
            plan,
            "evaluations:inspection-assign",
        ),
        Todo(
            "安排到场日程",
            bool(stand.units) and stand.scheduled == stand.units,
            visits,
            "evaluations:inspection-calendar",
        ),
    ]


def month_days(first):
    """The days of the weeks that a month lies in, Monday first, as rows of seven."""
    start = first - timedelta(days=first.weekday())
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    rows = []
    while start < after:
        rows.append([start + timedelta(days=number) for number in range(7)])
        start += timedelta(days=7)
    return rows
