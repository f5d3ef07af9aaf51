"""Tests that really commit are cleaned up by emptying tables; the audit guards step aside."""

from functools import wraps

from django.db.backends.base.operations import BaseDatabaseOperations

from portal import guards
from portal.sealing import head_file


def lift_guards_while_flushing(monkeypatch):
    """From now on a flush empties the audit log too, and the next log begins at number 1."""
    flush = BaseDatabaseOperations.execute_sql_flush

    @wraps(flush)
    def flush_all(operations, sql_list):
        with guards.lifted(operations.connection):
            flush(operations, [*sql_list, *forget_numbers(operations.connection)])
        head_file().unlink(missing_ok=True)

    monkeypatch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_all)


def forget_numbers(connection):
    if connection.vendor != "sqlite":
        return []
    return [f"DELETE FROM sqlite_sequence WHERE name = '{guards.LOG}'"]
