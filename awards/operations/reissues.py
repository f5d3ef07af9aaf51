"""One paper in place of another under the same number; and one declared void."""

from django.db import IntegrityError, transaction

from awards import printing
from awards.lifecycles import CERTIFICATE
from awards.models import Certificate, CertificateIssue, CertificateIssuer
from awards.operations.certificates import ask_for_print, new_certificate
from portal.audit import record
from portal.errors import Refused
from units.models import Designation

COPIED = [
    "designation",
    "template",
    "series",
    "position",
    "number",
    "heading",
    "text",
    "title",
    "closing",
    "level",
    "batch_name",
    "named_on",
    "starts_on",
    "ends_on",
    "document_no",
    "dated_on",
    "listed_name",
]
NOTHING = "没有补发。"
R = Certificate.Reason


def reissue_certificate(certificate, *, reason, note, address, actor, at):
    """A new paper under the same number: the old one was lost, or the unit is called otherwise.

    The new one has a code of its own, so that whoever finds the old paper is told.
    """
    name = certificate.unit.name if reason == R.RENAMED else certificate.unit_name
    _check(certificate, reason, note, name)
    with transaction.atomic():
        CERTIFICATE.perform("supersede", certificate, actor=actor, at=at, note=note)
        made = _copy(certificate, reason, name, address, actor, at)
        told = {"编号": made.number, "单位": made.unit_name, "事由": R(reason).label}
        record(actor=actor, action="certificate.reissue", target=made, at=at, after=told, note=note)
        ask_for_print(made.issue, actor=actor)
    return made


def _check(certificate, reason, note, name):
    if reason not in Certificate.REISSUES or not note.strip():
        raise Refused(f"请选择补发事由并写明情况，{NOTHING}")
    if certificate.designation.state not in Designation.HOLDING:
        label = certificate.designation.get_state_display()
        raise Refused(f"“{certificate.title}”{label}，不能再补发证书；{NOTHING}")
    if reason == R.RENAMED and name == certificate.unit_name:
        raise Refused(f"单位名称与证书相同，不需要换发；{NOTHING}")
    texts = {field: getattr(certificate, field) for field in printing.TEXTS}
    found = printing.missing_shapes([{**texts, "unit_name": name}])
    if found:
        raise Refused(f"{''.join(found)}{NOTHING}")


def _copy(certificate, reason, name, address, actor, at):
    """The new paper; the departments and their seals stay those of the old one."""
    issue = CertificateIssue.objects.create(
        region=certificate.issue.region,
        batch=certificate.issue.batch,
        label=f"{name}（{R(reason).label}）"[:80],
        address=address,
        count=1,
        issued_at=at,
        issued_by=actor,
    )
    made = new_certificate(
        issue,
        **{field: getattr(certificate, field) for field in COPIED},
        unit_name=name,
        edition=certificate.edition + 1,
        reason=reason,
        supersedes=certificate,
        issued_at=at,
        issued_by=actor,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(f"“{certificate}”刚刚由他人补发过，{NOTHING}请刷新后再看。") from error
    CertificateIssuer.objects.bulk_create(
        CertificateIssuer(
            certificate=made,
            body_id=each.body_id,
            name=each.name,
            position=each.position,
            seal_id=each.seal_id,
        )
        for each in certificate.issuers.all()
    )
    return made


@transaction.atomic
def void_certificate(certificate, *, note, actor, at):
    """A paper that should not have been made; its number stays used, the title is untouched."""
    CERTIFICATE.perform("void", certificate, actor=actor, at=at, note=note)
    Certificate.objects.filter(pk=certificate.pk).update(note=note.strip()[:300])
    certificate.note = note.strip()[:300]
