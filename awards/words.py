"""What the acts of this floor are called."""

ACTS = {}
VALUES = {}
