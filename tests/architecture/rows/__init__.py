"""Rows of the access matrix, a file a topic; see the README one folder up."""
