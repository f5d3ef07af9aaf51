"""Rounds of naming in memory: which one a line means, and whether a new one may be entered."""

from dataclasses import dataclass, field
from typing import NamedTuple

from portal.models import Region
from units.access import may_keep_batch
from units.importing.cells import batch_of
from units.importing.places import CITY, COUNTY, PROVINCE
from units.models import Batch, Level

NAMED_BY = {Level.REGION: PROVINCE, Level.CITY: CITY, Level.COUNTY: COUNTY}


class KnownBatch(NamedTuple):
    """A round of naming as far as titles take over from it."""

    id: int
    name: str
    year: int | None
    named_on: object


@dataclass
class Batches:
    """Batches by level, kind, naming region and what they are called."""

    places: object
    actor: object = None
    known: dict = field(default_factory=dict)
    _asked: dict = field(default_factory=dict)

    def add(self, batch, level, kind_id, region_id):
        """Takes in a batch of the portal."""
        self.known[level, kind_id, region_id, name_key(batch.name)] = batch

    def find(self, level, kind_id, place, word):
        """The batch a line means, or None."""
        return self.known.get((level, kind_id, self.named_by(level, place), name_key(word.name)))

    def named_by(self, level, place):
        """The id of the region that names at this level and holds the place; None: the state."""
        tier = NAMED_BY.get(level)
        region = self.places.above(place, tier) if tier else None
        return region.id if region else None

    def may_make(self, level, place):
        """May the person enter a batch of this level there? The portal itself may."""
        if self.actor is None:
            return True
        region_id = self.named_by(level, place)
        if (level, region_id) not in self._asked:
            region = Region.objects.get(pk=region_id) if region_id else None
            allowed = may_keep_batch(self.actor, Batch(level=level, region=region))
            self._asked[level, region_id] = allowed
        return self._asked[level, region_id]


def name_key(name):
    """第12批 and 第十二批 are called the same."""
    return batch_of(name).name
