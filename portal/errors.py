"""Refused: the only exception a person ever reads."""


class Refused(Exception):
    """An anticipated "no". Its text is a full Chinese sentence: what, where, what now."""
