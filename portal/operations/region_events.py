"""What every event of a region has in common: who, when, in which order, and how it is kept."""

from django.utils import timezone

from portal.access import check_region_change
from portal.audit import record
from portal.errors import Refused
from portal.models import Region, RegionEvent
from portal.versions import save_versioned

NOTHING_SAVED = "没有保存任何内容。"


def begin(region, *, paper, actor, at):
    """Lock the tree, read the region as it stands, and refuse what may not happen to it."""
    lock_tree()
    region.refresh_from_db()
    check_region_change(actor, region)
    check_in_being(region)
    if paper.on > timezone.localdate(at):
        raise Refused(f"发生日期不能晚于今天，{NOTHING_SAVED}")
    last = region.events.order_by("-happened_on").first()
    if last and paper.on < last.happened_on:
        raise Refused(
            f"“{region.name}”最近一次变更是 {last.happened_on} 的{last.get_kind_display()}，"
            f"不能登记更早的日期，{NOTHING_SAVED}"
        )


def lock_tree():
    """Let one person at a time change the shape of the tree, so that no two moves cross."""
    list(Region.objects.select_for_update().filter(parent=None).values_list("pk", flat=True))


def check_in_being(region):
    """Refuse to change a place that has ceased to be."""
    if region.ends_on:
        raise Refused(f"“{region.name}”已于 {region.ends_on} 撤销或并入他处，{NOTHING_SAVED}")


def finish(region, kind, *, paper, version, fields, before, after, actor, at, other=None):
    """Save the changed fields, the event and the audit line."""
    region.derive()
    names = [*fields, *(["name_key", "name_initials"] if "name" in fields else [])]
    save_versioned(region, version=version, fields=names)
    event = RegionEvent.objects.create(
        region=region,
        kind=kind,
        happened_on=paper.on,
        other=other,
        document_no=paper.document_no,
        note=paper.note,
        before=before,
        after=after,
        recorded_at=at,
        recorded_by=actor,
    )
    note = " ".join(filter(None, [paper.document_no, paper.note]))
    facts = {"on": paper.on.isoformat(), **after}
    record(
        actor=actor,
        action=f"region.{kind}",
        target=region,
        at=at,
        before=before,
        after=facts,
        note=note,
    )
    return event
