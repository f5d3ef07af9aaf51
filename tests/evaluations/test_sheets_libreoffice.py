"""After a pass through LibreOffice the book is read and the review sheets are proved."""

import subprocess

import pytest
from django.core.management import call_command

from evaluations.models import Inspection
from evaluations.operations import score_books as operations
from evaluations.sheets.review_book import write_review_book
from tests.evaluations import books
from tests.evaluations.books import REASON, VALUE, confirm, fill, read, scores, take_in
from tests.factories import NOON


@pytest.fixture
def stand(cast, settings, tmp_path):
    return books.lay_out_book(cast, settings, tmp_path)


def resaved(path, folder):
    """The workbook as LibreOffice saves it."""
    out = folder / "out"
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", out, path],
        check=True,
        capture_output=True,
        timeout=240,
    )
    return out / path.name


def test_a_filled_book_comes_back_through_libreoffice(stand, tmp_path):
    fill(stand.path, stand.west, {("1.1", VALUE): 55.5, ("1.1", REASON): "台账不全\n缺照片"})

    path = resaved(stand.path, tmp_path)

    source = read(path, stand.one)
    assert (source.faults, source.notes) == ([], [])
    confirm(take_in(path, stand.one), stand.one)
    row = scores(stand)[stand.west, "1.1"]
    assert (str(row.value), row.reason) == ("55.50", "台账不全\n缺照片")


def test_an_unchanged_book_is_still_unchanged_after_libreoffice(stand, tmp_path):
    source = read(resaved(stand.path, tmp_path), stand.one)

    assert operations.unchanged(source, actor=stand.one)


def test_review_sheets_are_proved_after_libreoffice(stand, tmp_path):
    stand.task.sheets.update(signed_at=NOON)
    type(stand.task).objects.filter(pk=stand.task.pk).update(state="signed")
    path = tmp_path / "review.xlsx"
    rows = Inspection.objects.filter(round=stand.round)
    write_review_book(str(path), rows, round=stand.round, author="=审计", at=NOON)

    call_command("verify_workbook", str(resaved(path, tmp_path)), verbosity=0)
