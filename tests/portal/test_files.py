"""Files: stored once and whole, named harmlessly, given only to their owner."""

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse

from portal import files
from portal.errors import Refused
from portal.models import StoredFile
from tests.factories import NOON, make_file


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


def on_disk(root):
    return [path for path in root.rglob("*") if path.is_file() and path.name != "lock"]


def age(path, hours):
    then = NOON.timestamp() - hours * 3600
    os.utime(path, (then, then))


def test_equal_contents_are_stored_once_under_their_digest(cast, root):
    first, second = make_file(cast.clerk, b"same"), make_file(cast.other_clerk, b"same")

    assert first.code != second.code
    assert [path.name for path in on_disk(root)] == [first.sha256]
    assert (first.size, files.path_of(first.sha256).read_bytes()) == (4, b"same")


def test_a_stream_and_a_path_are_kept_like_bytes(cast, tmp_path):
    source = tmp_path / "source.bin"
    source.write_bytes(b"x" * 3_000_000)
    stream = BytesIO(source.read_bytes())
    stream.read(5)

    fields = {"name": "a.bin", "media_type": "text/plain", "owner": cast.clerk, "at": NOON}
    kept = {files.keep(each, **fields).sha256 for each in (source, stream)}

    assert len(kept) == 1
    assert StoredFile.objects.count() == 2


def test_nothing_is_stored_while_the_disk_is_nearly_full(cast, root, settings):
    settings.FILE_RESERVE_BYTES = 2**60
    settings.FILE_RESERVE_SHARE = 1.1

    with pytest.raises(Refused, match="磁盘空间不足，文件没有保存"):
        make_file(cast.clerk)

    assert on_disk(root) == []
    assert not StoredFile.objects.exists()


def test_a_source_that_breaks_leaves_no_half_file(cast, root):
    class Broken(BytesIO):
        def read(self, size):
            if self.tell() > 0:
                raise OSError(28, "no space")
            return super().read(size)

    with pytest.raises(Refused):
        make_file(cast.clerk, Broken(b"x" * 2_000_000))

    assert on_disk(root) == []


def test_the_owner_gets_the_file_whole_and_locked_down(cast, client):
    stored = make_file(cast.clerk, b"content" * 1000, "呼伦贝尔市示范单位名录.xlsx")
    client.force_login(cast.clerk)

    response = client.get(
        reverse("portal:file", args=[stored.code]), headers={"accept-encoding": "gzip"}
    )

    assert b"".join(response) == b"content" * 1000
    assert response.headers["Content-Length"] == "7000"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")


def test_nobody_else_gets_it_even_with_the_code(cast, client):
    stored = make_file(cast.clerk)
    client.force_login(cast.other_clerk)

    assert client.get(reverse("portal:file", args=[stored.code])).status_code == 404
    client.logout()
    assert client.get(reverse("portal:file", args=[stored.code])).status_code == 302


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("单位名录.xlsx", "单位名录.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\名单.xlsx", "名单.xlsx"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("名\x00单\r\n.xlsx", "名单.xlsx"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("  名单.xlsx. ", "名单.xlsx"),
        ("cafe\u0301.txt", "café.txt"),
        ("..", "未命名"),
        ("", "未命名"),
        ("a/b/", "未命名"),
        ('名"单<1>.xlsx', "名_单_1_.xlsx"),
    ],
)
def test_names_are_made_harmless(given, kept):
    assert files.clean_name(given) == kept


def test_a_long_name_keeps_its_extension():
    kept = files.clean_name("长" * 300 + ".xlsx")

    assert len(kept) == 120
    assert kept.endswith("长.xlsx")


def test_the_sweeper_takes_only_what_nobody_has_known_for_a_day(cast, root):
    known = files.path_of(make_file(cast.clerk, b"known").sha256)
    fresh, orphan = (files.path_of(files.put(text)[0]) for text in (b"fresh", b"orphan"))
    half, growing = root / "tmp/old.part", root / "tmp/new.part"
    half.write_bytes(b"ha")
    growing.write_bytes(b"gr")
    for path, hours in ((known, 48), (orphan, 25), (fresh, 1), (half, 25), (growing, 1)):
        age(path, hours)

    assert files.sweep(NOON) == 2

    assert {path.name for path in on_disk(root)} == {known.name, fresh.name, "new.part"}


def test_content_put_again_counts_as_fresh(root):
    path = files.path_of(files.put(b"orphan")[0])
    age(path, 48)

    files.put(b"orphan")

    assert files.sweep(NOON + timedelta(hours=1)) == 0
    assert path.exists()


def test_no_address_serves_the_folder_itself(client, cast, settings):
    stored = make_file(cast.clerk)
    client.force_login(cast.clerk)
    inside = files.path_of(stored.sha256).relative_to(settings.MEDIA_ROOT)

    for prefix in ("media", "files", "static"):
        assert client.get(f"/{prefix}/{Path(inside)}").status_code == 404
    assert settings.MEDIA_URL in ("", "/")
