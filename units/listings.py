"""The two lists of this floor, units and titles, as page, workbook, bulk act and API read them."""

from django.db.models import F

from portal.listings import Listing
from units.filters import DesignationFilter, UnitFilter
from units.leading import Lead, lead_value, leads_of, level_rank
from units.models import Designation, Unit
from units.places import Places
from units.rules import title_status

UNIT_SHOWN = (
    "name",
    "short_name",
    "credit_code",
    "address",
    "contact_name",
    "contact_post",
    "contact_phone",
    "brand_feature",
    "brand_highlight",
    "remark",
    "registered_on",
    "closed_on",
    "version",
    "category__name",
    "region__path",
)


def by_lead(field):
    """Order units by one column of the title that speaks for them."""
    return lambda listing: [
        lead_value(listing.filterset.titles(), listing.filterset.day.today, field)
    ]


class DatedListing(Listing):
    """What both lists share: the day they are read on and the places of their rows."""

    default_sort = "name"

    def __init__(self, user, params):
        super().__init__(user, params)
        self.places = Places()

    @property
    def day(self):
        return self.filterset.day

    def status_of(self, title):
        """What a title is today."""
        return title_status(title, self.day.today, self.day.due_within)


class UnitListing(DatedListing):
    """单位名册: each unit with the title that speaks for it."""

    queryset = Unit.objects.all()
    filterset_class = UnitFilter
    orderings = {
        "name": [F("name")],
        "category": [F("category__position"), F("name")],
        "region": [F("region__code"), F("name")],
        "level": by_lead("level"),
        "named_on": by_lead("named_on"),
        "ends_on": by_lead("ends_on"),
    }

    def fetch(self, ids):
        units = Unit.objects.filter(pk__in=ids)
        return units.select_related("category", "region").only(*UNIT_SHOWN)

    def dress(self, rows):
        self.places.learn(unit.region.path for unit in rows)
        leads = leads_of([unit.pk for unit in rows], self.filterset.titles(), self.day.today)
        for unit in rows:
            unit.places = self.places.names(unit.region.path)
            unit.lead = leads.get(unit.pk)
            unit.status = self.status_of(unit.lead) if unit.lead else None


class DesignationListing(DatedListing):
    """称号: one row a title."""

    queryset = Designation.objects.standing()
    filterset_class = DesignationFilter
    orderings = {
        "name": [F("unit__name")],
        "category": [F("unit__category__position"), F("unit__name")],
        "region": [F("unit__region__code"), F("unit__name")],
        "level": [level_rank()],
        "named_on": [F("named_on")],
        "ends_on": [F("ends_on")],
    }

    def fetch(self, ids):
        related = [f"unit__{name}" for name in UNIT_SHOWN]
        own = ("level", "title", "document_no", "named_on", "named_year", "starts_on", "ends_on")
        titles = Designation.objects.filter(pk__in=ids)
        titles = titles.select_related("unit__category", "unit__region", "kind", "batch")
        return titles.only(*own, "state", "remark", "kind__name", "batch__name", *related)

    def dress(self, rows):
        self.places.learn(title.unit.region.path for title in rows)
        for title in rows:
            title.unit.places = self.places.names(title.unit.region.path)
            title.lead, title.status = shown(title), self.status_of(title)
            title.today = self.day.today


def shown(title):
    """A title as the columns of both lists read it."""
    return Lead(
        id=title.pk,
        unit_id=title.unit_id,
        level=title.level,
        title=title.title,
        document_no=title.document_no,
        named_on=title.named_on,
        starts_on=title.starts_on,
        ends_on=title.ends_on,
        state=title.state,
        kind=title.kind.name,
        batch=title.batch.name if title.batch else None,
    )
