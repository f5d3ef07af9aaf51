"""When two pictures look alike: their hashes differ in few bits. And how to find those quickly.

Sixty-four bits in four quarters: of two hashes that differ in at most seven bits, one quarter at
least differs in at most one. So a picture is found by its quarters and their seventeen neighbours.
"""

NEAR = 7
BITS = 16
QUARTERS = 4


def distance(one, other):
    """In how many bits two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def is_near(one, other):
    """Is it the same picture, scaled, re-saved or slightly changed?"""
    return bool(one and other) and distance(one, other) <= NEAR


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
