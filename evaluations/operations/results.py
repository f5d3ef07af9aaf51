"""What is decided about a round's results: how many places there are, and when units see them."""

from django.db import transaction
from django.utils.timezone import localtime

from evaluations.access import check_keeper
from evaluations.models import InspectionRound
from evaluations.operations.settling import settle_round
from portal.audit import record
from portal.errors import Refused
from portal.operations.notifications import notify
from portal.versions import save_versioned

State = InspectionRound.State


@transaction.atomic
def set_places(held, places, *, version, actor, at):
    """Say how many units the round is to put forward; empty: all that reach the line."""
    check_keeper(actor, held)
    if held.published_at:
        raise Refused("结果已经公布，名额不能再改，没有保存。")
    before, held.places = held.places, places
    save_versioned(held, version=version, fields=["places"])
    told = {"before": {"places": before}, "after": {"places": places}}
    record(actor=actor, action="inspectionround.set_places", target=held, at=at, **told)
    if held.state == State.FINISHED:
        settle_round(held, actor=actor, at=at)


@transaction.atomic
def publish_results(held, *, actor, at):
    """Let each unit see its own final score and the reasons of deductions, never who gave them."""
    held = InspectionRound.objects.select_for_update().get(pk=held.pk)
    check_keeper(actor, held)
    if held.published_at:
        raise Refused(
            f"“{held}”的结果已于 {localtime(held.published_at):%Y-%m-%d} 公布，没有再次公布。"
        )
    if held.state != State.FINISHED or held.inspections.filter(settled_at=None).exists():
        raise Refused(f"“{held}”还没有结分，不能公布。请先结束打分。")
    InspectionRound.objects.filter(pk=held.pk).update(published_at=at)
    units = held.inspections.select_related("unit").prefetch_related("unit__clerks")
    for each in units:
        _notify(each, held, at)
    told = {"units": len(units)}
    record(actor=actor, action="inspectionround.publish", target=held, at=at, after=told)


def _notify(inspection, held, at):
    for clerk in inspection.unit.clerks.all():
        if clerk.is_active:
            text = f"“{held}”结果已公布，请查看“{inspection.unit}”的得分和扣分理由。"
            notify(clerk, text, url=inspection.get_absolute_url(), at=at)
