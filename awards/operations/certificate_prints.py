"""Printing an issue: each certificate kept as soon as it is set, so that nothing is done twice."""

import tempfile
import zipfile
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from awards.models import Certificate, CertificateIssue
from awards.printing import TEXTS, Press, texts_of, undisturbed
from portal import files
from portal.audit import record

PDF, ZIP = "application/pdf", "application/zip"
CHUNK = 200
MOST_JOINED = 1500  # certificates in one print file; beyond that it would fill the memory


def print_rest(issue, *, at, owner, progress=None):
    """Print what of the issue is not printed yet; how many that were.

    A worker killed in the middle leaves what it has kept; the next one goes on from there.
    """
    rows = issue.certificates.filter(pdf=None).in_print_order()
    keys, total = list(rows.values_list("pk", flat=True)), issue.count
    press = press_of(issue) if keys else None
    with undisturbed():
        for done, certificate in enumerate(_read(keys), total - len(keys) + 1):
            keep_print(certificate, press.print(certificate, certificate.issuers.all()), owner, at)
            if progress:
                progress(done, total)
    return len(keys)


def press_of(issue):
    """The press for all certificates of an issue, printed or not."""
    rows = issue.certificates.order_by("pk").values(*TEXTS)
    offices = issue.certificates.values_list("issuers__name", flat=True).distinct()
    return Press(texts_of(rows.iterator(), [each for each in offices if each]))


def _read(keys):
    for start in range(0, len(keys), CHUNK):
        part = Certificate.objects.filter(pk__in=keys[start : start + CHUNK])
        yield from part.prefetch_related("issuers__seal").in_print_order()


def keep_print(certificate, content, owner, at):
    """Put a print to its certificate, unless another worker was first."""
    name = certificate.file_name
    stored = files.prepare(content, name=name, media_type=PDF, owner=owner, at=at)
    with transaction.atomic():
        free = Certificate.objects.select_for_update().filter(pk=certificate.pk, pdf=None)
        if free.exists():
            stored.save()
            free.update(pdf=stored, pages=1)


def bundle(issue, *, at, owner):
    """(all PDFs in one ZIP, all pages in one PDF) of an issue, as stored files not yet written."""
    rows = issue.certificates.select_related("pdf").in_print_order()
    made = []
    for work, end, media_type in ((_pack, ".zip", ZIP), (_join, "（合订）.pdf", PDF)):
        if work is _join and issue.count > MOST_JOINED:
            made.append(None)
            continue
        with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as scratch:
            work(rows.iterator(chunk_size=CHUNK), scratch)
            kept = {"name": f"{issue.label}证书{end}", "media_type": media_type}
            made.append(files.prepare(scratch, **kept, owner=owner, at=at))
    return made


def _pack(certificates, target):
    """PDFs don't shrink: they are stored as they are, under a date of their own."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for number, each in enumerate(certificates, 1):
            day = datetime.combine(timezone.localdate(each.issued_at), datetime.min.time())
            name = files.clean_name(f"{number:04d} {each.file_name}")
            entry = zipfile.ZipInfo(name, day.timetuple()[:6])
            archive.writestr(entry, files.path_of(each.pdf.sha256).read_bytes())


def _join(certificates, target):
    """One file to print from: the pages in order of their numbers."""
    import pikepdf

    with pikepdf.new() as whole:
        for each in certificates:
            with pikepdf.open(files.path_of(each.pdf.sha256)) as one:
                whole.pages.extend(one.pages)
        whole.save(target, deterministic_id=True)


@transaction.atomic
def finish_issue(issue, packed, joined, *, actor, at):
    """Everything is printed: the two files for taking away stand with the issue."""
    waiting = CertificateIssue.objects.filter(pk=issue.pk, printed_at=None)
    for each in filter(None, (packed, joined)):
        each.save()
    if waiting.update(bundle=packed, print_file=joined, printed_at=at):
        told = {"份数": issue.count}
        record(actor=actor, action="certificateissue.print", target=issue, at=at, after=told)
