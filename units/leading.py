"""Which of a unit's titles speaks for it: the highest in force, otherwise the latest that stood.

Said twice: for the database, which sorts thousands of units by it, and in Python for the few on a
page, where building the query would cost more than asking it. A test holds the two together.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When

from units.models import Designation, Level
from units.models.level import LEVEL_ORDER

NOT_IN_FORCE = len(LEVEL_ORDER)
LEVELS = dict(Level.choices)
UNKNOWN = date.min


@dataclass(slots=True)
class Lead:
    """A title as a row of a list shows it."""

    id: int
    unit_id: int
    level: str
    title: str
    document_no: str
    named_on: date | None
    starts_on: date | None
    ends_on: date | None
    state: str
    kind: str
    batch: str | None

    @property
    def level_name(self):
        return LEVELS[self.level]


SHOWN = (
    "id",
    "unit_id",
    "level",
    "title",
    "document_no",
    "named_on",
    "starts_on",
    "ends_on",
    "state",
    "kind__name",
    "batch__name",
)


def in_force(day):
    """The condition under which a title holds on `day`, as a piece of a query."""
    begun = Q(starts_on=None) | Q(starts_on__lte=day)
    return begun & (Q(ends_on=None) | Q(ends_on__gt=day)) & Q(state__in=Designation.HOLDING)


def holds(title, day):
    """The same condition on a title that has been read."""
    begun = title.starts_on is None or title.starts_on <= day
    return begun and (not title.ends_on or title.ends_on > day) and title.state in HOLDING


HOLDING = frozenset(state.value for state in Designation.HOLDING)


def level_rank():
    """0 for the highest level; a piece of a query."""
    whens = [When(level=level, then=Value(rank)) for level, rank in LEVEL_ORDER.items()]
    return Case(*whens, default=Value(NOT_IN_FORCE))


def leading_first(titles, day):
    """Titles in the order in which they speak for their unit on `day`."""
    standing = Case(When(in_force(day), then=level_rank()), default=Value(NOT_IN_FORCE))
    latest = F("starts_on").desc(nulls_last=True)
    return titles.order_by(standing, latest, level_rank(), "-pk")


def precedence(title, day):
    """The smaller, the sooner a title speaks for its unit: the same order, in Python."""
    rank = LEVEL_ORDER[title.level]
    standing = rank if holds(title, day) else NOT_IN_FORCE
    return standing, -(title.starts_on or UNKNOWN).toordinal(), rank, -title.id


def leads_of(unit_ids, titles, day):
    """{unit id: the title that speaks for it} among `titles`, in one query."""
    rows = titles.filter(unit__in=unit_ids).order_by().values_list(*SHOWN)
    return leads_among((Lead(*row) for row in rows), day)


def leads_among(titles, day):
    """{unit id: the title that speaks for it} among titles that have been read."""
    leads = {}
    for title in titles:
        place = precedence(title, day)
        if title.unit_id not in leads or place < leads[title.unit_id][0]:
            leads[title.unit_id] = place, title
    return {unit_id: title for unit_id, (_, title) in leads.items()}


def lead_value(titles, day, field):
    """One column of the title that speaks for the outer unit: what units are sorted by."""
    column = level_rank() if field == "level" else F(field)
    own = leading_first(titles.filter(unit=OuterRef("pk")), day)
    return Subquery(own.annotate(lead=column).values("lead")[:1])
