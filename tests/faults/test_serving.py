"""The embedded portal as one: started together, watched, stopped together."""

import os
import signal
import socket
import statistics
import time

import pytest

from tests.faults.serving import Portal, seconds_until_gone

pytestmark = [pytest.mark.fault, pytest.mark.embedded]
FULL = os.environ.get("FULL") == "1"


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    """A data folder that is set up once; the starts after that are the quick ones."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture
def portal(var):
    with Portal(var) as running:
        yield running


def test_the_worker_s_death_shows_within_thirty_seconds_and_passes(portal):
    os.kill(portal.part("manage.py worker"), signal.SIGKILL)

    assert portal.seconds_until(503, patience=30) < 30
    assert b'"worker"' in portal.get("/healthz")[1]
    portal.seconds_until(200, patience=40)


def test_a_worker_that_hangs_shows_within_thirty_seconds(portal):
    os.kill(portal.part("manage.py worker"), signal.SIGSTOP)

    assert portal.seconds_until(503, patience=30) < 30


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_stops_all_of_it_in_seconds(portal, number):
    everybody = portal.everybody()
    assert len(everybody) >= 5  # supervisor, gunicorn and its two workers, our worker

    portal.process.send_signal(number)

    assert seconds_until_gone(everybody, patience=10) < 10
    assert portal.process.wait() == 0


def test_even_a_stopped_worker_is_stopped(portal):
    everybody = portal.everybody()
    os.kill(portal.part("manage.py worker"), signal.SIGSTOP)

    portal.process.terminate()

    assert seconds_until_gone(everybody, patience=15) < 15


def test_the_supervisor_s_own_death_leaves_no_orphans(portal):
    everybody = portal.everybody()

    portal.process.kill()
    portal.process.wait()

    assert seconds_until_gone(everybody, patience=15) < 15


def test_when_the_web_server_dies_all_ends_and_says_so(portal):
    everybody = portal.everybody()

    os.kill(portal.part("gunicorn"), signal.SIGKILL)

    assert seconds_until_gone(everybody, patience=15) < 15
    assert portal.process.wait() == 1
    assert "网页服务意外退出" in portal.log.read_text()


def test_a_second_portal_on_the_same_port_is_refused_in_a_sentence(portal, var):
    second = Portal(var)
    second.port = portal.port

    second.is_ready = lambda: False
    with pytest.raises(RuntimeError, match="已被占用，没有启动"):
        second.start()
    second.stop()

    assert portal.health() == 200


def test_half_a_request_holds_nobody_else_up(portal):
    """Slow-loris: sockets that send a line now and then, and never finish."""
    usual = page_seconds(portal)
    slow = [open_half(portal.port, n) for n in range(1000 if FULL else 200)]
    try:
        assert page_seconds(portal) < 1 + 3 * usual
        for each in slow:
            each.send(b"X-Slow: 1\r\n")
        assert page_seconds(portal) < 1 + 3 * usual
    finally:
        for each in slow:
            each.close()


HALVES = (
    b"",  # a connection that says nothing at all
    b"GET /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\nusername=",
)


def open_half(port, number):
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    connection.send(HALVES[number % len(HALVES)])
    return connection


def page_seconds(portal):
    """The slow end of twenty pages."""
    taken = []
    for _ in range(20):
        started = time.monotonic()
        assert portal.get("/sign-in/", timeout=10)[0] == 200
        taken.append(time.monotonic() - started)
    return statistics.quantiles(taken, n=20)[-1]
