"""The demonstration of this floor: rounds of self-checks and inspections of the invented units."""

from evaluations.operations.demo.seed import seed_evaluations

__all__ = ["seed_evaluations"]
