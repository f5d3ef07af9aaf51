"""Shapes of what people send in on the second floor."""
