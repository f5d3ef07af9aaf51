"""Receipts of what invented units handed in: real ones, over what their answers say."""

from evaluations.filling import Filling
from evaluations.models import Receipt, SelfCheck
from evaluations.operations.hand_in import content_of, digest


def write_receipts(round, checks, answers):
    """One receipt for each check that was handed in, in the order of handing in."""
    done = sorted((each for each in checks if each.submitted_at), key=lambda c: c.submitted_at)
    made = [
        _receipt(f"ZC{round.year}-{round.pk:04d}-{number:05d}", check, answers[check.unit_id])
        for number, check in enumerate(done, 1)
    ]
    Receipt.objects.bulk_create(made, batch_size=300)
    SelfCheck.objects.bulk_update(
        done, ["receipt_no", "receipt_sha256", "self_total"], batch_size=300
    )


def _receipt(number, check, answers):
    filling = Filling(check, {answer.indicator_id: answer for answer in answers})
    content = content_of(check, filling, check.submitted_by, check.submitted_at)
    check.receipt_no, check.receipt_sha256 = number, digest(content)
    check.self_total = filling.result.total
    return Receipt(
        number=number,
        check_form=check,
        handed_in_at=check.submitted_at,
        handed_in_by=check.submitted_by,
        total=check.self_total,
        items=len(answers),
        files=sum(each.files for each in answers),
        content=content,
        sha256=check.receipt_sha256,
    )


def seal():
    """From now on what was handed in changes for nobody until it is returned."""
    SelfCheck.objects.filter(state=SelfCheck.State.SUBMITTED).update(is_sealed=True)
