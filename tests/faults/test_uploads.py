"""Four gigabytes announced, or sent in pieces: refused at once, and the disk does not notice."""

import os
import socket
import threading
import time
from http.client import HTTPConnection, HTTPException

import pytest

from tests.faults.serving import Portal

pytestmark = [pytest.mark.fault, pytest.mark.embedded]
SENDERS = 200 if os.environ.get("FULL") == "1" else 50
GB, MB = 1024**3, 1024**2
UPLOAD, SIGN_IN = "/units/imports/new/", "/sign-in/"
EVIDENCE, PIECE = "/evaluations/self-checks/1/items/1/evidence/", "/evaluations/evidence/uploads/a/"
HEAD = "POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/octet-stream\r\n{}\r\n\r\n"


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    with Portal(tmp_path_factory.mktemp("var")) as running:
        yield running


def send_head(portal, path, *heads):
    """A connection on which a request has been announced."""
    connection = socket.create_connection(("127.0.0.1", portal.port), timeout=10)
    connection.sendall(HEAD.format(path, "\r\n".join(heads)).encode())
    return connection


def status_of(connection):
    """The status in the answer's first line."""
    return int(connection.makefile("rb").readline().split()[1])


def pour(connection, seconds):
    """Send as fast as it goes until refused or out of time; returns the bytes that got away."""
    sent, piece, until = 0, b"x" * 65536, time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            sent += connection.send(piece)
    except OSError:
        pass
    return sent


COOKIE = "Cookie: sessionid=madeup"
LONG = f"Content-Length: {4 * GB}"
CHUNKED = "Transfer-Encoding: chunked"


@pytest.mark.parametrize("path", [SIGN_IN, UPLOAD, EVIDENCE, PIECE])
@pytest.mark.parametrize("who", [[], [COOKIE]], ids=["anonymous", "with a cookie"])
@pytest.mark.parametrize(("how", "status"), [(LONG, 413), (CHUNKED, 411)])
def test_four_gigabytes_are_refused_within_a_second(portal, path, who, how, status):
    started = time.monotonic()

    with send_head(portal, path, how, *who) as connection:
        assert status_of(connection) == status

    assert time.monotonic() - started < 1


def used(portal):
    """Bytes in the folder where uploads are put while they come in."""
    return sum(path.stat().st_size for path in (portal.var / "tmp").rglob("*") if path.is_file())


@pytest.mark.parametrize("how", [LONG, CHUNKED])
def test_what_is_poured_in_regardless_goes_nowhere(portal, how):
    before, memory = used(portal), resident(portal)

    with send_head(portal, SIGN_IN, how) as connection:
        sent = pour(connection, seconds=2)

    assert sent < 64 * MB
    assert used(portal) - before <= 64 * MB
    assert resident(portal) - memory <= 64 * MB


def resident(portal):
    """Memory of all of its processes together."""
    pages = 0
    for pid in portal.everybody():
        with open(f"/proc/{pid}/statm") as file:
            pages += int(file.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


ANNOUNCED = [
    (SIGN_IN, LONG),
    (SIGN_IN, CHUNKED),
    (UPLOAD, LONG, COOKIE),
    (UPLOAD, f"Content-Length: {19 * MB}", COOKIE),
    ("/", f"Content-Length: {MB}", COOKIE),
]


def test_others_do_not_notice_a_crowd_that_announces_much_and_falls_silent(portal):
    usual = max(seconds_for_a_page(portal) for _ in range(10))
    crowd = [send_head(portal, *ANNOUNCED[n % len(ANNOUNCED)]) for n in range(SENDERS)]
    try:
        slowest = max(seconds_for_a_page(portal) for _ in range(10))
        assert {status_of(each) for each in crowd} == {411, 413}
    finally:
        for each in crowd:
            each.close()

    assert slowest < max(1, 3 * usual)


def test_others_do_not_notice_a_crowd_that_pours_regardless(portal):
    usual = max(seconds_for_a_page(portal) for _ in range(10))
    crowd = [threading.Thread(target=keep_sending, args=(portal,)) for _ in range(5)]
    for each in crowd:
        each.start()
    time.sleep(0.2)

    slowest = max(seconds_for_a_page(portal) for _ in range(10))

    for each in crowd:
        each.join()
    assert slowest < max(2, 3 * usual)


def keep_sending(portal):
    until = time.monotonic() + 2
    while time.monotonic() < until:
        try:
            with send_head(portal, SIGN_IN, LONG) as connection:
                pour(connection, seconds=0.2)
        except OSError:
            time.sleep(0.05)


def seconds_for_a_page(portal):
    started = time.monotonic()
    status, _ = portal.get("/sign-in/", timeout=10)
    assert status == 200
    return time.monotonic() - started


def test_a_long_body_that_only_looks_signed_in_is_not_kept(portal):
    """It passes by length and cookie, and is refused before the form is parsed."""
    connection, before = HTTPConnection("127.0.0.1", portal.port, timeout=20), used(portal)
    heads = {"Cookie": "sessionid=madeup", "Content-Type": "multipart/form-data; boundary=x"}
    try:
        connection.request("POST", UPLOAD, body=b"x" * (19 * MB), headers=heads)
        assert connection.getresponse().status == 413
    except (OSError, HTTPException):
        pass  # the connection was closed while we were still sending: refused all the same

    assert used(portal) - before < MB
