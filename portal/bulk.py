"""Many plain rows into a table at once, without the instances that bulk_create asks for."""

from itertools import chain, islice

from django.db import connection

AT_ONCE = 1000


def insert_rows(model, names, rows):
    """Insert tuples of values in the order of `names`, every other column at the database's own.

    For tables without defaults in Python; no keys come back.
    """
    fields = [model._meta.get_field(name) for name in names]
    size = min(AT_ONCE, connection.ops.bulk_batch_size(fields, range(AT_ONCE)))
    adapters = [_adapter(field) for field in fields]
    head, one = _statement(model, fields)
    found = iter(rows)
    with connection.cursor() as cursor:
        while part := list(islice(found, size)):
            ready = (_ready(row, adapters) for row in part)
            cursor.execute(head + ", ".join([one] * len(part)), list(chain.from_iterable(ready)))


def _statement(model, fields):
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ", f"({marks})"


def _ready(row, adapters):
    return [each(value) if each else value for each, value in zip(adapters, row, strict=True)]


def _adapter(field):
    """How a value goes to this database; None where it goes as it is."""
    ops = connection.ops
    return {
        "DateField": ops.adapt_datefield_value,
        "DateTimeField": ops.adapt_datetimefield_value,
        "JSONField": lambda value: ops.adapt_json_value(value, field.encoder),
    }.get(field.get_internal_type())
