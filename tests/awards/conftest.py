"""What the tests of this floor share: a city that has just named, and readers of paper."""

import io
import subprocess

import pytest

from awards import fonts
from awards.operations.certificate_prints import bundle, finish_issue, print_rest
from awards.operations.certificates import issue_for_batch
from awards.operations.templates import load_templates
from tests.factories import NOON
from tests.units.decided import draft, make_city
from units.operations.decisions import apply_decision

ADDRESS = "https://example.test"
CUT = {}


@pytest.fixture(autouse=True)
def faces_cut_once(monkeypatch):
    """Cutting the faces takes longer than all else; most tests ask for the same characters."""
    real = fonts.subset

    def kept(style, characters):
        key = style, frozenset(characters)
        if key not in CUT:
            CUT[key] = real(style, characters)
        return CUT[key]

    monkeypatch.setattr(fonts, "subset", kept)


@pytest.fixture
def city(cast):
    """Three units named by a decision in force; the template is there."""
    load_templates(at=NOON)
    made = make_city(cast)
    made.decision = apply_decision(draft(made), **made.leader)
    made.titles = {each.unit_id: each for each in made.batch.designations.all()}
    return made


@pytest.fixture
def issue(city):
    """Their certificates, numbered, not printed yet."""
    return issue_for_batch(city.batch, address=ADDRESS, **city.leader)


def printed(issue, owner):
    """Print all of an issue as the worker does."""
    told = {"at": NOON, "owner": owner}
    count = print_rest(issue, **told)
    finish_issue(issue, *bundle(issue, **told), actor=owner, at=NOON)
    return count


def words_of(content):
    """The words of a PDF, spaces taken out."""
    command = ["pdftotext", "-layout", "-", "-"]
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def codes_on(content, scale=2):
    """What the QR codes on the first page say, read by a decoder of another make."""
    import pypdfium2
    import zxingcpp

    picture = pypdfium2.PdfDocument(io.BytesIO(content))[0].render(scale=scale).to_pil()
    return [each.text for each in zxingcpp.read_barcodes(picture)]
