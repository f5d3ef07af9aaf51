"""The demonstration of the naming cycle: batches at every stage, driven by the real operations."""

from units.operations.demo.naming.ends import seed_title_ends
from units.operations.demo.naming.past import seed_past_batches
from units.operations.demo.naming.present import seed_present_batches

__all__ = ["seed_past_batches", "seed_present_batches", "seed_title_ends"]
