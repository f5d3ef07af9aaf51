"""Reference rows: what the portal brings along, and what people change in it."""

import csv
import json

from django.conf import settings
from django.db import transaction

from portal.access import check_keeps_reference
from portal.audit import record
from portal.models import Region, RegionName, Setting
from portal.versions import save_versioned

FIXTURES = settings.BASE_DIR / "fixtures"
DIVISIONS = [
    FIXTURES / "divisions/nmg_divisions_province_to_township_2023.csv",
    FIXTURES / "divisions/nmg_villages_all_2023.csv",
]


def fixture(name):
    """The rows of one file in fixtures/."""
    path = FIXTURES / name
    with path.open(encoding="utf-8", newline="") as file:
        return json.load(file) if path.suffix == ".json" else list(csv.DictReader(file))


@transaction.atomic
def load_rows(model, rows, *, at, keys=("code",)):
    """Bring the rows of a fixture into a table; rows that people have edited stay theirs."""
    changed = [obj for row in rows if (obj := _load_row(model, row, keys))]
    if changed:
        action = f"{model._meta.model_name}.load"
        record(actor=None, action=action, target=changed[0], at=at, after={"rows": len(changed)})
    return len(changed)


def _load_row(model, row, keys):
    match = {key: row[key] for key in keys}
    obj = model.objects.filter(**match).first()
    if obj is None:
        return model.objects.create(**row)
    new = {name: value for name, value in row.items() if _plain(getattr(obj, name)) != value}
    if obj.version > 1 or not new:
        return None
    model.objects.filter(pk=obj.pk).update(**new)
    return obj


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def load_settings(*, at):
    """Figures that the rules leave open, each marked confirmed or 待确认."""
    return load_rows(Setting, fixture("settings.json"), at=at)


@transaction.atomic
def load_region_facts(*, at, codes):
    """Give the newly loaded regions what the lists of codes do not say about them."""
    regions = {region.code: region for region in Region.objects.in_being().exclude(code=None)}
    added = _load_names(regions)
    fresh = {code: regions[code] for code in codes if code in regions}
    touched = _load_marks(fresh, regions)
    if added or touched:
        first = regions[min(regions)]
        after = {"names": added, "marks": touched}
        record(actor=None, action="region.load_facts", target=first, at=at, after=after)
    return added + touched


def _load_names(regions):
    rows = [row for row in fixture("region_names.csv") if row["code"] in regions]
    known = set(RegionName.objects.values_list("region__code", "name", "kind"))
    names = []
    for row in rows:
        if (row["code"], row["name"], row["kind"]) in known:
            continue
        name = RegionName(
            region=regions[row["code"]], name=row["name"], kind=row["kind"], source=row["source"]
        )
        name.derive()
        names.append(name)
    RegionName.objects.bulk_create(names, batch_size=1000)
    return len(names)


def _load_marks(fresh, regions):
    touched = {}
    for row in fixture("divisions/statistical_only_county_codes.csv"):
        _mark(touched, fresh, f"{row['code6']}000000", statistical_only=True)
    for row in fixture("divisions/mongolian_names_unofficial.csv"):
        if row["name_mongolian_unofficial"]:
            _mark(touched, fresh, row["code12"], mongolian_name=row["name_mongolian_unofficial"])
    for row in fixture("region_entrusted.csv"):
        carer = regions.get(row["entrusted_to_code"])
        sure = row["confirmed"] == "yes"
        if carer:
            _mark(touched, fresh, row["code"], entrusted_to=carer, entrusted_confirmed=sure)
    fields = ["statistical_only", "mongolian_name", "entrusted_to", "entrusted_confirmed"]
    Region.objects.bulk_update(touched.values(), fields)
    return len(touched)


def _mark(touched, fresh, code, **values):
    region = fresh.get(code)
    if region is None:
        return
    for name, value in values.items():
        setattr(region, name, value)
    touched[code] = region


@transaction.atomic
def save_reference(obj, *, version, fields, actor, at):
    """Save an edited reference row, or raise Stale if somebody saved it meanwhile."""
    check_keeps_reference(actor)
    before = _words(type(obj).objects.get(pk=obj.pk), fields)
    if before == _words(obj, fields):
        return obj
    save_versioned(obj, version=version, fields=fields)
    after = _words(obj, fields)
    action = f"{obj._meta.model_name}.edit"
    record(actor=actor, action=action, target=obj, at=at, before=before, after=after)
    return obj


@transaction.atomic
def add_reference(obj, *, fields, actor, at):
    """Add a reference row."""
    check_keeps_reference(actor)
    obj.save(force_insert=True)
    action = f"{obj._meta.model_name}.add"
    record(actor=actor, action=action, target=obj, at=at, after=_words(obj, fields))
    return obj


@transaction.atomic
def drop_reference(obj, *, actor, at):
    """Remove a reference row that nothing refers to."""
    check_keeps_reference(actor)
    action = f"{obj._meta.model_name}.drop"
    record(actor=actor, action=action, target=obj, at=at, before={"name": str(obj)})
    obj.delete()


def _words(obj, fields):
    values = {name: getattr(obj, name) for name in fields}
    return {name: str(v) if hasattr(v, "pk") else v for name, v in values.items()}
