"""Loading lists of 行政区划: all or nothing, and a changed name is never silently a rename."""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from portal.audit import record
from portal.counting import count_anew
from portal.errors import Refused
from portal.kinds import region_kind
from portal.models import Region, RegionEvent, RegionName
from portal.operations.region_events import lock_tree
from portal.region_lists import LEVEL_WORDS, NOTHING_DONE, RANK, SHOWN_FAULTS, faults, refusal

CHUNK = 1000


@dataclass
class Loaded:
    """What an import did: counts, and the names that were recorded as renamed."""

    created: int = 0
    unchanged: int = 0
    renamed: list = field(default_factory=list)
    codes: list = field(default_factory=list)


@transaction.atomic
def import_regions(lines, *, actor, at, rename_on=None, progress=lambda done: None):
    """Load the lines of one or more lists, or refuse with every fault by file and line.

    A code that is loaded under another name is refused: it may be the same place renamed, or the
    code may have been given to another place. Only `rename_on` says that it is the former.
    """
    lock_tree()
    _refuse_wrong(lines)
    lines = list({line.code: line for line in lines}.values())
    present = {region.code: region for region in Region.objects.in_being().exclude(code=None)}
    kept = [(present[line.code], line) for line in lines if line.code in present]
    new = _not_gone([line for line in lines if line.code not in present])
    _refuse_moved(kept, present)
    _refuse_recoded(new)
    loaded = Loaded(created=len(new), codes=[line.code for line in new])
    loaded.renamed = _rename(kept, actor=actor, at=at, on=rename_on)
    loaded.unchanged = len(lines) - len(new) - len(loaded.renamed)
    progress(len(lines) - len(new))
    _create(new, present, progress, len(lines) - len(new))
    _write_down(loaded, lines, actor=actor, at=at)
    return loaded


def _not_gone(lines):
    """Lines about places that were not abolished or merged away under that code and name."""
    ended = Region.objects.exclude(ends_on=None).values_list("code", "name")
    gone = set(ended)
    return [line for line in lines if (line.code, line.name) not in gone]


def _refuse_recoded(new):
    """An old list would bring back a place that has got another code since."""
    kinds = [RegionEvent.Kind.RECODE, RegionEvent.Kind.EXCHANGE]
    events = RegionEvent.objects.filter(kind__in=kinds).select_related("region")
    moved = {(event.before.get("code"), event.region.name): event.region for event in events}
    found = [
        f"{line.place}：“{line.name}”的代码已由 {line.code} 改为 {moved[key].code}。"
        for line in new
        if (key := (line.code, line.name)) in moved
    ]
    if found:
        raise refusal(found)


def _refuse_wrong(lines):
    known = dict(Region.objects.in_being().exclude(code=None).values_list("code", "level"))
    found = faults(lines, known)
    if found:
        raise refusal(found)


def _refuse_moved(kept, present):
    codes = {region.pk: code for code, region in present.items()}
    found = []
    for region, line in kept:
        if region.level != line.level:
            was = LEVEL_WORDS[region.level]
            found.append(f"{line.place}：代码 {line.code} 已作为{was}载入，层级不同。")
        elif codes.get(region.parent_id, "") != line.parent_code:
            found.append(f"{line.place}：“{line.name}”的上级与已载入的不同，请先登记改隶。")
    if found:
        raise refusal(found)


def _rename(kept, *, actor, at, on):
    changed = [(region, line) for region, line in kept if region.name != line.name]
    if not changed:
        return []
    if on is None:
        _refuse_silent_renames(changed)
    _refuse_too_early(changed, on)
    events, names = [], []
    for region, line in changed:
        events.append(_rename_event(region, line.name, actor=actor, at=at, on=on))
        names.append(_former_name(region, on))
        region.name, region.version = line.name, region.version + 1
        region.kind = region_kind(line.name, region.level)
        region.derive()
    RegionEvent.objects.bulk_create(events, batch_size=CHUNK)
    RegionName.objects.bulk_create(names, batch_size=CHUNK, ignore_conflicts=True)
    fields = ["name", "kind", "name_key", "name_initials", "version"]
    Region.objects.bulk_update([region for region, _ in changed], fields, batch_size=200)
    return [(line.code, line.name) for _, line in changed]


def _refuse_silent_renames(changed):
    shown = "\n".join(
        f"{line.place}：{line.code} 现为“{region.name}”，名单为“{line.name}”。"
        for region, line in changed[:SHOWN_FAULTS]
    )
    raise Refused(
        f"有 {len(changed)} 处代码相同、名称不同，{NOTHING_DONE}\n{shown}\n"
        "代码可能已改给别处。确是更名的，请用 --rename-on 注明更名日期；"
        "不是的，请先登记撤销或代码变更。"
    )


def _refuse_too_early(changed, on):
    """Events of a region come in the order of their days, also those a list brings."""
    renamed = [region for region, _ in changed]
    later = RegionEvent.objects.filter(region__in=renamed, happened_on__gt=on).first()
    if later:
        raise Refused(
            f"“{later.region.name}”在 {later.happened_on} 已有变更，"
            f"不能按更早的日期登记更名，{NOTHING_DONE}"
        )


def _rename_event(region, name, *, actor, at, on):
    return RegionEvent(
        region=region,
        kind=RegionEvent.Kind.RENAME,
        happened_on=on,
        note="按名单登记",
        before={"name": region.name},
        after={"name": name},
        recorded_at=at,
        recorded_by=actor,
    )


def _former_name(region, on):
    former = RegionName(region=region, name=region.name, kind=RegionName.Kind.FORMER, ends_on=on)
    former.derive()
    return former


def _create(new, present, progress, done):
    """Write new regions from the top down, so that each finds its parent's id and path."""
    for level in RANK:
        regions = [_region(line, present) for line in new if line.level == level]
        for start in range(0, len(regions), CHUNK):
            chunk = Region.objects.bulk_create(regions[start : start + CHUNK])
            present |= {region.code: region for region in chunk}
            progress(done := done + len(chunk))
        if regions:
            count_anew(Region)  # before the paths, which ask each row for its parent
        _set_paths()


def _region(line, present):
    region = Region(
        code=line.code,
        name=line.name,
        level=line.level,
        kind=region_kind(line.name, line.level),
        parent=present.get(line.parent_code),
    )
    region.derive()
    return region


def _set_paths():
    above = Region.objects.filter(pk=OuterRef("parent_id")).values("path")
    own = Concat(Cast(F("pk"), CharField()), Value("/"))
    fresh = Region.objects.filter(path="")
    fresh.filter(parent=None).update(path=Concat(Value("/"), own))
    fresh.update(path=Concat(Subquery(above), own))


def _write_down(loaded, lines, *, actor, at):
    if not loaded.created and not loaded.renamed:
        return
    touched = {*loaded.codes, *(code for code, _ in loaded.renamed)}
    top = min(
        (line for line in lines if line.code in touched),
        key=lambda line: (RANK[line.level], line.code),
    )
    record(
        actor=actor,
        action="region.import",
        target=Region.objects.in_being().get(code=top.code),
        at=at,
        after={"created": loaded.created, "renamed": loaded.renamed},
    )
