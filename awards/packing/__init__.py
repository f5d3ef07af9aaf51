"""档案包: what goes into one, how it is written, and how it is checked."""
