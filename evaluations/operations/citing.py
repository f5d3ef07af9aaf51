"""The answer that files are put under: open, this person's to write, its version moved on."""

from django.db.models import F

from evaluations.access import clerk_or_helper, helper_of
from evaluations.models import Answer, SelfCheck
from evaluations.operations.answers import begin, has_helped, hold_answer, note_help
from evaluations.words import moment
from portal.errors import Refused

S = SelfCheck.State


def hold_open(check, indicator, *, actor, at):
    """The answer of an item, locked with its check until the act is over, its version moved on.

    The check's row is locked so that handing it in and adding a file to it cannot interleave.
    """
    refuse_if_over(check, actor, at)
    hold_answer(check, indicator)
    begin(check, actor=actor, at=at)
    helps = helper_of(actor, check)
    if helps and not has_helped(check, actor):
        note_help(check, actor=actor, at=at)
    said = {"saved_at": at, "saved_by": actor, "on_behalf": helps}
    answer, is_new = Answer.objects.get_or_create(
        check_form=check, indicator=indicator, defaults=said
    )
    if not is_new:
        Answer.objects.filter(pk=answer.pk).update(version=F("version") + 1, **said)
        answer.refresh_from_db(fields=["version", "saved_at"])
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
        return f"“{check.round}”已于 {moment(check.round.closed_at)} 结束，材料没有改动。"
    if at < check.round.opens_at:
        return f"“{check.round}”{moment(check.round.opens_at)} 开始填报，材料没有改动。"
    if check.state == S.SUBMITTED:
        return "这份自查已经提交，材料没有改动。要修改，请联系审核人员退回。"
    return ""
