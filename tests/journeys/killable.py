"""The portal as a program on the test's own database, to be killed and started again.

As a program: python -m tests.journeys.killable PORT
"""

import os
import signal
import subprocess
import sys
import tempfile

from tests.faults import rig
from tests.servers import answers, free_port


class Killable:
    """A web server of the portal at a lasting address."""

    def __init__(self):
        self.port, self.running = free_port(), None
        self.folder = tempfile.mkdtemp(prefix="portal-killable-")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Start it, and return once it answers."""
        env = {**rig.environment(rig.database_url(), self.folder), "KEY": _key()}
        command = [sys.executable, "-m", "tests.journeys.killable", str(self.port)]
        self.running = subprocess.Popen(command, env=env, start_new_session=True)
        assert rig.wait_until(lambda: answers(self.port), seconds=60)

    def kill(self):
        """As the power cut does it."""
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()

    def stop(self):
        if self.running and self.running.poll() is None:
            self.kill()


def _key():
    from django.conf import settings

    return settings.SECRET_KEY


def main(port):
    import django
    from django.conf import settings

    settings.SECRET_KEY = os.environ["KEY"]
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    django.setup()
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *words):
            pass

    server = ThreadedWSGIServer(("127.0.0.1", port), Quiet)
    server.set_app(get_wsgi_application())
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
