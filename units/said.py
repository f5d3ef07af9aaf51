"""What somebody at a desk says with a move."""

from dataclasses import dataclass, field

from portal.models import StoredFile, User


@dataclass(frozen=True)
class Said:
    """What somebody at a desk says with a move.

    `file` is stored on disk, its row still unwritten; `seen` is the number of moves that the
    application had on their screen; `for_user` whom they stand in for.
    """

    text: str = ""
    remarks: dict = field(default_factory=dict)
    file: StoredFile | None = None
    for_user: User | None = None
    seen: int | None = None


NOTHING = Said()
