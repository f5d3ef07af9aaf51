"""PostgreSQL killed during submissions: all that was acknowledged is there, and work goes on."""

import random
import threading
import time

import psycopg2
import pytest

from tests.faults.rig import environment, kill_all, program, times, wait_until, writing
from tests.servers import ALONE, Postgres, _postgres_program

pytestmark = pytest.mark.server


class DurablePostgres(Postgres):
    """With its own defaults for durability: what it acknowledges outlives it."""

    def command(self):
        program = _postgres_program("postgres")
        settings = [f"-c{each}" for each in ALONE]
        return [program, "-D", str(self.folder / "data"), "-p", str(self.port), *settings]

    def rows(self, query):
        """The answer to one question, asked on a connection of its own."""
        connection = psycopg2.connect(
            host="127.0.0.1", port=self.port, user="portal", dbname="portal"
        )
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall()
        finally:
            connection.close()


class Acks(threading.Thread):
    """Notes the number of each acknowledged submission as it comes in."""

    def __init__(self, stream):
        super().__init__(daemon=True)
        self.stream, self.numbers = stream, []
        self.start()

    def run(self):
        self.numbers.extend(int(line) for line in self.stream if not line.startswith("pid"))

    def wait_for_more(self, count, seconds):
        """Wait until `count` further ones have come in."""
        target = len(self.numbers) + count
        return wait_until(lambda: len(self.numbers) >= target, seconds)


def test_killed_under_submissions_it_loses_none(tmp_path, record_property):
    count, kills = times(400, 10_000), times(3, 20)
    record_property("attempts", f"{count} 项，kill -9 数据库 {kills} 次")
    with DurablePostgres() as server:
        url = server.create("portal")
        short = environment(url, tmp_path, JOB_LEASE_SECONDS="3", JOB_RETRY_SECONDS="0.5")
        with writing(url, tmp_path) as writer, program(["manage.py", "worker"], short) as worker:
            acked = submit_under_kills(server, writer, count, kills)
            kill_all(writer)
            assert wait_until(lambda: not open_jobs(server), times(60, 600))
            assert worker.poll() is None
        check(server, acked)


def submit_under_kills(server, writer, count, kills):
    """The numbers acknowledged while the server was killed and came back again and again."""
    print(0, file=writer.stdin, flush=True)
    acks = Acks(writer.stdout)
    for _ in range(kills):
        assert acks.wait_for_more(random.randint(10, count // (kills + 1)), 120)
        server.kill()
        time.sleep(random.uniform(0, 0.5))
        server.start()
        assert acks.wait_for_more(1, 10), "no submission within 10 s of the restart"
    assert acks.wait_for_more(max(count - len(acks.numbers), 1), 300)
    return list(acks.numbers)


def open_jobs(server):
    return server.rows(
        "SELECT 1 FROM portal_job WHERE name = 'faults.mark' AND state IN ('waiting', 'running')"
    )


def check(server, acked):
    texts = [text for (text,) in server.rows("SELECT text FROM portal_notification")]
    acts = sorted(int(text[4:]) for text in texts if text.startswith("act "))
    effects = sorted(int(text[7:]) for text in texts if text.startswith("effect "))
    stuck = server.rows("SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")

    assert set(acked) <= set(acts)
    assert acts == effects == list(range(len(acts)))
    assert stuck == []
