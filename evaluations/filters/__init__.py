"""What the lists of the second floor can be asked."""
