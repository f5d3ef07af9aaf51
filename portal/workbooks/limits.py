"""How much of a file from outside is read before it is refused."""

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds of one reading; the defaults fit every list an office has."""

    size: int = 10 * MB
    entries: int = 200
    unpacked: int = 100 * MB
    ratio: int = 100
    ratio_from: int = 16 * MB  # a small file may well be a hundred times its packed size
    sheets: int = 50
    rows: int = 20_000
    columns: int = 60
    cell_chars: int = 32_767
    text_chars: int = 40_000_000  # of all cells together: one long shared string is used cheaply
    row_tags: int = 1_048_576
    cell_tags: int = 2_000_000
    other_tags: int = 250_000  # of a part, beyond what its rows and cells account for
    memory: int = 512 * MB
    cpu_seconds: int = 20
    wall_seconds: int = 30


DEFAULT = Limits()
