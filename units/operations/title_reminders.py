"""A title's end comes nearer: its unit hears of it at each mark of the rule, once each."""

from collections import Counter
from datetime import timedelta

from django.db.models import Prefetch

from portal.clock import Effect, unmarked
from portal.models import Region, User
from portal.operations.notifications import notify_all
from units.models import Designation, HonourRule, Level

DUTY = "titles.remind"
FALLBACK = (180, 90, 30, 7, 1)  # days before the end, where no rule names any


def remind_of_ends(on, at):
    """Tell units and their 旗 which titles end soon; yields what was said of which unit."""
    near = _near(on, at)
    notify_all(_lines_for_clerks(near), at=at)
    notify_all(_lines_for_offices(near, on), at=at)
    for title, left in near:
        yield Effect(title.unit.name, _words(title, left))


def _near(on, at):
    """Titles that have come under a mark, with the days left; a mark missed is made up for."""
    marks = _marks(on)
    found = {}
    for title in _ending(on, max(map(max, marks.values()))):
        left = (title.ends_on - on).days - 1  # the end is exclusive: on the last day none is left
        under = [mark for mark in marks.get(title.rule_id, marks[title.level]) if left <= mark]
        if under:
            found[f"{title.pk} {title.ends_on} {min(under)}"] = title, left
    return [found[key] for key in unmarked(DUTY, found, at)]


def _ending(on, furthest):
    active = Prefetch("unit__clerks", User.objects.filter(is_active=True), to_attr="told")
    titles = Designation.objects.in_force(on).filter(ends_on__lte=on + timedelta(days=furthest + 1))
    titles = titles.select_related("unit__region").prefetch_related(active)
    return titles.order_by("ends_on", "pk").iterator(chunk_size=2000)


def _marks(on):
    """{id of a rule, and level for titles without one: the days before the end}."""
    used = HonourRule.objects.filter(designations__isnull=False).distinct()
    in_force = HonourRule.objects.in_force(on).order_by("regulation__starts_on", "pk")
    marks = dict.fromkeys(Level.values, FALLBACK)
    marks |= {rule.level: tuple(rule.reminder_days) or FALLBACK for rule in in_force}
    return marks | {rule.pk: tuple(rule.reminder_days) or FALLBACK for rule in used}


def _words(title, left):
    last = title.ends_on - timedelta(days=1)
    return f"“{title.title}”{f'还有 {left} 天' if left else '今天'}到期，最后有效日 {last}。"


def _lines_for_clerks(near):
    for title, left in near:
        for clerk in title.unit.told:
            yield clerk, _words(title, left), title.get_absolute_url()


def _lines_for_offices(near, on):
    """Each officer of a 旗 gets one line for all of the day."""
    counties = dict(Region.objects.filter(level=Region.Level.COUNTY).values_list("pk", "name"))
    ids = (set(title.unit.region.ancestor_ids()) & counties.keys() for title, _ in near)
    numbers = Counter(pk for each in ids for pk in each)
    people = User.objects.filter(role=User.Role.OFFICER, is_active=True, region__in=numbers)
    for officer in people:
        text = f"{counties[officer.region_id]}有 {numbers[officer.region_id]} 个称号临近到期。"
        yield (
            officer,
            f"{on} {text}请安排复验或提醒单位重新申报。",
            "/units/designations/?status=due",
        )
