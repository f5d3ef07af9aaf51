"""One process watches over web server and worker: they start together and stop together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time

from django.conf import settings
from django.db import Error, connection

from portal.models import Heartbeat

STOP_SECONDS = 10  # longer than the worker's grace and gunicorn's; after it they are killed
LOOK_SECONDS = 0.2
SETTLED_SECONDS = 300  # a worker that lived this long begins again with the shortest wait
PR_SET_PDEATHSIG = 1
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "python:portal.serving.gunicorn"]
WEB = [*GUNICORN, "portal.wsgi"]
WORKER = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"]


def leave_with_parent():
    """In the child: ask the kernel for SIGTERM should the supervisor itself be killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Part:
    """A child in a session of its own, so that Ctrl-C reaches it through the supervisor only."""

    def __init__(self, command):
        self.command, self.process, self.started_at = command, None, 0.0

    def start(self):
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=settings.BASE_DIR,
            start_new_session=True,
            preexec_fn=leave_with_parent,
        )

    def ended(self):
        return self.process.poll() is not None

    def signal(self, number):
        """To the whole session: whatever the part started goes with it."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return  # everybody there is gone already


class Supervisor:
    """Starts, watches, restarts the worker, and on a signal or the web's death ends everything."""

    RESTART_SECONDS = (15, 30, 60)  # a dead worker is seen at /healthz before it is replaced

    def __init__(self, say):
        self.say = say
        self.web, self.worker = Part(WEB), Part(WORKER)
        self.stopping, self.deaths, self.restart_at = False, 0, None

    def run(self, port, when_open):
        """Serve until told to stop. True if it ended because it was told to."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)
        self.web.start()
        self.worker.start()
        try:
            self.watch(port, when_open)
        finally:
            self.end_all()
        return self.stopping

    def stop(self, *_):
        if self.stopping:
            raise KeyboardInterrupt  # asked twice: no more patience
        self.stopping = True

    def watch(self, port, when_open):
        announced = False
        while not self.stopping and not self.web.ended():
            if not announced and listens(port):
                announced = True
                when_open()
            self.look_after_worker()
            time.sleep(LOOK_SECONDS)
        if not self.stopping:
            self.say(f"网页服务意外退出（代码 {self.web.process.returncode}），门户已停止。")

    def look_after_worker(self):
        """Begin again after a death, each time waiting longer."""
        if not self.worker.ended():
            return
        if self.restart_at is None:
            self.note_death()
        elif time.monotonic() >= self.restart_at:
            self.restart_at = None
            self.worker.start()

    def note_death(self):
        now, process = time.monotonic(), self.worker.process
        self.deaths = self.deaths + 1 if now - self.worker.started_at < SETTLED_SECONDS else 1
        wait = self.RESTART_SECONDS[min(self.deaths, len(self.RESTART_SECONDS)) - 1]
        self.restart_at = now + wait
        self.worker.signal(signal.SIGKILL)
        silence(process.pid)
        self.say(f"后台任务进程意外退出（代码 {process.returncode}），{wait} 秒后重新启动。")

    def end_all(self):
        """SIGTERM to all, and SIGKILL to whoever is left at the deadline."""
        parts, deadline = (self.web, self.worker), time.monotonic() + STOP_SECONDS
        for part in parts:
            part.signal(signal.SIGTERM)
            part.signal(signal.SIGCONT)  # a stopped process ends too
        try:
            for part in parts:
                part.process.wait(max(0, deadline - time.monotonic()))
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            self.say("有进程没有按时结束，已强行停止。未完成的后台任务下次启动时继续。")
        for part in parts:
            part.signal(signal.SIGKILL)
            part.process.wait()


def silence(pid):
    """Take away a dead worker's sign of life, so that nobody has to wait for it to grow old."""
    try:
        Heartbeat.objects.filter(name__endswith=f":{pid}").delete()
    except Error:
        return  # the database is away too; /healthz says so
    finally:
        connection.close()


def listens(port):
    """Does anybody answer on this port?"""
    with socket.socket() as attempt:
        attempt.settimeout(0.2)
        return attempt.connect_ex(("127.0.0.1", port)) == 0


def is_taken(port):
    """May this port not be bound?"""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False
