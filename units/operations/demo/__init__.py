"""The demonstration of this floor: invented units on real places, their titles and changes."""

from units.operations.demo.seed import seed_units

__all__ = ["seed_units"]
