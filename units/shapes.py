"""Units and titles as other programs read them: plain values, and what the description says."""

from types import SimpleNamespace

from django.db.models import F
from rest_framework import serializers

from portal.models import Region
from units.models import Level
from units.places import county_of
from units.rules import last_day

Tier = Region.Level
LEVELS = dict(Level.choices)
UNIT_PLAIN = (
    "id",
    "name",
    "short_name",
    "credit_code",
    "address",
    "contact_name",
    "contact_post",
    "contact_phone",
    "brand_feature",
    "brand_highlight",
    "registered_on",
    "closed_on",
    "version",
)
UNIT_NAMED = {
    "category_code": F("category__code"),
    "category_name": F("category__name"),
    "region_code": F("region__code"),
    "region_name": F("region__name"),
    "path": F("region__path"),
}
TITLE_PLAIN = (
    "id",
    "unit_id",
    "level",
    "title",
    "document_no",
    "named_on",
    "named_year",
    "starts_on",
    "ends_on",
    "state",
)
TITLE_NAMED = {"kind_name": F("kind__name"), "batch_name": F("batch__name")}


def unit_values(units):
    """Rows of units as dicts, with what is asked of category and region."""
    return units.order_by().values(*UNIT_PLAIN, **UNIT_NAMED)


def title_values(titles):
    """Rows of titles as dicts, with the names of kind and batch."""
    return titles.order_by().values(*TITLE_PLAIN, **TITLE_NAMED)


def titles_read(titles):
    """The same as objects, which tell their state and their precedence."""
    return [SimpleNamespace(**row) for row in title_values(titles)]


def unit_of(row, listing, lead):
    """One unit for another program; `lead` is the row of the title that speaks for it."""
    names = listing.places.names(row["path"])
    shown = {name: row[name] for name in UNIT_PLAIN}
    shown["category"] = {"code": row["category_code"], "name": row["category_name"]}
    shown["region"] = {"code": row["region_code"], "name": row["region_name"]}
    shown["county"] = county_of(names)
    shown["township"] = names.get(Tier.TOWNSHIP)
    shown["title"] = title_of(lead, listing) if lead else None
    return shown


def unit_in_brief(row, listing):
    """The unit of a title for another program."""
    names = listing.places.names(row["path"])
    return {
        "id": row["id"],
        "name": row["name"],
        "credit_code": row["credit_code"],
        "category": {"code": row["category_code"], "name": row["category_name"]},
        "region": {"code": row["region_code"], "name": row["region_name"]},
        "county": county_of(names),
        "township": names.get(Tier.TOWNSHIP),
    }


def title_of(row, listing):
    """One title for another program."""
    status = listing.status_of(row)
    return {
        "id": row.id,
        "level": row.level,
        "level_name": LEVELS[row.level],
        "kind": row.kind_name,
        "title": row.title,
        "batch": row.batch_name,
        "document_no": row.document_no,
        "named_on": row.named_on,
        "named_year": row.named_year,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "last_day": last_day(row.ends_on),
        "status": status.value,
        "status_name": status.label,
    }


class NamedShape(serializers.Serializer):
    """A thing with a code."""

    code = serializers.CharField(allow_null=True)
    name = serializers.CharField()


class TitleShape(serializers.Serializer):
    """称号"""

    id = serializers.IntegerField()
    level = serializers.ChoiceField(Level.choices)
    level_name = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    batch = serializers.CharField(allow_null=True)
    document_no = serializers.CharField()
    named_on = serializers.DateField(allow_null=True)
    named_year = serializers.IntegerField(allow_null=True)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True, help_text="不含当日")
    last_day = serializers.DateField(allow_null=True, help_text="有效期最后一天")
    status = serializers.CharField()
    status_name = serializers.CharField()


class BriefShape(serializers.Serializer):
    """单位（简）"""

    id = serializers.IntegerField()
    name = serializers.CharField()
    credit_code = serializers.CharField()
    category = NamedShape()
    region = NamedShape()
    county = serializers.CharField()
    township = serializers.CharField(allow_null=True)


class UnitShape(BriefShape):
    """单位"""

    short_name = serializers.CharField()
    address = serializers.CharField()
    contact_name = serializers.CharField()
    contact_post = serializers.CharField()
    contact_phone = serializers.CharField()
    brand_feature = serializers.CharField()
    brand_highlight = serializers.CharField()
    registered_on = serializers.DateField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()
    title = TitleShape(allow_null=True)


class UnitWithTitlesShape(UnitShape):
    """单位及其全部称号"""

    titles = TitleShape(many=True)


class DesignationShape(TitleShape):
    """称号及其单位"""

    unit = BriefShape()
