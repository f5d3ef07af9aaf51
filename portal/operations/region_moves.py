"""Where regions lie: merging, moving, entrusting, abolishing, and the paths that follow."""

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from portal.access import in_care_of
from portal.errors import Refused
from portal.models import Region, RegionEvent
from portal.operations.region_events import NOTHING_SAVED, begin, check_in_being, finish
from portal.operations.regions import check_level

E = RegionEvent.Kind


def rewrite_paths(region, parent):
    """Hang a region with all beneath it under `parent`: one statement for any number of places."""
    old, new = region.path, f"{parent.path}{region.pk}/"
    moved = Concat(Value(new), Substr("path", len(old) + 1))
    Region.objects.filter(path__startswith=old).update(path=moved)
    region.path = new


@transaction.atomic
def merge_region(region, *, into, paper, version, actor, at):
    """End a region that has become part of another.

    Places beneath it move to the heir. Its own row is hung under the heir, so that what still
    points at it is in sight there; accounts stay with it, for only administrators widen a scope.
    """
    begin(region, paper=paper, actor=actor, at=at)
    _check_heir(region, into, actor)
    children = list(region.children.all())
    for child in children:
        rewrite_paths(child, into)
    region.children.update(parent=into)
    Region.objects.filter(entrusted_to=region).exclude(pk=into.pk).update(entrusted_to=into)
    before = _place(region)
    rewrite_paths(region, into)
    region.ends_on, region.parent = paper.on, into
    return finish(
        region,
        E.MERGE,
        paper=paper,
        version=version,
        fields=["ends_on", "parent"],
        before=before,
        after={"into": into.name, "children": len(children)},
        other=into,
        actor=actor,
        at=at,
    )


def _check_heir(region, into, actor):
    into.refresh_from_db()
    check_in_being(into)
    _check_in_care(into, actor)
    if into == region or into.path.startswith(region.path):
        raise Refused(f"“{region.name}”不能并入自身或其下级，{NOTHING_SAVED}")
    if into.level != region.level:
        raise Refused(f"“{region.name}”与“{into.name}”层级不同，不能并入，{NOTHING_SAVED}")


@transaction.atomic
def move_region(region, *, parent, paper, version, actor, at):
    """Put a region, with everything beneath it, under another parent."""
    begin(region, paper=paper, actor=actor, at=at)
    _check_parent(region, parent, actor)
    before = _place(region)
    rewrite_paths(region, parent)
    region.parent = parent
    return finish(
        region,
        E.MOVE,
        paper=paper,
        version=version,
        fields=["parent"],
        before=before,
        after=_place(region),
        other=parent,
        actor=actor,
        at=at,
    )


def _check_parent(region, parent, actor):
    parent.refresh_from_db()
    check_in_being(parent)
    if parent.path.startswith(region.path):
        raise Refused(f"“{region.name}”不能改隶到自身或其下级，{NOTHING_SAVED}")
    if parent.pk == region.parent_id:
        raise Refused(f"“{region.name}”现在就隶属“{parent.name}”，{NOTHING_SAVED}")
    _check_in_care(parent, actor)
    check_level(region.level, parent)


@transaction.atomic
def entrust_region(region, *, to, paper, version, actor, at, confirmed=True):
    """Put a region into the care of another, which then sees it; `to` None ends the care."""
    begin(region, paper=paper, actor=actor, at=at)
    _check_carer(region, to, actor)
    before = _care(region)
    region.entrusted_to, region.entrusted_confirmed = to, confirmed
    return finish(
        region,
        E.ENTRUST,
        paper=paper,
        version=version,
        fields=["entrusted_to", "entrusted_confirmed"],
        before=before,
        after=_care(region),
        other=to,
        actor=actor,
        at=at,
    )


def _check_carer(region, to, actor):
    if to is None:
        if region.entrusted_to_id is None:
            raise Refused(f"“{region.name}”现在没有代管地区，{NOTHING_SAVED}")
        return
    check_in_being(to)
    if to.path.startswith(region.path) or region.path.startswith(to.path):
        raise Refused(f"代管地区须是“{region.name}”上下级以外的区划，{NOTHING_SAVED}")
    _check_in_care(to, actor)


def _check_in_care(region, actor):
    if actor is not None and not in_care_of(actor, region):
        raise Refused(f"“{region.name}”不在您的所辖范围内，{NOTHING_SAVED}")


@transaction.atomic
def abolish_region(region, *, paper, version, actor, at):
    """End a region that nothing continues; the places beneath it must have gone before."""
    begin(region, paper=paper, actor=actor, at=at)
    left = region.children.in_being().count()
    if left:
        raise Refused(
            f"“{region.name}”下还有 {left} 处区划，请先登记它们的并入、改隶或撤销，{NOTHING_SAVED}"
        )
    region.ends_on = paper.on
    return finish(
        region,
        E.ABOLISH,
        paper=paper,
        version=version,
        fields=["ends_on"],
        before=_place(region),
        after={"ends_on": paper.on.isoformat()},
        actor=actor,
        at=at,
    )


def _place(region):
    return {"parent": region.parent.name if region.parent else "", "parent_id": region.parent_id}


def _care(region):
    carer = region.entrusted_to
    return {"entrusted_to": carer.name if carer else "", "confirmed": region.entrusted_confirmed}
