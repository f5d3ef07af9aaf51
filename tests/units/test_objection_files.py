"""What comes with an objection: papers of moderate size, and of an anonymous person no trace."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal import files
from portal.errors import Refused
from tests.evaluations import sample_files as sample
from tests.factories import NOON, make_notice, make_officer, make_running_batch
from units.operations import objections

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(cast):
    return make_notice(make_running_batch(cast.city), make_officer(cast.city, may_sign=True))


def picture():
    """One into which a camera has written whose it is."""
    out, exif = BytesIO(), Image.Exif()
    exif[0x013B] = "OWNER-OF-CAMERA"
    Image.new("RGB", (640, 480), "grey").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("示例某人的照片.jpg", out.getvalue())


@pytest.mark.parametrize("anonymous", [True, False])
def test_of_an_anonymous_picture_neither_name_nor_camera_is_kept(notice, anonymous):
    [stored] = objections.receive_files([picture()], notice, NOON, anonymous=anonymous)

    assert stored.name == ("附件 1.jpg" if anonymous else "示例某人的照片.jpg")
    content = files.path_of(stored.sha256).read_bytes()
    assert (b"OWNER-OF-CAMERA" in content) is not anonymous
    assert Image.open(BytesIO(content)).size == (640, 480)


def test_an_anonymous_paper_loses_its_name(notice):
    sent = SimpleUploadedFile("示例某人的信.pdf", sample.pdf(1))

    [stored] = objections.receive_files([sent], notice, NOON, anonymous=True)

    assert (stored.name, stored.media_type) == ("附件 1.pdf", "application/pdf")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("示例.pdf", b"0" * (objections.MOST_BYTES + 1), "超过 10 MB，没有保存任何内容"),
        ("示例.html", b"<!doctype html><script>alert(1)</script>", "网页文件"),
        ("示例.exe", b"MZ" + b"0" * 99, "程序文件"),
    ],
)
def test_what_is_too_large_or_no_paper_is_not_taken(notice, name, content, sentence):
    with pytest.raises(Refused, match=sentence):
        objections.receive_files([SimpleUploadedFile(name, content)], notice, NOON)


def test_a_film_is_not_taken_though_evidence_may_be_one(notice, monkeypatch):
    received = objections.receive

    def as_film(content, **told):
        found = received(content, **told)
        return type(found)(found.stored, "video", None, None)

    monkeypatch.setattr(objections, "receive", as_film)
    with pytest.raises(Refused, match="不是 PDF、图片、DOCX 或 XLSX"):
        objections.receive_files([picture()], notice, NOON)


def test_more_than_three_are_not_taken(notice):
    with pytest.raises(Refused, match="最多附 3 个文件"):
        objections.receive_files([picture() for _ in range(4)], notice, NOON)
