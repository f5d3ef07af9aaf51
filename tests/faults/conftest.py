"""Faults are tried in small numbers by default, in those of the promises with FULL=1."""

import pytest


def pytest_collection_modifyitems(items):
    for item in items:
        if "/faults/" in str(item.path):
            item.add_marker(pytest.mark.fault)
