"""A great many hostile files: none is kept, none does anything; benign ones come in."""

import io
from collections import Counter

import pytest

from portal.errors import Refused
from portal.intake.receiving import receive
from tests.factories import NOON
from tests.faults.hostile_files import benign, hostile
from tests.faults.rig import times

SERVABLE = {
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "application/pdf",
    "video/mp4",
    "application/ofd",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


def took(content, name):
    try:
        return receive(io.BytesIO(content), name=name, owner=None, at=NOON)
    except Refused as refusal:
        assert "没有保存" in str(refusal)
        return None


def test_no_hostile_file_is_kept(root, record_property):
    count = times(60, 1000)
    made = [hostile(seed) for seed in range(count)]
    kept = Counter(kind for content, name, kind in made if took(content, name))
    record_property("attempts", f"恶意文件 {count} 份")

    assert kept == {}
    assert [path for path in root.rglob("*") if path.is_file() and path.name != "lock"] == []


def test_benign_files_come_in(record_property):
    count = times(36, 300)
    received = [took(*benign(seed)) for seed in range(count)]
    record_property("attempts", f"正常文件 {count} 份")

    good = [each for each in received if each]
    assert len(good) >= 0.99 * count
    assert {each.stored.media_type for each in good} <= SERVABLE
