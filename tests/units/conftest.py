"""What the tests of this floor share."""

import subprocess

import pytest

from tests import factories as make


@pytest.fixture
def place(cast):
    """The cast with what a list needs: categories and a kind of title."""
    make.make_category("学校", code="unit_school")
    make.make_category("苏木乡镇", code="area_township", scope="area")
    cast.kind = make.make_kind("示范单位")
    return cast


@pytest.fixture
def pdf_text():
    """The words of a PDF, spaces taken out: lines break where the paper ends."""

    def read(content):
        command = ["pdftotext", "-layout", "-", "-"]
        done = subprocess.run(command, input=content, capture_output=True, check=True)
        return "".join(done.stdout.decode().split())

    return read
