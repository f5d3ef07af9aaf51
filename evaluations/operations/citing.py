"""The answer that files are put under: open, this person's to write, its version moved on."""

from django.db.models import F

from evaluations.access import clerk_of_unit, clerk_or_helper
from evaluations.lifecycles import SELF_CHECK
from evaluations.models import Answer, SelfCheck
from portal.errors import Refused

S = SelfCheck.State


def hold_open(check, indicator, *, actor, at):
    """The answer of an item, locked with its check until the act is over, its version moved on.

    The check's row is locked so that handing it in and adding a file to it cannot interleave.
    """
    check.state, check.moves = (
        SelfCheck.objects.select_for_update().values_list("state", "moves").get(pk=check.pk)
    )
    refuse_if_over(check, actor, at)
    if check.state in (S.NOT_STARTED, S.RETURNED):
        SELF_CHECK.perform("begin", check, actor=actor, at=at)
    answer, is_new = Answer.objects.get_or_create(
        check_form=check,
        indicator=indicator,
        defaults={"saved_at": at, "saved_by": actor, "on_behalf": _helps(actor, check)},
    )
    if not is_new:
        _move_on(answer, actor, at)
    return answer


def refuse_if_over(check, actor, at):
    """Refuse to change a check that is not this person's, or not open now."""
    reason = why_closed(check, actor, at)
    if reason:
        raise Refused(reason)


def why_closed(check, actor, at):
    """The sentence why this person can't change the check's files now; empty if they can."""
    if not clerk_or_helper(actor, check):
        return f"“{check.unit}”的自查不由您填报，材料没有改动。"
    if check.round.closed_at:
        return f"“{check.round}”已经结束，材料没有改动。"
    if at < check.round.opens_at:
        return f"“{check.round}”还没有开始，材料没有改动。"
    if check.state == S.SUBMITTED:
        return "这份自查已经提交，材料没有改动。要修改，请联系审核人员退回。"
    return ""


def _helps(actor, check):
    return not clerk_of_unit(actor, check)


def _move_on(answer, actor, at):
    """As saving words does: whoever has the page open elsewhere learns of it."""
    fields = {"saved_at": at, "saved_by": actor, "on_behalf": _helps(actor, answer.check_form)}
    Answer.objects.filter(pk=answer.pk).update(version=F("version") + 1, **fields)
    answer.refresh_from_db(fields=["version", "saved_at"])
