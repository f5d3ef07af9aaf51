"""How a unit stood on a day: name, place, titles and what had happened, read for one page."""

from dataclasses import dataclass
from functools import cached_property

from dateutil.relativedelta import relativedelta
from django.db.models import Q

from portal.models import Region, RegionName
from units.models import Designation, UnitName
from units.models.level import LEVEL_ORDER
from units.rules import end_on, last_day, state_on, title_status
from units.tones import TITLE_TONES

Status = Designation.Status
HELD = frozenset({Status.VALID, Status.DUE, Status.REVERIFYING, Status.RECTIFYING})
FOREMOST = [
    Status.RECTIFYING,
    Status.DUE,
    Status.REVERIFYING,
    Status.VALID,
    Status.PENDING,
    Status.REVOKED,
]
BAR = 88  # width of a term bar, in the units of its drawing


@dataclass(frozen=True)
class TitleOn:
    """A title as it stood on a day; the words and figures that pages show of it."""

    title: Designation
    day: object
    status: Status
    end_then: object = None  # of the term, where it was another on that day

    @property
    def ends_on(self):
        """The exclusive end of the term as it was set on that day."""
        return self.end_then or self.title.ends_on

    @property
    def tone(self):
        return TITLE_TONES[self.status]

    @property
    def label(self):
        return self.status.label

    @property
    def is_held(self):
        """Does the unit have this title on that day, or is it a thing of the past?"""
        return self.status in HELD

    @property
    def last_day(self):
        return last_day(self.ends_on)

    @property
    def bar(self):
        """The elapsed part of the term, in units of the bar; none where a day is unknown."""
        begun, over = self.title.starts_on, self.ends_on
        if not (begun and over):
            return None
        share = (self.day - begun).days / (over - begun).days
        return round(BAR * min(max(share, 0), 1), 1)

    @property
    def bar_tone(self):
        return {Status.DUE: "due", Status.RECTIFYING: "due", Status.VALID: "ok"}.get(
            self.status, "off"
        )

    @property
    def left(self):
        """还有 35 天, 超 4 天; empty where there is no end or it doesn't matter any more."""
        if not self.last_day or self.status not in HELD | {Status.EXPIRED}:
            return ""
        return time_left(self.day, self.last_day)


def time_left(day, last):
    """How long until the last valid day, or how long since, in words."""
    if last < day:
        return f"已过 {span(last, day)}"
    return "今天到期" if last == day else f"还有 {span(day, last)}"


def span(start, end):
    """Days up to three months, then months and years."""
    days = (end - start).days
    if days <= 92:
        return f"{days} 天"
    gap = relativedelta(end, start)
    parts = [f"{gap.years} 年" if gap.years else "", f"{gap.months} 个月" if gap.months else ""]
    return " ".join(filter(None, parts))


class UnitOn:
    """One unit on one day. Everything is read at most once."""

    def __init__(self, unit, day, *, today, due_within):
        self.unit, self.day, self.today, self.due_within = unit, day, today, due_within
        self.is_past = day < today

    @cached_property
    def spell(self):
        """How it stood: of a unit closed by then, how it ended; None before it began."""
        spells = self.unit.spells.select_related("category", "region", "represents")
        begun = spells.filter(Q(starts_on=None) | Q(starts_on__lte=self.day))
        return begun.order_by("-pk").first()

    @property
    def is_closed(self):
        closed_on = self.unit.closed_on
        return bool(closed_on and closed_on <= self.day)

    @property
    def lags_behind(self):
        """The region it stands for has taken another name, and the unit has not followed."""
        stands_for = self.unit.represents
        return bool(stands_for and not self.is_closed and stands_for.name not in self.unit.name)

    @cached_property
    def all_titles(self):
        """Every title with its moves, highest level and latest first."""
        rows = self.unit.designations.select_related("kind", "batch", "superseded_by__unit")
        found = list(rows.prefetch_related("events"))
        latest_first = sorted(found, key=lambda each: (each.named_year or 0, each.pk), reverse=True)
        return sorted(latest_first, key=lambda each: LEVEL_ORDER[each.level])

    @cached_property
    def titles(self):
        """The titles of the unit up to that day; on a past day without those entered wrongly."""
        stood = [self._stood(each) for each in self.all_titles if self._known(each)]
        hidden = {Status.VOIDED, Status.PENDING} if self.is_past else set()
        return [each for each in stood if each.status not in hidden]

    def _known(self, title):
        year = title.named_year
        named = title.named_on or title.starts_on
        return named <= self.day if named else not year or year <= self.day.year

    def _stood(self, title):
        if not self.is_past:
            return TitleOn(title, self.day, title_status(title, self.day, self.due_within))
        events = title.events.all()
        state, ends_on = state_on(title, events, self.day), end_on(title, events, self.day)
        status = title_status(title, self.day, self.due_within, state, ends_on)
        return TitleOn(title, self.day, status, ends_on)

    @cached_property
    def held(self):
        return [each for each in self.titles if each.is_held]

    @property
    def foremost(self):
        """The title whose state stands beside the unit's name: what needs an eye comes first."""
        ranked = [each for each in self.titles if each.status in FOREMOST]
        return min(ranked, key=lambda each: FOREMOST.index(each.status), default=None)

    @cached_property
    def former_names(self):
        """Names borne before that day and no longer."""
        names = self.unit.names.filter(kind=UnitName.Kind.FORMER).order_by("ends_on")
        past = [each for each in names if not each.ends_on or each.ends_on <= self.day]
        return [each for each in past if not self.spell or each.name != self.spell.name]

    @cached_property
    def places(self):
        """The chain of regions from the 市 down, each with the name it had that day."""
        region = self.spell.region if self.spell else self.unit.region
        chain = Region.objects.in_bulk(region.ancestor_ids())
        names = names_on(chain, self.day) if self.is_past else {}
        rows = [chain[pk] for pk in region.ancestor_ids() if pk in chain]
        below = [each for each in rows if each.level != Region.Level.PROVINCE] or rows
        return [(each, names.get(each.pk, each.name)) for each in below]

    @property
    def place_line(self):
        return " / ".join(name for _, name in self.places)


def names_on(regions, day):
    """The former names that these regions bore on `day`, by id."""
    former = RegionName.objects.filter(region__in=regions, kind=RegionName.Kind.FORMER)
    borne = former.filter(Q(starts_on=None) | Q(starts_on__lte=day), ends_on__gt=day)
    return dict(borne.values_list("region_id", "name"))
