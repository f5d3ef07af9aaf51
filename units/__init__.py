"""First floor: who is honoured, under which rule, in which batch, and for how long."""
