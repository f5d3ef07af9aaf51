"""A large file on its way to an item: announced, sent in pieces, examined, cited."""

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from evaluations.models import AnswerEvidence, Upload
from evaluations.operations.answers import refuse_if_over
from evaluations.operations.citing import UNTOUCHED
from evaluations.operations.evidence import add_evidence, hold_unit, refuse_if_full, refuse_quota
from portal import files, pieces
from portal.errors import Refused
from portal.intake import receiving
from portal.intake.scanning import NotNow
from portal.pieces import Misplaced


@transaction.atomic
def start_upload(check, indicator, *, key, name, size, actor, at):
    """Announce a file; the same key again for the same item gives the same upload."""
    hold_unit(check.unit)
    known = Upload.objects.filter(created_by=actor, key=key).select_related("indicator").first()
    if known:
        return _same(known, check, indicator)
    name = files.clean_name(name)
    receiving.refuse_size(size, name)
    pieces.refuse_empty(name, size)
    refuse_if_over(check, actor, at, UNTOUCHED)
    refuse_if_full(check, indicator)
    refuse_quota(check.unit, size + on_the_way(check.unit))
    return Upload.objects.create(
        key=key,
        check_form=check,
        indicator=indicator,
        name=name,
        size=size,
        created_by=actor,
        created_at=at,
    )


def _same(known, check, indicator):
    if (known.check_form_id, known.indicator_id) != (check.pk, indicator.pk):
        raise Refused(
            f"这次上传已用于“{known.indicator}”的“{known}”，没有开始上传。请重新选择文件。"
        )
    return known


def on_the_way(unit):
    """Bytes that were announced for a unit and have not been handed over."""
    pending = Upload.objects.pending().filter(check_form__unit=unit)
    return pending.aggregate(sum=Sum("size"))["sum"] or 0


def append_piece(upload, stream, *, offset, length):
    """Write a piece at its place; returns how much there is now."""
    if upload.evidence_id:
        raise Misplaced(pieces.received(upload))
    return pieces.append_piece(upload, stream, offset=offset, length=length)


def finish_upload(upload, *, sha256, actor, at):
    """Examine the whole file and cite it; asked again, it gives what it gave the first time."""
    if upload.evidence_id:
        return _citation(upload)
    with pieces.held(upload) as part:
        upload.refresh_from_db(fields=["evidence"])
        if upload.evidence_id:
            pieces.forget(upload)  # opening it has made it anew
            return _citation(upload)
        pieces.refuse_unfinished(upload, part)
        return _taken_in(upload, sha256, actor, at)


def _taken_in(upload, sha256, actor, at):
    try:
        found = pieces.digest_of(upload, sha256)
        received = receiving.settle(
            pieces.part_of(upload), found, name=upload.name, owner=actor, at=at
        )
        return _cited(upload, received, actor, at)
    except NotNow:
        raise
    except Refused:
        drop_upload(upload)
        raise


@transaction.atomic
def _cited(upload, received, actor, at):
    citation = add_evidence(upload.check_form, upload.indicator, received, actor=actor, at=at)
    Upload.objects.filter(pk=upload.pk).update(evidence=citation.evidence)
    transaction.on_commit(partial(pieces.forget, upload))
    return citation


def _citation(upload):
    rows = AnswerEvidence.objects.select_related("answer", "evidence")
    found = rows.filter(
        answer__check_form=upload.check_form_id,
        answer__indicator=upload.indicator_id,
        evidence=upload.evidence_id,
    ).first()
    if found is None:
        raise Refused(f"“{upload}”上传后已从本项移除，没有再次添加。")
    return found


def drop_upload(upload):
    """Forget an upload and what has arrived of it. Nobody's act: nothing had been kept."""
    Upload.objects.filter(pk=upload.pk).delete()
    pieces.forget(upload)  # a part without a row is swept, a row needs its part


def sweep_uploads(at):
    """Forget uploads nobody went on with, and pieces without a row; say how many."""
    old = at - timedelta(hours=settings.EVIDENCE_UPLOAD_HOURS)
    rows = Upload.objects.filter(created_at__lt=old)
    silent = [each for each in rows if pieces.silent_since(each, old)]
    for each in silent:
        drop_upload(each)
    return len(silent) + pieces.sweep_lost(Upload, old)
