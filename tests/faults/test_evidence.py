"""Evidence with the server killed and the disk full: what arrived stays, no half file is left."""

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

import pytest

from evaluations.models import Upload
from evaluations.operations import uploads
from portal import files, pieces
from portal.errors import Refused
from portal.intake.receiving import receive
from tests.evaluations import factories as make
from tests.evaluations import sample_files as sample
from tests.factories import NOON, make_clerk, make_region, make_unit
from tests.faults.rig import times, together
from tests.faults.serving import Portal
from tests.faults.test_disk import IS_ROOT, small_disk  # noqa: F401 (a fixture)

MIB = 1024 * 1024
VIDEO = sample.mp4(7, 6_000_000)
DIGEST = hashlib.sha256(VIDEO).hexdigest()
LAY_OUT = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from datetime import timedelta
from tests.evaluations import factories as make
from tests.factories import make_clerk, make_region, make_unit

county = make_region("示例旗")
unit = make_unit(make_region("示例苏木", county))
clerk = make_clerk(unit)
now = timezone.now()
when = {"opens_at": now - timedelta(1), "due_at": now + timedelta(9), "created_by": clerk}
check = make.make_check(unit, make.make_round(county, make.make_edition(county), **when))
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(clerk.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
session[HASH_SESSION_KEY] = clerk.get_session_auth_hash()
session.create()
item = make.item_of(check.edition, "1.1").pk
print(json.dumps({"session": session.session_key, "check": check.pk, "item": item}))
"""
TELL = """
import json
from evaluations.models import AnswerEvidence, Upload
from portal import files
cited = list(AnswerEvidence.objects.values_list("evidence__sha256", flat=True))
halves = [path.name for path in files.folder("uploads").iterdir()]
whole = files.path_of(cited[0]).stat().st_size
print(json.dumps({"cited": cited, "halves": halves, "whole": whole}))
"""


def asked(portal, program):
    """What a few lines of Python print, run on the portal's own data."""
    environment = {**os.environ, "PORTAL_VAR": str(portal.var), "DEMO": "0"}
    for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


class Clerk:
    """A browser as it behaves on a bad line: keeps nothing but its cookie and the file."""

    def __init__(self, portal, stand):
        self.portal, self.stand = portal, stand
        self.token = "t" * 32

    def send(self, method, path, body=None, **heads):
        """(status, JSON) or (0, {}) where the line broke."""
        connection = HTTPConnection("127.0.0.1", self.portal.port, timeout=20)
        cookies = f"sessionid={self.stand['session']}; csrftoken={self.token}"
        heads = {
            "Cookie": cookies,
            "X-CSRFToken": self.token,
            "Accept": "application/json",
            **heads,
        }
        try:
            connection.request(method, path, body, heads)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        except (OSError, HTTPException, ValueError):
            return 0, {}
        finally:
            connection.close()

    def start(self):
        path = (
            f"/evaluations/self-checks/{self.stand['check']}/items/{self.stand['item']}/evidence/"
        )
        form = urlencode({"key": "one", "name": "活动.mp4", "size": len(VIDEO)})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", f"{path}upload/", form, **kind)[1]

    def put(self, standing, offset):
        piece = VIDEO[offset : offset + 512 * 1024]
        heads = {"Upload-Offset": str(offset), "Content-Type": "application/octet-stream"}
        status, told = self.send("PUT", standing["url"], piece, **heads)
        return told.get("offset", offset) if status else offset

    def finish(self, standing):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        form = urlencode({"sha256": DIGEST})
        return self.send("POST", standing["url"] + "finish/", form, **kind)[0]


@pytest.mark.embedded
def test_an_upload_goes_on_where_it_was_after_the_server_was_killed(tmp_path, record_property):
    kills = times(1, 5)
    record_property("attempts", f"上传途中终止服务 {kills} 次")
    with Portal(tmp_path / "var") as portal:
        clerk = Clerk(portal, asked(portal, LAY_OUT))
        standing, offset = clerk.start(), 0
        for _ in range(3):
            offset = clerk.put(standing, offset)
        kill(portal)
    assert offset == 3 * 512 * 1024

    for number in range(kills):
        with Portal(tmp_path / "var") as portal:
            clerk.portal = portal
            again = clerk.start()
            assert (again["url"], again["offset"]) == (standing["url"], offset)
            offset = clerk.put(standing, offset)
            if number == kills - 1:
                while offset < len(VIDEO):
                    offset = clerk.put(standing, offset)
                assert [clerk.finish(standing), clerk.finish(standing)] == [200, 200]
                told = asked(portal, TELL)
            kill(portal)

    assert told == {"cited": [DIGEST], "halves": [], "whole": len(VIDEO)}


def kill(portal):
    """End every process of the portal at once, without a warning."""
    for pid in portal.everybody():
        os.kill(pid, signal.SIGKILL)


def halves(root):
    """Whatever lies about that is neither whole nor the part of a known upload."""
    known = root / "by-content"
    return [
        path
        for path in root.rglob("*")
        if path.is_file() and path.name != "lock" and known not in path.parents
    ]


if IS_ROOT:

    @pytest.mark.django_db
    def test_a_full_disk_refuses_evidence_whole_and_keeps_the_pieces(small_disk, settings):
        settings.MEDIA_ROOT, settings.FILE_RESERVE_SHARE = small_disk / "files", 0.0
        settings.MEDIA_ROOT.mkdir()
        county = make_region()
        unit = make_unit(county)
        clerk = make_clerk(unit)
        round = make.make_round(county, make.make_edition(county), created_by=clerk)
        check = make.make_check(unit, round)
        item = make.item_of(check.edition, "1.1")
        upload = uploads.start_upload(
            check, item, key="a", name="活动.mp4", size=len(VIDEO), actor=clerk, at=NOON
        )
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(12 * MIB))

        arrived = pour(upload)
        with pytest.raises(Refused, match="磁盘空间不足，文件没有保存"):
            receive(io.BytesIO(sample.mp4(8, 6 * MIB)), name="又一段.mp4", owner=clerk, at=NOON)
        assert [path.name for path in halves(settings.MEDIA_ROOT)] == [upload.code]

        ballast.unlink()
        assert pour(upload, arrived) == len(VIDEO)
        uploads.finish_upload(upload, sha256=DIGEST, actor=clerk, at=NOON)
        assert files.path_of(DIGEST).stat().st_size == len(VIDEO)
        assert halves(settings.MEDIA_ROOT) == []


def pour(upload, offset=0):
    """Send pieces until all is there or there is no room; how much has arrived."""
    try:
        while offset < len(VIDEO):
            piece = VIDEO[offset : offset + MIB]
            offset = uploads.append_piece(
                upload, io.BytesIO(piece), offset=offset, length=len(piece)
            )
    except Refused:
        return pieces.received(upload)
    return offset


@pytest.mark.django_db(transaction=True)
def test_two_files_announced_at_once_share_what_room_there_is(cast, settings, record_property):
    rounds = times(15, 200)
    record_property("attempts", f"同时开始上传两份 {rounds} 次")
    settings.EVIDENCE_UNIT_LIMIT = 1000
    check = make.make_check(cast.one, make.make_round(cast.city, make.make_edition(cast.city)))
    item = make.item_of(check.edition, "1.1")

    for _ in range(rounds):
        Upload.objects.all().delete()
        refused = []

        def announce(key, refused=refused):
            said = {"key": key, "name": "活动.mp4", "size": 600, "actor": cast.clerk, "at": NOON}
            try:
                uploads.start_upload(check, item, **said)
            except Refused as refusal:
                refused.append(str(refusal))

        together(lambda: announce("a"), lambda: announce("b"))

        assert (Upload.objects.count(), len(refused)) == (1, 1)
        assert "材料合计将超过" in refused[0]
