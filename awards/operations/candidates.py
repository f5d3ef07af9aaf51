"""The list an office keeps of units that it brings on towards the next level."""

from django.db import transaction
from django.db.models import F

from awards.access import keeps_candidates, next_levels
from awards.models import Candidate
from awards.qualifying import NextLevel
from portal.audit import record
from portal.errors import Refused
from portal.models import Region
from portal.scoping import keep_in_sight
from portal.versions import save_versioned
from units.models import Level

UNCHANGED = "推荐排序没有改动。"


class OrderMoved(Refused):
    """The list isn't the one that was on the screen."""


def listed(region, level):
    """The candidates of an office for a level, in their order."""
    rows = Candidate.objects.standing().filter(region=region, level=level)
    return rows.order_by("rank", "pk")


def _locked(region):
    """The office's row: whoever changes its list holds it."""
    return Region.objects.select_for_update().get(pk=region.pk)


@transaction.atomic
def add_candidate(unit, *, level, note="", actor, on, at):
    """Put a unit at the end of the list of the actor's office for a level above its own."""
    region = actor.region
    if level not in next_levels(region) or not keeps_candidates(actor, region):
        raise Refused("培育库由旗市区、盟市的审核人员建立，单位没有列入。")
    _locked(region)
    rows = listed(region, level)
    if rows.filter(unit=unit).exists():
        raise Refused(f"“{unit.name}”已在{Level(level).label}培育库中，没有重复列入。")
    obstacles = NextLevel(region, level, on).standing(unit).obstacles
    if obstacles:
        raise Refused(f"{''.join(obstacles)}“{unit.name}”没有列入培育库。")
    made = Candidate.objects.create(
        region=region,
        unit=unit,
        level=level,
        rank=rows.count() + 1,
        note=note.strip(),
        added_at=at,
        added_by=actor,
    )
    keep_in_sight(made, actor)
    told = {"level": Level(level).label, "rank": made.rank}
    record(actor=actor, action="candidate.add", target=made, at=at, after=told, note=made.note)
    return made


@transaction.atomic
def note_candidate(candidate, *, note, version, actor, at):
    """Write down what is done to bring the unit on."""
    _check(candidate, actor, "没有保存任何内容。")
    before, candidate.note = candidate.note, note.strip()
    save_versioned(candidate, version=version, fields=["note"])
    if before != candidate.note:
        told = {"before": {"note": before}, "after": {"note": candidate.note}}
        record(actor=actor, action="candidate.note", target=candidate, at=at, **told)


@transaction.atomic
def remove_candidate(candidate, *, reason, actor, at):
    """Take a unit off the list, saying why; those after it move up."""
    _check(candidate, actor, "没有移出。")
    if not reason.strip():
        raise Refused("请写明移出的原因，没有移出。")
    _locked(candidate.region)
    own = Candidate.objects.standing().filter(pk=candidate.pk)
    rank = own.values_list("rank", flat=True).first()
    told = {"removed_at": at, "removed_by": actor, "removal": reason.strip()[:200], "rank": None}
    if not own.update(**told, version=F("version") + 1):
        raise Refused(f"“{candidate.unit.name}”刚刚已被他人移出，没有改动。")
    listed(candidate.region, candidate.level).filter(rank__gt=rank or 0).update(rank=F("rank") - 1)
    before = {"rank": rank}
    record(
        actor=actor,
        action="candidate.remove",
        target=candidate,
        at=at,
        before=before,
        note=told["removal"],
    )


def _check(candidate, actor, nothing):
    if not keeps_candidates(actor, candidate.region):
        raise Refused(f"{candidate.region.name}的培育库由其审核人员管理，{nothing}")
    if candidate.removed_at:
        raise Refused(f"“{candidate.unit.name}”已移出培育库，{nothing}")


@transaction.atomic
def order_candidates(region, level, *, wanted, seen, actor, at):
    """Give a list a new order: `wanted` are its keys in order, `seen` those on the screen.

    Says whether anything changed.
    """
    if not keeps_candidates(actor, region):
        raise Refused(f"推荐排序由{region.name}的审核人员排定，{UNCHANGED}")
    _locked(region)
    rows = {each.pk: each for each in listed(region, level).select_related("unit")}
    before = list(rows)
    if before != seen:
        raise OrderMoved(f"您打开之后，培育库有变动，{UNCHANGED}请核对后再保存。")
    if sorted(wanted) != sorted(before):
        raise Refused(f"提交的名单与培育库不一致，{UNCHANGED}请刷新后重试。")
    if wanted == before:
        return False
    for rank, key in enumerate(wanted, 1):
        rows[key].rank = rank
    Candidate.objects.bulk_update(rows.values(), ["rank"])
    record(
        actor=actor,
        action="candidate.order",
        target=region,
        at=at,
        before={"order": [rows[key].unit.name for key in before]},
        after={"order": [rows[key].unit.name for key in wanted]},
    )
    return True
