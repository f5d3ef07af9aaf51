"""The deployment as it runs: gunicorn, PostgreSQL, Redis, and the Celery worker of scripts/test."""

import json
import os
import subprocess
import sys
from http.client import HTTPConnection

import pytest

from tests.servers import TOP, Server
from tests.suite import server_settings

pytestmark = pytest.mark.server
NGINX = {
    "Host": "portal.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "192.0.2.7",
}
ASK_FOR_A_JOB = """
from portal import jobs
jobs.start("portal.sweep_files", user=None, label="清理无主文件", key="server-mode")
"""
STATE_OF_IT = """
from time import sleep, monotonic
from portal.models import Job
until = monotonic() + 30
while (state := Job.objects.get(key="server-mode").state) != "done" and monotonic() < until:
    sleep(0.2)
print(state)
"""


def environment():
    """Of a container: what compose sets, and the database and broker of scripts/test."""
    kept = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL", "PORTAL_VAR")}
    others = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return {**others, **server_settings(), **kept}


class Web(Server):
    """One web container."""

    name = "web"

    def prepare(self):
        """What the image is built with."""
        for command in (["build_icons"], ["collectstatic", "--noinput"]):
            manage = [sys.executable, "manage.py", *command, "-v0"]
            subprocess.run(manage, cwd=TOP, env=self.environment(), check=True)

    def environment(self):
        mine = {"PORT": str(self.port), "BIND": "127.0.0.1", "WEB_WORKERS": "1"}
        return {**environment(), **mine, "STATIC_ROOT": str(self.folder / "static")}

    def command(self):
        program = [sys.executable, "-m", "gunicorn", "-c", "python:portal.serving.gunicorn"]
        return ["env", "-i", *map("=".join, self.environment().items()), *program, "portal.wsgi"]

    def get(self, path, **headers):
        """What nginx would be answered."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path, headers={**NGINX, **headers})
        answer = connection.getresponse()
        return answer, answer.read()


@pytest.fixture(scope="module")
def web():
    with Web() as running:
        yield running


def shell(code):
    """Run a few lines on the deployment's own database."""
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    ended = subprocess.run(
        command, cwd=TOP, env=environment(), capture_output=True, text=True, check=True
    )
    return ended.stdout.strip()


def test_all_is_well_while_a_celery_worker_lives(web):
    answer, body = web.get("/healthz")

    assert (answer.status, json.loads(body)) == (200, {"status": "ok", "faults": {}})


def test_a_job_left_by_one_process_is_done_by_celery(web):
    shell(ASK_FOR_A_JOB)

    assert shell(STATE_OF_IT) == "done"


def test_whoever_comes_without_tls_is_sent_to_it(web):
    answer, _ = web.get("/sign-in/", **{"X-Forwarded-Proto": "http"})

    assert answer.status == 301
    assert answer.headers["Location"] == "https://portal.example/sign-in/"


def test_another_host_name_is_not_served(web):
    answer, _ = web.get("/sign-in/", Host="elsewhere.example")

    assert answer.status == 400


def test_nobody_gets_in_without_signing_in(web):
    answer, _ = web.get("/units/")

    assert answer.status == 302
    assert answer.headers["Location"].startswith("/sign-in/")
