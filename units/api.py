"""The register and the titles for other programs: read only, scope and filter of the pages."""

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from portal.api import ListingReadOnly
from units import shapes
from units.access import READERS
from units.filters import EXPIRING, ON_BOOKS, STANDING
from units.leading import leads_among, precedence
from units.listings import DesignationListing, UnitListing
from units.models import Designation, Level, Unit


def several(name, words, choices=None):
    """A parameter that may be given more than once."""
    enum = [key for key, _ in choices] if choices else None
    return OpenApiParameter(name, str, description=words, enum=enum, many=True)


COMMON = [
    OpenApiParameter("q", str, description="名称、曾用名、简称、信用代码的任一部分，或拼音首字母"),
    several("region", "行政区划：区划代码（12 位）或编号，包含下级"),
    several("category", "类别编号"),
    several("level", "级别", Level.choices),
    several("status", "状态（按今天判断）", STANDING),
    several("batch", "批次编号"),
    several("kind", "称号种类编号"),
    OpenApiParameter("year", int, description="命名年份"),
    OpenApiParameter("expiring", str, description="到期", enum=[key for key, _ in EXPIRING[1:]]),
    OpenApiParameter(
        "sort",
        str,
        description="排序，前加 - 为倒序",
        enum=[f"{sign}{key}" for key in UnitListing.orderings for sign in ("", "-")],
    ),
    OpenApiParameter("page", int, description="第几页"),
    OpenApiParameter("size", int, description="每页条数，最多 1000"),
]
BOOKS = OpenApiParameter("books", str, description="在册", enum=[key for key, _ in ON_BOOKS[1:]])
DAY = "日期为当日；ends_on 不含当日，last_day 为有效期最后一天。"


@extend_schema_view(
    list=extend_schema(
        tags=["单位"],
        summary="单位名册",
        description=f"每家单位一条，title 为最能代表它的称号。{DAY}",
        parameters=[*COMMON, BOOKS],
        responses=shapes.UnitShape(many=True),
    ),
    retrieve=extend_schema(
        tags=["单位"],
        summary="一家单位",
        description="含全部称号。",
        responses=shapes.UnitWithTitlesShape,
    ),
)
class UnitAPI(ListingReadOnly):
    roles = frozenset(READERS)
    listing_class = UnitListing
    serializer_class = shapes.UnitShape
    queryset = Unit.objects.all()

    def plain(self, listing, ids):
        units = {row["id"]: row for row in shapes.unit_values(Unit.objects.filter(pk__in=ids))}
        titles = listing.filterset.titles().filter(unit__in=ids)
        leads = leads_among(shapes.titles_read(titles), listing.day.today)
        listing.places.learn(row["path"] for row in units.values())
        return [shapes.unit_of(units[key], listing, leads.get(key)) for key in ids if key in units]

    def one(self, user, pk):
        listing = UnitListing(user, {})
        visible = Unit.objects.visible_to(user).filter(pk=whole(pk))
        found = list(shapes.unit_values(visible))
        if not found:
            raise Http404
        listing.places.learn([found[0]["path"]])
        titles = Designation.objects.standing().filter(unit=found[0]["id"])
        rows = shapes.titles_read(titles)
        rows.sort(key=lambda title: precedence(title, listing.day.today))
        shown = shapes.unit_of(found[0], listing, rows[0] if rows else None)
        return shown | {"titles": [shapes.title_of(row, listing) for row in rows]}


@extend_schema_view(
    list=extend_schema(
        tags=["称号"],
        summary="称号",
        description=f"每个称号一条。{DAY}",
        parameters=COMMON,
        responses=shapes.DesignationShape(many=True),
    ),
    retrieve=extend_schema(tags=["称号"], summary="一个称号", responses=shapes.DesignationShape),
)
class DesignationAPI(ListingReadOnly):
    roles = frozenset(READERS)
    listing_class = DesignationListing
    serializer_class = shapes.DesignationShape
    queryset = Designation.objects.all()

    def plain(self, listing, ids):
        titles = shapes.titles_read(Designation.objects.filter(pk__in=ids))
        rows = {title.id: title for title in titles}
        found = {title.unit_id for title in titles}
        units = {row["id"]: row for row in shapes.unit_values(Unit.objects.filter(pk__in=found))}
        listing.places.learn(row["path"] for row in units.values())
        return [
            shapes.title_of(rows[key], listing)
            | {"unit": shapes.unit_in_brief(units[rows[key].unit_id], listing)}
            for key in ids
            if key in rows
        ]

    def one(self, user, pk):
        listing = DesignationListing(user, {})
        visible = listing.visible().filter(pk=whole(pk))
        rows = self.plain(listing, list(visible.values_list("pk", flat=True)))
        if not rows:
            raise Http404
        return rows[0]


def whole(text):
    """A key from an address; anything else is nobody's."""
    if text.isascii() and text.isdigit() and len(text) < 12:
        return int(text)
    raise Http404
