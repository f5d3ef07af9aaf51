"""Faults are tried in small numbers by default, in those of the promises with FULL=1."""

import os

import pytest

ON_POSTGRESQL = "postgres" in os.environ.get("DATABASE_URL", "")
FULL = os.environ.get("FULL") == "1"

# What only exists in the server deployment is tried in the run that has it.
collect_ignore = [] if ON_POSTGRESQL else ["test_postgresql.py"]
if not os.environ.get("REDIS_URL"):
    collect_ignore.append("test_redis.py")


def pytest_collection_modifyitems(items):
    for item in items:
        if "/faults/" in str(item.path):
            item.add_marker(pytest.mark.fault)
