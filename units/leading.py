"""Which of a unit's titles speaks for it: the highest in force, otherwise the latest that stood."""

from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When

from units.models import Designation
from units.models.regulation import LEVEL_ORDER

NOT_IN_FORCE = len(LEVEL_ORDER)
SHOWN = (
    "unit_id",
    "level",
    "title",
    "document_no",
    "named_on",
    "named_year",
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


def level_rank():
    """0 for the highest level; a piece of a query."""
    whens = [When(level=level, then=Value(rank)) for level, rank in LEVEL_ORDER.items()]
    return Case(*whens, default=Value(NOT_IN_FORCE))


def leading_first(titles, day):
    """Titles in the order in which they speak for their unit on `day`."""
    standing = Case(When(in_force(day), then=level_rank()), default=Value(NOT_IN_FORCE))
    latest = F("starts_on").desc(nulls_last=True)
    return titles.order_by(standing, latest, level_rank(), "-pk")


def leads_of(unit_ids, titles, day):
    """{unit id: the title that speaks for it} among `titles`, in one query."""
    rows = titles.filter(unit__in=unit_ids).select_related("kind", "batch").only(*SHOWN)
    leads = {}
    for title in leading_first(rows, day):
        leads.setdefault(title.unit_id, title)
    return leads


def lead_value(titles, day, field):
    """One column of the title that speaks for the outer unit: what units are sorted by."""
    column = level_rank() if field == "level" else F(field)
    own = leading_first(titles.filter(unit=OuterRef("pk")), day)
    return Subquery(own.annotate(lead=column).values("lead")[:1])
