"""Work that makes very many small objects, none of them in a cycle."""

import gc
from contextlib import contextmanager


@contextmanager
def uncollected():
    """Holds the garbage collector back: it would walk all of them again and again, for a third of
    the time, and find nothing. Use as a decorator or with `with`.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
