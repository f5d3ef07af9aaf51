"""催办板: how far the units of a round are, place by place, for one person."""

from dataclasses import dataclass, field

from django.db.models import Count

from evaluations.models import SelfCheck
from portal.models import Region

S = SelfCheck.State


@dataclass
class Row:
    """One place with its counts by state."""

    region: Region | None  # None: the offices of the place itself
    name: str
    counts: dict = field(default_factory=dict)
    unmanned: int = 0  # of the open ones: nobody there has an account to be called through

    @property
    def not_started(self):
        return self.counts.get(S.NOT_STARTED, 0)

    @property
    def filling(self):
        return self.counts.get(S.FILLING, 0)

    @property
    def submitted(self):
        return self.counts.get(S.SUBMITTED, 0)

    @property
    def returned(self):
        return self.counts.get(S.RETURNED, 0)

    @property
    def total(self):
        return sum(self.counts.values())

    @property
    def open(self):
        return self.total - self.submitted

    @property
    def callable(self):
        return self.open - self.unmanned

    @property
    def percent(self):
        return 100 * self.submitted // self.total if self.total else 0

    def take(self, state, manned, number):
        self.counts[state] = self.counts.get(state, 0) + number
        if state in SelfCheck.OPEN and not manned:
            self.unmanned += number


def place_for(user, round, asked):
    """The place a board is about: the one asked for, or the widest this person and round share."""
    if asked is not None:
        return asked
    own = user.region
    return own if own.path.startswith(round.region.path) else round.region


def board_of(round, place, user):
    """(rows, sum) of the places right below `place`, of what the person sees."""
    checks = SelfCheck.objects.visible_to(user).within(place).filter(round=round).with_manned()
    by_state = checks.order_by().values_list("unit__region__path", "state", "manned")
    roots, found, whole = place.scope_paths(), {}, Row(place, "合计")
    for path, *counted in by_state.annotate(n=Count("pk")):
        found.setdefault(_below(place, roots, path), []).append(counted)
        whole.take(*counted)
    return _rows(place, found), whole


def _below(place, roots, path):
    """The key of the place right below in which a path lies; 0: in the place itself.

    What is entrusted to the place lies elsewhere in the tree, and stands for itself.
    """
    root = next(each for each in roots if path.startswith(each))
    if root != place.path:
        return _last(root)
    rest = path.removeprefix(place.path).strip("/")
    return int(rest.split("/")[0]) if rest else 0


def _last(path):
    return int(path.strip("/").rpartition("/")[2])


def _rows(place, found):
    regions = Region.objects.in_bulk([key for key in found if key])
    rows = []
    for key, counts in found.items():
        row = Row(regions.get(key), regions[key].name if key else f"{place.name}（本级）")
        for counted in counts:
            row.take(*counted)
        rows.append(row)
    return sorted(rows, key=lambda row: ((row.region.code or "") if row.region else "", row.name))
