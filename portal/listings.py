"""Rows as an address asks for them: in scope, filtered, ordered; for page, workbook, bulk act."""

from functools import cached_property
from types import SimpleNamespace

CHUNK = 500


class Listing:
    """One kind of list for one person. A list names `queryset`, `filterset_class`, `orderings`."""

    queryset = None
    filterset_class = None
    orderings = {}  # sort → expressions, or a function of the listing that gives them
    default_sort = ""

    def __init__(self, user, params):
        self.user, self.params = user, params

    def visible(self):
        """Every row in scope, before filtering."""
        return self.queryset.visible_to(self.user)

    @cached_property
    def filterset(self):
        asker = SimpleNamespace(user=self.user)
        return self.filterset_class(self.params, queryset=self.visible(), request=asker)

    @cached_property
    def sort(self):
        """The ordering asked for, if there is one of that name."""
        asked = self.params.get("sort", "")
        return asked if asked.removeprefix("-") in self.orderings else self.default_sort

    def ordering(self):
        """What the rows are ordered by; the key last, so that no two pages share a row."""
        name, down = self.sort.removeprefix("-"), self.sort.startswith("-")
        given = self.orderings[name]
        keys = given(self) if callable(given) else given
        ordered = [key.desc(nulls_last=True) if down else key.asc(nulls_last=True) for key in keys]
        return [*ordered, "-pk" if down else "pk"]

    def ids(self, picked=None):
        """Keys of the rows asked for, in order; of those `picked` only, where given."""
        found = self.filterset.qs
        if picked is not None:
            found = self.visible().filter(pk__in=picked)
        return found.order_by(*self.ordering()).values("pk")

    def fetch(self, ids):
        """The rows with these ids, with all that their cells ask for."""
        raise NotImplementedError

    def dress(self, rows):
        """Add to fetched rows what comes from elsewhere."""

    def page(self, ids):
        """The rows of one page, in order, ready to be drawn."""
        rows = list(self.fetch(ids).order_by(*self.ordering()))
        self.dress(rows)
        return rows

    def rows(self, ids):
        """All rows, however many, a few hundred at a time."""
        keys = list(ids.values_list("pk", flat=True))
        for start in range(0, len(keys), CHUNK):
            part = keys[start : start + CHUNK]
            found = self.fetch(part).in_bulk()
            rows = [found[key] for key in part if key in found]
            self.dress(rows)
            yield from rows
