"""When two pictures look alike: their hashes differ in few bits, their tones go together.

Sixty-four bits in four quarters: of two hashes that differ in at most seven bits, one quarter at
least differs in at most one. So a picture is found by its quarters and their seventeen neighbours.
"""

from functools import lru_cache
from math import sqrt

NEAR = 7
TOGETHER = 0.95  # of tones: copies reach 0.97, other pictures with a near hash stay below 0.93
COLOURLESS = 6  # a picture in grey is compared by its lightness
TOGETHER_IN_GREY = 0.97
BITS = 16
QUARTERS = 4


def distance(one, other):
    """In how many bits two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def is_near(one, other):
    """Is it the same picture, scaled, re-saved or slightly changed?"""
    return bool(one and other) and distance(one, other) <= NEAR


def tones_agree(one, other):
    """Do the colours of two pictures, square by square, rise and fall together?

    Pictures that came in without tones are told apart by their hashes alone.
    """
    if not (one and other):
        return True
    first, second = _channels(one), _channels(other)
    if _is_grey(first) or _is_grey(second):
        return _together([_lightness(first)], [_lightness(second)]) >= TOGETHER_IN_GREY
    return _together(first, second) >= TOGETHER


@lru_cache(maxsize=256)
def _channels(tones):
    """Red, green and blue of each square."""
    values = bytes.fromhex(tones)
    size = len(values) // 3
    return [values[at * size : (at + 1) * size] for at in range(3)]


def _is_grey(channels):
    return all(max(each) - min(each) <= COLOURLESS for each in zip(*channels, strict=True))


def _lightness(channels):
    shares = (0.299, 0.587, 0.114)  # as eyes and encoders weigh red, green and blue
    return [
        sum(map(float.__mul__, shares, map(float, each))) for each in zip(*channels, strict=True)
    ]


def _together(first, second):
    """Correlation over all channels, each around its own mean."""
    across = along = down = 0.0
    for one, other in zip(first, second, strict=True):
        mean, other_mean = sum(one) / len(one), sum(other) / len(other)
        for x, y in zip(one, other, strict=True):
            across += (x - mean) * (y - other_mean)
            along += (x - mean) ** 2
            down += (y - other_mean) ** 2
    return across / sqrt(along * down) if along and down else 0.0


def quarters(picture_hash):
    number = int(picture_hash, 16)
    return [number >> BITS * at & 0xFFFF for at in range(QUARTERS)]


def keys_of(picture_hash):
    """What a picture is filed under; a picture that says nothing has no hash and no keys."""
    if not picture_hash:
        return []
    return [at << BITS | value for at, value in enumerate(quarters(picture_hash))]


def near_keys(picture_hash):
    """Everything a picture that looks like this one may be filed under."""
    keys = keys_of(picture_hash)
    return [key ^ flip for key in keys for flip in (0, *(1 << bit for bit in range(BITS)))]
