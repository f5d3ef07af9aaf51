"""Workbooks of this floor: score books that go out and come back, review sheets that are kept."""
