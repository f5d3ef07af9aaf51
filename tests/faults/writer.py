"""Submits acts with their jobs until it is killed; the number of each goes to stdout as its ack.

Run as a program: each line on stdin forks a process that writes from that number on.
"""

import os
import signal
import sys
from itertools import count

LIFE = 120  # seconds


def main():
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    call_command("migrate", verbosity=0)
    from tests.factories import make_user
    from tests.faults.tasks import submit

    user = make_user()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead need no burial
    connections.close_all()
    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.alarm(LIFE)  # a test that was cut off leaves nobody writing
            submit(user.pk, count(int(line)), acknowledge=1)
        print(f"pid {pid}", flush=True)


if __name__ == "__main__":
    main()
