"""Large files in pieces: whatever breaks on the way, what arrived stays, and nothing else does."""

import hashlib
import io
import os
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from evaluations.models import AnswerEvidence, Evidence, SelfCheck, Upload
from evaluations.operations import uploads as act
from portal import pieces
from portal.errors import Refused
from tests.evaluations import factories as make
from tests.evaluations import sample_files as sample
from tests.factories import NOON

VIDEO = sample.mp4(1, 300_000)
SIZE = len(VIDEO)
DIGEST = hashlib.sha256(VIDEO).hexdigest()


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def check(cast):
    round = make.make_round(cast.city, make.make_edition(cast.city))
    return make.make_check(cast.one, round, state=SelfCheck.State.FILLING)


def start(check, by, size=SIZE, key="a", name="活动.mp4", indicator=None):
    indicator = indicator or make.item_of(check.edition, "1.1")
    return act.start_upload(check, indicator, key=key, name=name, size=size, actor=by, at=NOON)


def send(upload, content=VIDEO, offset=0, length=None):
    length = len(content) - offset if length is None else length
    return act.append_piece(upload, io.BytesIO(content[offset:]), offset=offset, length=length)


def finish(upload, by, sha256=DIGEST):
    return act.finish_upload(upload, sha256=sha256, actor=by, at=NOON)


def kept(root):
    return [path for path in root.rglob("*") if path.is_file() and path.name != "lock"]


def test_a_file_in_pieces_ends_up_under_its_item(cast, check, root):
    upload = start(check, cast.clerk)

    assert send(upload, length=100_000) == 100_000
    assert send(upload, offset=100_000) == len(VIDEO)
    citation = finish(upload, cast.clerk)

    assert (citation.evidence.sha256, citation.evidence.title) == (DIGEST, "活动.mp4")
    assert [path.name for path in kept(root)] == [DIGEST]
    assert finish(upload, cast.clerk) == citation  # the first answer got lost on the way


def test_the_same_start_again_is_the_same_upload(cast, check):
    assert start(check, cast.clerk) == start(check, cast.clerk)
    assert Upload.objects.count() == 1


def test_a_key_belongs_to_the_item_it_was_first_used_for(cast, check):
    start(check, cast.clerk)
    elsewhere = make.item_of(check.edition, "1.2")

    with pytest.raises(Refused) as refusal:
        start(check, cast.clerk, indicator=elsewhere)

    assert str(refusal.value).startswith("这次上传已用于“1.1 ")
    assert str(refusal.value).endswith("的“活动.mp4”，没有开始上传。请重新选择文件。")
    assert Upload.objects.get().indicator.code == "1.1"


def test_what_arrived_outlives_an_act_that_did_not_come_about(cast, check):
    first = start(check, cast.clerk)
    send(first)
    finish(first, cast.clerk)  # from now on these contents are stored
    again = start(check, cast.clerk, key="b", indicator=make.item_of(check.edition, "1.2"))
    send(again)

    with pytest.raises(ConnectionError), transaction.atomic():
        finish(again, cast.clerk)
        raise ConnectionError

    assert pieces.received(again) == SIZE


def test_a_piece_in_the_wrong_place_is_told_where_to_go_on(cast, check):
    upload = start(check, cast.clerk)
    send(upload, length=1000)

    for offset in (0, 500, 2000):
        with pytest.raises(pieces.Misplaced) as told:
            send(upload, offset=offset, length=10)
        assert told.value.offset == 1000
    with pytest.raises(pieces.Misplaced):
        finish(upload, cast.clerk)


def test_what_arrived_before_the_line_broke_stays(cast, check):
    upload = start(check, cast.clerk)

    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell() >= 65536:
                raise OSError("connection reset")
            return super().read(size)

    with pytest.raises(Refused):
        act.append_piece(upload, Broken(VIDEO), offset=0, length=len(VIDEO))

    assert pieces.received(upload) == 65536


def test_more_than_was_announced_is_not_taken(cast, check):
    upload = start(check, cast.clerk, size=1000)

    with pytest.raises(pieces.Misplaced):
        send(upload, length=1001)
    assert pieces.received(upload) == 0


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (4 * 1024**3, "有 4096.0 MB，超过 200 MB，没有保存这个文件。请压缩或截短后再传"),
        (0, "是空文件"),
    ],
)
def test_too_long_or_empty_is_refused_before_anything_travels(cast, check, size, told, root):
    with pytest.raises(Refused, match=told):
        start(check, cast.clerk, size=size)

    assert (Upload.objects.count(), kept(root)) == (0, [])


def test_announced_files_take_up_room_too(cast, check, settings):
    settings.EVIDENCE_UNIT_LIMIT = 500_000
    start(check, cast.clerk)

    with pytest.raises(Refused, match="材料合计将超过"):
        start(check, cast.clerk, key="b")


def test_a_file_that_changed_on_the_way_leaves_nothing(cast, check, root):
    upload = start(check, cast.clerk)
    send(upload)

    with pytest.raises(Refused, match="在上传途中有改变或没有传完整，没有保存"):
        finish(upload, cast.clerk, sha256="0" * 64)

    assert (Upload.objects.count(), Evidence.objects.count(), kept(root)) == (0, 0, [])


def test_a_hostile_file_in_pieces_leaves_nothing(cast, check, root):
    page = b"<html><script>alert(1)</script>" * 100
    upload = start(check, cast.clerk, size=len(page), name="照片.jpg")
    send(upload, page)

    with pytest.raises(Refused, match="实际是网页文件"):
        finish(upload, cast.clerk, sha256=hashlib.sha256(page).hexdigest())

    assert (Upload.objects.count(), kept(root)) == (0, [])


def test_handing_in_meanwhile_keeps_the_file_out(cast, check):
    upload = start(check, cast.clerk)
    send(upload)
    SelfCheck.objects.update(state=SelfCheck.State.SUBMITTED, is_sealed=True)

    with pytest.raises(Refused, match="已经提交"):
        finish(Upload.objects.get(), cast.clerk)

    assert not AnswerEvidence.objects.exists()


def test_the_scanner_being_away_loses_nothing(cast, check, settings):
    upload = start(check, cast.clerk)
    send(upload)
    settings.CLAMD_ADDRESS = "127.0.0.1:1"

    with pytest.raises(Refused, match="病毒检查暂时不可用"):
        finish(upload, cast.clerk)
    settings.CLAMD_ADDRESS = ""

    assert finish(upload, cast.clerk).evidence.sha256 == DIGEST


def test_half_files_nobody_goes_on_with_are_taken_away(cast, check, root):
    going, silent = start(check, cast.clerk, key="a"), start(check, cast.clerk, key="b")
    for each in (going, silent):
        send(each, length=100)
    lost = root / "uploads/nobodys"
    lost.write_bytes(b"half")
    old = NOON.timestamp() - 1
    for path in (pieces.part_of(silent), lost):
        os.utime(path, (old, old))

    assert act.sweep_uploads(NOON + timedelta(hours=24, seconds=1)) == 2

    assert list(Upload.objects.all()) == [going]
    assert [path.name for path in kept(root)] == [going.code]


def put(client, url, content, offset):
    heads = {"Upload-Offset": str(offset), "Accept": "application/json"}
    return client.put(url, content, content_type="application/octet-stream", headers=heads)


def test_the_pages_of_an_upload_tell_how_far_it_is(cast, check, client):
    client.force_login(cast.clerk)
    args = [check.pk, make.item_of(check.edition, "1.1").pk]
    sent = {"key": "k", "name": "活动.mp4", "size": len(VIDEO)}

    standing = client.post(reverse("evaluations:upload-start", args=args), sent).json()
    assert put(client, standing["url"], VIDEO[:1000], 0).json()["offset"] == 1000
    wrong = put(client, standing["url"], VIDEO[:1000], 0)
    assert (wrong.status_code, wrong.json()["offset"]) == (409, 1000)
    assert client.get(standing["url"]).json()["offset"] == 1000
    put(client, standing["url"], VIDEO[1000:], 1000)
    done = client.post(standing["url"] + "finish/", {"sha256": DIGEST})

    assert (done.status_code, done.json()["files"], done.json()["version"]) == (200, 1, 1)
    assert "活动.mp4" in done.json()["html"]


def test_giving_up_leaves_nothing(cast, check, client, root):
    client.force_login(cast.clerk)
    upload = start(check, cast.clerk)
    send(upload, length=100)

    assert client.delete(reverse("evaluations:upload", args=[upload.code])).status_code == 204

    assert (Upload.objects.count(), kept(root)) == (0, [])


def test_a_clerk_who_left_the_unit_cannot_go_on(cast, check, client):
    upload = start(check, cast.clerk)
    cast.one.clerks.remove(cast.clerk)
    client.force_login(cast.clerk)

    response = put(client, reverse("evaluations:upload", args=[upload.code]), VIDEO, 0)

    assert response.status_code == 404
