"""argon2id tuned so that a morning's sign-ins fit on two cores, two at a time."""

from contextlib import contextmanager
from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

from portal.errors import Busy

SEATS = 2  # hashes at once in a process; more would only make each other slow
PATIENCE = 10  # seconds in the queue before a person is asked to wait a little
_seats = BoundedSemaphore(SEATS)


@contextmanager
def seat(patience=PATIENCE):
    """One of the few places where a password may be hashed; Busy when none comes free."""
    if not _seats.acquire(timeout=patience):
        raise Busy
    try:
        yield
    finally:
        _seats.release()


class OfficeArgon2Hasher(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: about 46 ms a sign-in."""

    memory_cost = 19456
    time_cost = 2
    parallelism = 1

    def encode(self, password, salt):
        with seat():
            return super().encode(password, salt)

    def verify(self, password, encoded):
        with seat():
            return super().verify(password, encoded)
