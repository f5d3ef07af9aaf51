"""Shapes of what people send in on the first floor."""
