"""What is printed in the background: it is found again, and no transaction waits for the disk."""

import pytest
from django.db import connection

from portal import files
from portal.models import Job
from tests.factories import make_application, make_notice, make_running_batch
from tests.units.applying import COMPLETE, submit
from units.operations.notices import print_notice
from units.tasks import print_notice as notice_task
from units.tasks import print_receipt

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def inside(monkeypatch):
    """For each file written: was a transaction kept open meanwhile?"""
    found, put = [], files.put

    def watched(content):
        found.append(connection.in_atomic_block)
        return put(content)

    monkeypatch.setattr(files, "put", watched)
    return found


def test_a_receipt_is_printed_before_anything_is_written_down(cast, inside):
    draft = make_application(cast.one, make_running_batch(cast.city), **COMPLETE)
    made = submit(draft, cast)
    job = Job.objects.get(name="units.print_receipt")

    print_receipt(job_id=job.pk)

    made.refresh_from_db()
    job.refresh_from_db()
    assert made.pdf.name == f"申报回执 {made.receipt_no}.pdf" and job.result == made.pdf
    assert files.path_of(made.pdf.sha256).read_bytes().startswith(b"%PDF")
    assert inside == [False]


def test_a_notice_too(cast, leader, inside):
    notice = make_notice(make_running_batch(cast.city), leader)
    print_notice(notice, leader)
    job = Job.objects.get(name="units.print_notice")

    notice_task(job_id=job.pk)

    notice.refresh_from_db()
    job.refresh_from_db()
    assert notice.pdf.name == f"{notice.title}.pdf" and job.result == notice.pdf
    assert inside == [False]
