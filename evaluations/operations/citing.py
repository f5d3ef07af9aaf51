"""The answer that files are put under: open, this person's to write, its version moved on."""

from django.db.models import F

from evaluations.access import helper_of
from evaluations.models import Answer
from evaluations.operations.answers import (
    begin,
    has_helped,
    hold_answer,
    note_help,
    refuse_if_over,
)

UNTOUCHED = "材料没有改动"


def hold_open(check, indicator, *, actor, at):
    """The answer of an item, locked with its check until the act is over, its version moved on.

    The check's row is locked so that handing it in and adding a file to it cannot interleave.
    """
    refuse_if_over(check, actor, at, UNTOUCHED)
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
