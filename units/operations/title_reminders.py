"""A title's end comes nearer: its unit hears of it at each mark of the rule, once each."""

from collections import Counter
from datetime import timedelta
from itertools import chain

from django.db.models import Case, CharField, Exists, OuterRef, Prefetch, Q, Value, When
from django.db.models.functions import Cast, Concat

from portal.bulk import insert_rows
from portal.clock import Effect
from portal.models import ClockMark, Region, User
from portal.operations.notifications import notify_all
from units.ending import told_of
from units.models import Designation, HonourRule, Level

DUTY = "titles.remind"
AT_ONCE = 2000  # titles held in memory
FALLBACK = (180, 90, 30, 7, 1)  # days before the end, where no rule names any


def remind_of_ends(on, at):
    """Tell units and their 旗 which titles end soon; yields what was said of which unit."""
    marked, numbers, last = _marked(on), Counter(), 0
    while chunk := _fresh(marked, last):
        last = chunk[-1].pk
        ways = dict(told_of(chunk, on))
        near = [(title, (title.ends_on - on).days - 1) for title in chunk]
        insert_rows(ClockMark, ("duty", "key", "at"), ((DUTY, each.mark, at) for each in chunk))
        notify_all(_lines_for_clerks(near, ways), at=at)
        numbers.update(_counties(near))
        for title, left in near:
            yield Effect(title.unit.name, _words(title, left))
    notify_all(_lines_for_offices(numbers, on), at=at)


def _fresh(marked, after):
    """The next titles under a mark of which nobody has been told, a few thousand at most."""
    active = Prefetch("unit__clerks", User.objects.filter(is_active=True), to_attr="told")
    done = ClockMark.objects.filter(duty=DUTY, key=OuterRef("mark"))
    rows = marked.filter(~Exists(done), pk__gt=after).order_by("pk")
    return list(
        rows.select_related("unit__region", "unit__category", "kind").prefetch_related(active)[
            :AT_ONCE
        ]
    )


def _marked(on):
    """Titles in force under a mark, each with its key: title, end, and the nearest mark.

    The end is exclusive: on the last day none is left. A mark that was missed is made up for.
    """
    own, usual = _marks(on)
    last = on + timedelta(days=1 + max(chain(*own.values(), *usual.values())))
    cases = [_case(Q(rule__in=rules), marks, on) for marks, rules in _alike(own).items()]
    cases += [_case(Q(level__in=levels), marks, on) for marks, levels in _alike(usual).items()]
    near = Case(*chain(*cases), output_field=CharField())
    parts = Cast("pk", CharField()), Value(" "), Cast("ends_on", CharField()), Value(" "), near
    rows = Designation.objects.in_force(on).filter(ends_on__lte=last)
    return rows.annotate(near=near).exclude(near=None).annotate(mark=Concat(*parts))


def _case(condition, marks, on):
    """The nearest mark of those that the condition speaks of; past the furthest, nothing."""
    for mark in sorted(marks):
        under = Q(ends_on__lte=on + timedelta(days=mark + 1))
        yield When(condition & under, then=Value(str(mark)))
    yield When(condition, then=None)


def _alike(marks):
    """{marks: keys that share them}: mostly one, whatever the number of rules."""
    found = {}
    for key, days in marks.items():
        found.setdefault(days, []).append(key)
    return found


def _marks(on):
    """({rule: its days before the end}, {level: those for titles without a rule})."""
    used = HonourRule.objects.filter(designations__isnull=False).distinct()
    in_force = HonourRule.objects.in_force(on).order_by("regulation__starts_on", "pk")
    usual = dict.fromkeys(Level.values, FALLBACK)
    usual |= {rule.level: tuple(rule.reminder_days) or FALLBACK for rule in in_force}
    return {rule.pk: tuple(rule.reminder_days) or FALLBACK for rule in used}, usual


def _words(title, left):
    last = title.ends_on - timedelta(days=1)
    return f"“{title.title}”{f'还有 {left} 天' if left else '今天'}到期，最后有效日 {last}。"


def _lines_for_clerks(near, ways):
    for title, left in near:
        for clerk in title.unit.told:
            yield clerk, f"{_words(title, left)}{ways[title]}", title.get_absolute_url()


def _counties(near):
    """Keys of the regions above each title, to be counted."""
    return chain.from_iterable(title.unit.region.ancestor_ids() for title, _ in near)


def _lines_for_offices(numbers, on):
    """Each officer of a 旗 gets one line for all of the day."""
    counties = dict(Region.objects.filter(level=Region.Level.COUNTY).values_list("pk", "name"))
    told = numbers.keys() & counties.keys()
    people = User.objects.filter(role=User.Role.OFFICER, is_active=True, region__in=told)
    for officer in people:
        text = f"{counties[officer.region_id]}有 {numbers[officer.region_id]} 个称号临近到期。"
        yield (
            officer,
            f"{on} {text}请安排复验或提醒单位重新申报。",
            "/units/designations/?status=due",
        )
