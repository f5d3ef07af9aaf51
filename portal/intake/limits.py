"""How much of a file from outside is looked at before it is refused."""

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds of looking at one file of evidence."""

    pixels: int = 40_000_000
    side: int = 2560  # longest edge of a viewing copy
    thumb: int = 360
    pages: int = 600
    objects: int = 200_000  # of a PDF
    entries: int = 3000  # of a package
    unpacked: int = 300 * MB
    ratio: int = 100
    ratio_from: int = 16 * MB
    memory: int = 1024 * MB
    cpu_seconds: int = 20
    wall_seconds: int = 30


DEFAULT = Limits()
