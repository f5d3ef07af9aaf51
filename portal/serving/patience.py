"""A gunicorn worker in which slow senders wait outside: a thread only ever sees a whole request.

Nor is anybody waited for on the way out. gunicorn drains the body of a refused upload in the
thread that answered, for seconds, and then lingers in the main loop; a few senders that announce
a long body and fall silent would stop everybody else.
"""

import re
import socket
import time
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ

from gunicorn.workers.gthread import ThreadWorker

PEEK_BYTES = 64 * 1024  # a head with a form's body; larger bodies are uploads, read as they come
SEND_SECONDS = 20  # to send a head, and a body that fits beside it
PART_SECONDS = 2  # to read our answer before the connection is cut
PART_BYTES = 256 * 1024  # thrown away at each look meanwhile
DRAIN_SECONDS = 0.02  # what was not read by then is not waited for
LOOK_SECONDS = 0.1
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.I)


class PatientWorker(ThreadWorker):
    """gthread, except that half a request holds no thread and none is held for silence."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.slow, self.parting = [], []

    def enqueue_req(self, conn):
        """Hand over what has arrived; let the rest wait."""
        arrived = peek(conn)
        if arrived is None or is_whole(arrived):
            self.hand_over(conn)
        elif arrived:
            self.slow.append((time.monotonic() + SEND_SECONDS, conn))
        else:
            self.await_first_byte(conn)

    def hand_over(self, conn):
        conn.data_ready = True
        super().enqueue_req(conn)

    def await_first_byte(self, conn):
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.pending_conns.append(conn)
        readable = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, EVENT_READ, readable)

    def wait_for_and_dispatch_events(self, timeout):
        """The loop's turn: while anybody is slow, look at them often."""
        busy = self.slow or self.parting
        super().wait_for_and_dispatch_events(LOOK_SECONDS if busy else timeout)
        waiting, self.slow = self.slow, []
        for deadline, conn in waiting:
            self.look_again(deadline, conn)
        leaving, self.parting = self.parting, []
        for deadline, conn in leaving:
            self.see_off(deadline, conn)

    def look_again(self, deadline, conn):
        arrived = peek(conn)
        if arrived is None or is_whole(arrived):
            self.hand_over(conn)
        elif time.monotonic() < deadline:
            self.slow.append((deadline, conn))
        else:
            self.nr_conns -= 1
            conn.close()

    def _keepalive_after(self, conn, keepalive):
        """A body that nobody read ends the connection."""
        if not keepalive:
            return False
        return bool(conn.parser.finish_body(deadline=time.monotonic() + DRAIN_SECONDS))

    def finish_request(self, conn, fs):
        """Back to the poller, or a parting that takes nobody's time."""
        if not fs.cancelled() and fs.exception() is None and fs.result():
            super().finish_request(conn, fs)
            return
        with suppress(OSError):
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        self.see_off(time.monotonic() + PART_SECONDS, conn)

    def see_off(self, deadline, conn):
        """Close once the other side has; closing earlier would tear our answer away from it."""
        if throw_away(conn) and time.monotonic() < deadline:
            self.parting.append((deadline, conn))
        else:
            self.nr_conns -= 1
            conn.close()


def throw_away(conn):
    """Read what has come in since and forget it; False once the other side has closed."""
    left = PART_BYTES
    while left > 0:
        try:
            got = len(conn.sock.recv(left))
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not got:
            return False
        left -= got
    return True


def peek(conn):
    """What lies in the socket, unread; None where waiting makes no sense."""
    if conn.parser and conn.parser.unreader.buf.getvalue():
        return None  # the next request was read along with the last
    conn.sock.setblocking(False)
    try:
        return conn.sock.recv(PEEK_BYTES, socket.MSG_PEEK) or None
    except BlockingIOError:
        return b""
    except OSError:
        return None


def is_whole(arrived):
    """Is the head here, with its body where that is small enough to wait for?"""
    head, end, body = arrived.partition(END_OF_HEAD)
    if not end:
        return len(arrived) >= PEEK_BYTES
    length = LENGTH.search(head + b"\r\n")
    wanted = int(length[1]) if length else 0
    return len(body) >= wanted or len(head) + len(end) + wanted > PEEK_BYTES
