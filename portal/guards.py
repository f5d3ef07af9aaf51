"""Database triggers that keep closed rows closed, whoever holds the connection.

A line of the audit log may be inserted unsealed and sealed once; nothing else. Upper floors add
guards of their own tables with `guard`. Installed after every migrate, because SQLite drops
triggers silently when a migration rebuilds their table.
"""

from contextlib import contextmanager
from dataclasses import dataclass

from django.apps import apps
from django.db import connections

LOG, HEAD = "portal_auditevent", "portal_audithead"
NO_CHANGE = "审计记录不能更改"
NO_DELETE = "审计记录不能删除"
NO_FORGERY = "审计记录只能追加"
ADDED = {}  # guards of upper floors, by name


@dataclass(frozen=True)
class Guard:
    """Refuses `event` (INSERT, UPDATE, DELETE) on a row of `table` while `condition` holds.

    `condition` is SQL over NEW and OLD, or a function vendor → SQL; `wants` are the tables it
    reads, which must exist before it is installed.
    """

    name: str
    table: str
    event: str
    condition: object
    message: str
    wants: tuple = ()

    def when(self, vendor):
        """The condition as this kind of database reads it."""
        return self.condition(vendor) if callable(self.condition) else self.condition


def guard(**fields):
    """Add a guard; called when an app is ready."""
    ADDED[fields["name"]] = Guard(**fields)


def changed(vendor, *columns):
    """SQL: one of the columns is about to change."""
    differ = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    return "(" + " OR ".join(f'NEW."{name}" {differ} OLD."{name}"' for name in columns) + ")"


def words():
    """Columns of a line that nothing may change, by name."""
    fields = apps.get_model("portal", "AuditEvent")._meta.concrete_fields
    return [field.column for field in fields if field.column not in ("seq", "chain")]


def sqlite_triggers():
    """{trigger: statement} as SQLite keeps them."""
    kept = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in words())
    sealing = f"OLD.seq IS NULL AND OLD.chain = '' AND NEW.seq > 0 AND NEW.chain <> '' AND {kept}"
    known = f"SELECT 1 FROM {LOG} WHERE id = NEW.id OR mac = NEW.mac"
    forged = f"NEW.seq IS NOT NULL OR NEW.chain <> '' OR EXISTS ({known})"
    return {
        "audit_no_change": _sqlite("audit_no_change", "UPDATE", LOG, f"NOT ({sealing})", NO_CHANGE),
        "audit_no_delete": _sqlite("audit_no_delete", "DELETE", LOG, "1", NO_DELETE),
        "audit_no_forgery": _sqlite("audit_no_forgery", "INSERT", LOG, forged, NO_FORGERY),
        "audit_head_forward": _sqlite(
            "audit_head_forward",
            "UPDATE",
            HEAD,
            "NEW.id <> OLD.id OR NEW.seq <= OLD.seq",
            NO_CHANGE,
        ),
        "audit_head_stays": _sqlite("audit_head_stays", "DELETE", HEAD, "1", NO_DELETE),
        **{each.name: _sqlite_added(each) for each in ADDED.values()},
    }


def _sqlite_added(each):
    return _sqlite(each.name, each.event, each.table, each.when("sqlite"), each.message)


def _sqlite(name, act, table, condition, message):
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def postgres_triggers():
    """{trigger: (table, event, body of its function)}."""
    kept = " AND ".join(f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in words())
    sealing = f"OLD.seq IS NULL AND OLD.chain = '' AND NEW.seq > 0 AND NEW.chain <> '' AND {kept}"
    forged = "NEW.seq IS NOT NULL OR NEW.chain <> ''"
    backward = "NEW.id <> OLD.id OR NEW.seq <= OLD.seq"
    row, whole = "FOR EACH ROW", "FOR EACH STATEMENT"
    return {
        "audit_no_change": (LOG, "UPDATE", row, _postgres(f"NOT ({sealing})", NO_CHANGE, "NEW")),
        "audit_no_delete": (LOG, "DELETE", row, _postgres("TRUE", NO_DELETE, "OLD")),
        "audit_no_truncate": (LOG, "TRUNCATE", whole, _postgres("TRUE", NO_DELETE, "NULL")),
        "audit_no_forgery": (LOG, "INSERT", row, _postgres(forged, NO_FORGERY, "NEW")),
        "audit_head_forward": (HEAD, "UPDATE", row, _postgres(backward, NO_CHANGE, "NEW")),
        "audit_head_stays": (HEAD, "DELETE", row, _postgres("TRUE", NO_DELETE, "OLD")),
        "audit_head_no_truncate": (HEAD, "TRUNCATE", whole, _postgres("TRUE", NO_DELETE, "NULL")),
        **{each.name: _postgres_added(each) for each in ADDED.values()},
    }


def _postgres_added(each):
    result = "OLD" if each.event == "DELETE" else "NEW"
    body = _postgres(each.when("postgresql"), each.message, result)
    return each.table, each.event, "FOR EACH ROW", body


def _postgres(condition, message, result):
    refusal = f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"
    return f"BEGIN IF {condition} THEN {refusal} END IF; RETURN {result}; END"


def install(connection, besides=()):
    """Put every guard in place that is missing or not as it should be."""
    wrong = [name for name in missing(connection) if name not in besides]
    if not wrong:
        return
    remove(connection, wrong)
    with connection.cursor() as cursor:
        for name in wrong:
            for statement in _statements(connection, name):
                cursor.execute(statement)


def _statements(connection, name):
    if connection.vendor == "sqlite":
        return [sqlite_triggers()[name]]
    table, event, scope, body = postgres_triggers()[name]
    function = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $${body}$$ LANGUAGE plpgsql"
    call = f"EXECUTE FUNCTION {name}()"
    return [function, f"CREATE TRIGGER {name} BEFORE {event} ON {table} {scope} {call}"]


def remove(connection, names=None):
    """Take guards away; for tests that clear the database, and before putting one in anew."""
    if names is None:
        names = wanted(connection)
    with connection.cursor() as cursor:
        for name in names:
            on = "" if connection.vendor == "sqlite" else f" ON {postgres_triggers()[name][0]}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def wanted(connection):
    """Names of the guards this kind of database is to have."""
    return list(sqlite_triggers() if connection.vendor == "sqlite" else postgres_triggers())


def missing(connection):
    """Names of guards that are absent, switched off or worded otherwise."""
    present = _present(connection)
    if connection.vendor == "sqlite":
        expected = sqlite_triggers()
    else:
        expected = {name: body for name, (*_, body) in postgres_triggers().items()}
    return [name for name, text in expected.items() if present.get(name) != text]


def _present(connection):
    query = SQLITE_PRESENT if connection.vendor == "sqlite" else POSTGRES_PRESENT
    with connection.cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())


SQLITE_PRESENT = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
POSTGRES_PRESENT = """
    SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid IN (SELECT c.oid FROM pg_class c WHERE pg_table_is_visible(c.oid))
    AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
"""


def install_after_migrate(using, **kwargs):
    """Receiver of post_migrate: the tables may have been rebuilt."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if {LOG, HEAD} <= tables:
        early = [each.name for each in ADDED.values() if not {each.table, *each.wants} <= tables]
        install(connection, besides=early)


def step_aside_before_migrate(using, **kwargs):
    """Receiver of pre_migrate: SQLite rebuilds no table that another table's trigger reads."""
    connection = connections[using]
    if connection.vendor == "sqlite" and ADDED:
        remove(connection, list(ADDED))


@contextmanager
def lifted(connection):
    """Without guards for a moment: tests clear tables this way. Nothing else may."""
    remove(connection)
    try:
        yield
    finally:
        install(connection)
