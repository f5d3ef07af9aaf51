"""基础数据: tables that hold for everybody. Apps register theirs; one set of pages shows all."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import mark_safe

from portal.lists import Column

TABLES = {}
TO_CONFIRM = '<span class="p-label p-sample">待确认</span>'


@dataclass(frozen=True)
class Table:
    """One table of reference rows: its words, its columns, and the form that edits a row.

    A table with pages of its own only stands in the index.
    """

    slug: str
    model: type
    title: str
    intro: str
    columns: tuple = ()
    form: type | None = None
    search: tuple = ()
    grows: bool = True  # people may add rows
    shrinks: bool = False  # people may remove rows
    position: int = 50
    related: tuple = ()
    url_name: str = ""  # the page that keeps the table, where it has one of its own

    @property
    def url(self):
        """Where the table is kept."""
        if self.url_name:
            return reverse(self.url_name)
        return reverse("portal:reference-table", args=[self.slug])


def table(**fields):
    """Put a table among the 基础数据."""
    entry = Table(**fields)
    TABLES[entry.slug] = entry
    return entry


def tables():
    """Every table, in the order they are shown."""
    return sorted(TABLES.values(), key=lambda each: each.position)


class ConfirmedColumn(Column):
    """已确认, or the label that says somebody still has to."""

    def cell(self, row):
        """One table cell."""
        word = "已确认" if self.value(row) else TO_CONFIRM
        return mark_safe(f'<td class="{self.classes}">{word}</td>')


def confirmed_column():
    """The column that tells figures of the rules from figures somebody still has to confirm."""
    return ConfirmedColumn(
        "confirmed", "确认情况", lambda row: row.confirmed, sort="confirmed", css="state nowrap"
    )


def words(value):
    """A value of a settings row as people read it."""
    if isinstance(value, list):
        return "、".join(map(str, value))
    return str(value)
