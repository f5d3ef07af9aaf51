"""The tree and the register as they are now, read once into memory."""

from typing import NamedTuple

from django.db.models import F

from portal.models import Region, RegionName
from units.importing.batches import Batches, KnownBatch
from units.importing.cells import kind_forms
from units.importing.matching import Matcher
from units.importing.places import Places
from units.importing.register import Register, Title
from units.importing.seating import Seating
from units.importing.uncollected import uncollected
from units.models import Batch, Category, Designation, TitleKind, Unit, UnitName

_kept = {}  # the tree as this process last read it: it rarely changes, and building it takes long


class RegionRow(NamedTuple):
    id: int
    code: str
    name: str
    level: str
    key: str
    path: str
    parent_id: int | None
    entrusted_path: str | None
    gone: bool


def places():
    """The tree; built anew when anything read of it is different from the last time."""
    rows = list(
        Region.objects.order_by("pk").values_list(
            "id",
            "code",
            "name",
            "level",
            "name_key",
            "path",
            "parent_id",
            "entrusted_to_id",
            "ends_on",
        )
    )
    names = list(RegionName.objects.order_by("pk").values_list("region_id", "name_key"))
    if _kept.get("read") != (rows, names):
        paths = {row[0]: row[5] for row in rows}  # here, not by a join: the table is read whole
        regions = [RegionRow(*row[:7], paths.get(row[7]), row[8] is not None) for row in rows]
        _kept.update(read=(rows, names), places=Places.of(regions, names))
    return _kept["places"]


def register(tree, actor, levels=None):
    """Units the actor may see, with their names and standing titles (of `levels`, if given)."""
    units = Unit.objects.visible_to(actor) if actor else Unit.objects.all()
    book = Register(tree)
    for row in units.order_by().values_list(
        "id", "name", "name_key", "region_id", "represents_id", "credit_code", "closed_on"
    ):
        book.add((*row[:6], row[6] is not None))
    for unit_id, key in _other_names(units):
        book.add_name(unit_id, key)
    for unit_id, level, kind_id, *title in _titles(units, levels):
        book.add_title(unit_id, level, kind_id, Title(*title))
    return book


def _other_names(units):
    return UnitName.objects.filter(unit__in=units).order_by().values_list("unit_id", "name_key")


def _titles(units, levels):
    titles = Designation.objects.standing().filter(unit__in=units).order_by()
    if levels is not None:
        titles = titles.filter(level__in=levels)
    return titles.annotate(batch_name=F("batch__name")).values_list(
        "unit_id",
        "level",
        "kind_id",
        "id",
        "batch_id",
        "batch_name",
        "named_year",
        "document_no",
        "named_on",
        "starts_on",
        "ends_on",
    )


def kinds():
    """{comparable printed form: kind id}"""
    rows = TitleKind.objects.filter(is_active=True).order_by("position", "pk")
    return kind_forms(rows.values_list("pk", "name", "printed_forms"))


@uncollected()
def matcher(actor, new_kinds=(), lines=None):
    """Everything that `lines` are compared with; `actor` None stands for the portal itself."""
    tree = places()
    levels = None if lines is None else {line.level for line in lines if line.level}
    book = register(tree, actor, levels)
    scope = tuple(actor.scope_paths) if actor else None
    seats = Seating(tree, book, scope)
    return Matcher(book, seats, kinds(), batches(tree, actor), frozenset(new_kinds))


def batches(tree, actor):
    """Every round of naming; which of them a line may mean follows from where its unit sits."""
    book = Batches(tree, actor)
    rows = Batch.objects.order_by().values_list(
        "id", "name", "year", "named_on", "level", "kind_id", "region_id"
    )
    for *batch, level, kind_id, region_id in rows:
        book.add(KnownBatch(*batch), level, kind_id, region_id)
    return book


def categories():
    """Active categories for choosing one by what a list or a name says."""
    return list(Category.objects.filter(is_active=True).order_by("position", "pk"))
