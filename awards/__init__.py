"""Top floor: what is said in public."""
