"""The list a body recommends in a batch: places taken, given back, and put in order."""

from django.db import transaction
from django.db.models import F

from portal.audit import record
from portal.errors import Refused
from units.access import acts_for
from units.models import Application, Batch, BatchStage
from units.quotas import Rooms, on_list
from units.stages import Timetable

UNCHANGED = "推荐顺序没有改动。"


class ListMoved(Refused):
    """The list isn't the one that was on the screen."""


def take_place(application, *, at):
    """Put an application at the end of its body's list. The batch is locked by the caller."""
    batch = application.batch
    shortage = Rooms(batch).shortage(application)
    if shortage:
        raise Refused(
            f"{shortage}“{application.unit.name}”没有推荐；"
            f"请先退回已推荐的单位，或请{batch.region.name}调整名额。"
        )
    rank = on_list(batch, application.body).count() + 1
    told = {"recommended_at": at, "recommended_rank": rank}
    Application.objects.filter(pk=application.pk).update(**told)
    application.recommended_at, application.recommended_rank = at, rank


def give_up_place(application):
    """Take an application off its body's list and close the gap. The batch is locked by the caller.

    Returned, turned down or withdrawn: its place is free again.
    """
    if application.recommended_at is None:
        return
    own = Application.objects.filter(pk=application.pk)
    own.update(recommended_at=None, recommended_rank=None)
    after = on_list(application.batch, application.body)
    after = after.filter(recommended_rank__gt=application.recommended_rank or 0)
    after.update(recommended_rank=F("recommended_rank") - 1)
    application.recommended_at = application.recommended_rank = None


def listed(batch, body):
    """Keys of a body's list in its order."""
    ranked = on_list(batch, body).order_by("recommended_rank", "recommended_at", "pk")
    return list(ranked.values_list("pk", flat=True))


@transaction.atomic
def order_list(batch, body, *, wanted, seen, actor, at):
    """Give a body's list a new order: `wanted` are its keys in order, `seen` those on the screen.

    Says whether anything changed.
    """
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if not acts_for(actor, body):
        raise Refused(f"推荐顺序由{body}的审核人员排定，{UNCHANGED}")
    if batch.state != Batch.State.OPEN:
        raise Refused(f"“{batch}”{batch.get_state_display()}，{UNCHANGED}")
    why = Timetable.of(batch, at).why_not(BatchStage.Kind.REVIEWING)
    if why:
        raise Refused(f"{why}{UNCHANGED}")
    before = listed(batch, body)
    if before != seen:
        raise ListMoved(f"您打开之后，{body}的推荐名单有变动，{UNCHANGED}请核对后再保存。")
    if sorted(wanted) != sorted(before):
        raise Refused(f"提交的名单与{body}已推荐的单位不一致，{UNCHANGED}请刷新后重试。")
    return wanted != before and _rank(batch, body, before, wanted, actor, at)


def _rank(batch, body, before, wanted, actor, at):
    rows = on_list(batch, body).select_related("unit").in_bulk()
    for rank, key in enumerate(wanted, 1):
        rows[key].recommended_rank = rank
    Application.objects.bulk_update(rows.values(), ["recommended_rank"])
    record(
        actor=actor,
        action="batch.order_recommended",
        target=batch,
        at=at,
        before={"body": body.name, "order": [rows[key].unit.name for key in before]},
        after={"body": body.name, "order": [rows[key].unit.name for key in wanted]},
    )
    return True
