"""Shapes of what people send in on the ground floor."""
