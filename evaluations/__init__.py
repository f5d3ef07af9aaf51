"""Second floor: how a unit is judged."""
