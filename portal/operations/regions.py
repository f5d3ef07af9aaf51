"""Names and codes of regions, and new regions. Codes are data: who a region is stays the same."""

from django.db import transaction

from portal.access import check_region_change
from portal.audit import record
from portal.errors import Refused
from portal.kinds import region_kind
from portal.models import Region, RegionEvent, RegionName
from portal.operations.region_events import NOTHING_SAVED, begin, check_in_being, finish, lock_tree
from portal.region_lists import RANK
from portal.scoping import keep_in_sight

E = RegionEvent.Kind


@transaction.atomic
def rename_region(region, *, name, paper, version, actor, at, kind=""):
    """Give a region a new name; the old one becomes a former name that still finds it."""
    begin(region, paper=paper, actor=actor, at=at)
    name = _checked_name(name)
    if name == region.name:
        raise Refused(f"新名称与现名称“{name}”相同，{NOTHING_SAVED}")
    before = {"name": region.name, "kind": region.kind}
    _keep_former_name(region, paper)
    region.name, region.kind = name, kind or region_kind(name, region.level)
    after = {"name": region.name, "kind": region.kind}
    return finish(
        region,
        E.RENAME,
        paper=paper,
        version=version,
        fields=["name", "kind"],
        before=before,
        after=after,
        actor=actor,
        at=at,
    )


def _checked_name(name):
    name = (name or "").strip()
    if not name:
        raise Refused(f"名称不能为空，{NOTHING_SAVED}")
    return name


def _keep_former_name(region, paper):
    last = region.events.filter(kind=E.RENAME).first()
    former, _ = RegionName.objects.update_or_create(
        region=region,
        name=region.name,
        kind=RegionName.Kind.FORMER,
        defaults={
            "starts_on": last.happened_on if last else region.starts_on,
            "ends_on": paper.on,
            "source": paper.document_no,
        },
    )
    return former


def namesakes(region, name):
    """Other regions in being beside this one that bear the name: allowed, but worth a word."""
    beside = Region.objects.in_being().filter(parent=region.parent_id, name=name)
    return beside.exclude(pk=region.pk)


@transaction.atomic
def recode_region(region, *, code, paper, version, actor, at):
    """Give a region another code that no other region in being has."""
    begin(region, paper=paper, actor=actor, at=at)
    _check_code(code, region)
    before, region.code = {"code": region.code}, code
    return finish(
        region,
        E.RECODE,
        paper=paper,
        version=version,
        fields=["code"],
        before=before,
        after={"code": code},
        actor=actor,
        at=at,
    )


def _check_code(code, region=None):
    if not (len(code) == 12 and code.isascii() and code.isdigit()):
        raise Refused(f"区划代码“{code}”不是 12 位数字，{NOTHING_SAVED}")
    holder = Region.objects.in_being().filter(code=code).first()
    if region is not None and holder == region:
        raise Refused(f"新代码与现代码 {code} 相同，{NOTHING_SAVED}")
    if holder:
        raise Refused(
            f"代码 {code} 现属“{holder.name}”。两地互换代码的，请登记“代码互换”。{NOTHING_SAVED}"
        )


@transaction.atomic
def exchange_codes(region, *, other, paper, version, actor, at):
    """Let two regions swap their codes; each stays who it was, with all that hangs on it."""
    begin(region, paper=paper, actor=actor, at=at)
    begin(other, paper=paper, actor=actor, at=at)
    _check_exchange(region, other)
    codes = region.code, other.code
    Region.objects.filter(pk=region.pk).update(code=None)
    common = {"paper": paper, "fields": ["code"], "actor": actor, "at": at}
    region.code, other.code = codes[1], codes[0]
    _take_code(other, codes[1], region, version=other.version, **common)
    return _take_code(region, codes[0], other, version=version, **common)


def _check_exchange(region, other):
    if region == other:
        raise Refused(f"请选择另一处区划来互换代码，{NOTHING_SAVED}")
    if region.level != other.level:
        raise Refused(f"“{region.name}”与“{other.name}”层级不同，不能互换代码，{NOTHING_SAVED}")
    if not (region.code and other.code):
        raise Refused(f"两处区划都有代码才能互换，{NOTHING_SAVED}")


def _take_code(region, old, other, **common):
    after = {"code": region.code}
    return finish(region, E.EXCHANGE, before={"code": old}, after=after, other=other, **common)


@transaction.atomic
def add_region_name(region, *, name, kind, actor, at):
    """Add a short name or an alias by which a region is found."""
    lock_tree()
    region.refresh_from_db()
    check_region_change(actor, region)
    check_in_being(region)
    name = _checked_name(name)
    if kind == RegionName.Kind.FORMER:
        raise Refused(f"曾用名由“更名”产生，{NOTHING_SAVED}")
    if name == region.name or region.names.filter(name=name, ends_on=None).exists():
        raise Refused(f"“{region.name}”已有“{name}”这个名称，{NOTHING_SAVED}")
    row, _ = RegionName.objects.update_or_create(
        region=region, name=name, kind=kind, defaults={"ends_on": None}
    )
    after = {"name": name, "kind": kind}
    record(actor=actor, action="region.add_name", target=region, at=at, after=after)
    return row


@transaction.atomic
def end_region_name(row, *, on, actor, at):
    """Stop finding a region by a short name or alias."""
    check_region_change(actor, row.region)
    used = RegionName.objects.filter(pk=row.pk, ends_on=None).exclude(kind=RegionName.Kind.FORMER)
    if not used.update(ends_on=on):
        raise Refused(f"“{row.name}”不是现用的简称或别名，{NOTHING_SAVED}")
    row.ends_on = on
    before = {"name": row.name, "kind": row.kind}
    record(actor=actor, action="region.end_name", target=row.region, at=at, before=before)
    return row


@transaction.atomic
def establish_region(*, parent, name, code, level, paper, actor, at, kind=""):
    """Set up a new region beneath `parent`, whose officers and those above may do so."""
    lock_tree()
    name = _checked_name(name)
    check_in_being(parent)
    check_level(level, parent)
    _check_code(code)
    region = Region(name=name, code=code, level=level, parent=parent, starts_on=paper.on)
    region.kind = kind or region_kind(name, level)
    region.save()
    region.path = f"{parent.path}{region.pk}/"
    check_region_change(actor, region)
    after = {"name": name, "code": code, "parent": parent.name}
    finish(
        region,
        E.ESTABLISH,
        paper=paper,
        version=region.version,
        fields=["path"],
        before={},
        after=after,
        actor=actor,
        at=at,
    )
    if actor is not None:
        keep_in_sight(region, actor)
    return region


def check_level(level, parent):
    """Refuse a place under one of its own or a lower tier."""
    if RANK[parent.level] >= RANK[level]:
        words = Region.Level(level).label, parent.get_level_display()
        raise Refused(f"{words[0]}不能放在{words[1]}“{parent.name}”之下，{NOTHING_SAVED}")
