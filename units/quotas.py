"""How many places a body has in a batch, and how many of them are taken. Nothing here writes."""

from dataclasses import dataclass

from django.db.models import Count

from units.models import Application, Quota


@dataclass(frozen=True)
class Room:
    """One line of a body's quota; without a category, its total."""

    category: object
    places: int
    used: int

    @property
    def left(self):
        """Places still free; never below nought."""
        return max(self.places - self.used, 0)

    @property
    def percent(self):
        """How full, for a bar."""
        return min(100 * self.used // self.places, 100) if self.places else 100

    @property
    def label(self):
        """What the places are for."""
        return self.category.name if self.category else "合计"


def on_list(batch, body=None):
    """Applications that take up a place: recommended and still on their way, or named."""
    rows = Application.objects.live().recommended().filter(batch=batch)
    return rows.filter(body=body) if body else rows


class Rooms:
    """The quotas of one batch against what is recommended in it: two queries, for any body."""

    def __init__(self, batch):
        self.batch = batch
        rows = Quota.objects.filter(batch=batch).select_related("category")
        self.quotas = sorted(rows, key=lambda each: (each.category is None, each.pk))
        counted = on_list(batch).order_by().values_list("body", "category")
        self.taken = {(body, kind): n for body, kind, n in counted.annotate(n=Count("pk"))}

    def of(self, body):
        """The lines of one body, its categories first, then its total."""
        rows = [each for each in self.quotas if each.body_id == body.pk]
        return [Room(each.category, each.places, self._used(body, each)) for each in rows]

    def _used(self, body, quota):
        if quota.category_id:
            return self.taken.get((body.pk, quota.category_id), 0)
        return self.used(body)

    def used(self, body):
        """How many a body has recommended, of any category."""
        return sum(n for (key, _), n in self.taken.items() if key == body.pk)

    def take(self, application):
        """Count one more as recommended."""
        key = (application.body_id, application.category_id)
        self.taken[key] = self.taken.get(key, 0) + 1

    def shortage(self, application):
        """A sentence with the numbers where one more doesn't fit; empty where it does."""
        if not self.quotas:
            return ""
        body, kind = application.body, application.category
        rooms = [each for each in self.of(body) if each.category in (None, kind)]
        if not rooms:
            return f"本批次没有分给{body}“{kind}”的名额（0 家）。"
        full = next((each for each in rooms if each.left == 0), None)
        if full is None:
            return ""
        what = f"“{full.label}”" if full.category else ""
        return f"{body}{what}名额 {full.places} 家，已推荐 {full.used} 家，没有余额。"
