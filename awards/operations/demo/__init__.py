"""The demonstration of this floor, by the real operations."""
