"""PostgreSQL, Redis and Celery of one's own: free ports, own folders, gone afterwards."""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1
QUICK = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300"]
ALONE = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "logging_collector=off"]


def free_port():
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Server:
    """A process in a session of its own that ends with us. As a context manager: runs inside."""

    name = ""
    user = None
    patience = 30

    def __init__(self):
        self.port, self.process = free_port(), None
        self.folder = Path(tempfile.mkdtemp(prefix=f"portal-{self.name}-"))
        self.log = self.folder / "log.txt"
        self.prepare()

    def prepare(self):
        """What must be there before the first start."""

    def command(self):
        raise NotImplementedError

    def is_ready(self):
        return answers(self.port)

    def start(self):
        """Start it, and return once it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdout=log,
                stderr=log,
                cwd=TOP if self.user is None else self.folder,
                user=self.user,
                start_new_session=True,
                preexec_fn=_leave_with_parent,
            )
        self.wait_until_ready()
        return self

    def wait_until_ready(self):
        deadline = time.monotonic() + self.patience
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.1)

    def kill(self):
        """As the power cut does it: all of it at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """End it politely, then less so, and clear up."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_):
        self.stop()


def _leave_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


class Postgres(Server):
    """Not durable, which tests don't need; it refuses root, so root lends it to its own account."""

    name = "postgres"

    def prepare(self):
        if os.getuid() == 0:
            self.user = "postgres"
            account = pwd.getpwnam(self.user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        initdb = [_postgres_program("initdb"), "-D", str(self.folder / "data"), "-U", "portal"]
        options = ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(
            [*initdb, *options],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self.user,
            cwd=self.folder,
        )

    def command(self):
        settings = [f"-c{each}" for each in (*QUICK, *ALONE)]
        program = _postgres_program("postgres")
        return [program, "-D", str(self.folder / "data"), "-p", str(self.port), *settings]

    def is_ready(self):
        program = _postgres_program("pg_isready")
        asked = [program, "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "portal"]
        return subprocess.run(asked, check=False).returncode == 0

    def create(self, database):
        """A new empty database; returns its address."""
        program = _postgres_program("createdb")
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "portal"]
        subprocess.run([program, *where, database], check=True)
        return f"postgres://portal@127.0.0.1:{self.port}/{database}"


def _postgres_program(name):
    """From the newest PostgreSQL on this machine."""
    found = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    return str(max(found, key=lambda path: float(path.parts[-3])))


class Redis(Server):
    """Keeps nothing on disk."""

    name = "redis"

    def command(self):
        keep_nothing = ["--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        return ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), *keep_nothing]

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"


class Celery(Server):
    """A real worker with beat, with the settings of the environment."""

    name = "celery"

    def command(self):
        options = ["-c", "1", "-B", "-s", str(self.folder / "beat"), "--loglevel", "info"]
        return [sys.executable, "-m", "celery", "-A", "portal", "worker", *options]

    def is_ready(self):
        return " ready." in self.log.read_text(errors="replace")
