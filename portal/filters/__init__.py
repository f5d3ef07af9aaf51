"""Filters of the ground floor's lists."""
