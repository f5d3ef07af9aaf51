"""Batches whose applications are all in: one named long ago, one on public notice, one to sign.

Here they come as far as the city's desk. What their inspections find, and what is decided on it,
is told above, where scores are: `evaluations.operations.demo.naming`.
"""

import random
from datetime import timedelta

from django.db import transaction

from portal.operations.demo import add_demo_clerks
from units.models import Batch, BatchStage
from units.operations.demo.naming import batches
from units.operations.demo.naming.batches import Outline
from units.operations.demo.naming.cast import Cast
from units.operations.demo.naming.drawing import Materials
from units.operations.demo.naming.pool import Pool, home_townships, settle_villages
from units.operations.demo.naming.tidying import derive_once, print_later
from units.operations.demo.naming.way import COLLECTIVE, Way

K = BatchStage.Kind
BASES = ("unit_school", "unit_public_institution")  # what can be a base of education
SOME = ("150782", "150783", "150784")
DECIDED_DAYS = 870  # how long ago the oldest of them opened: it was decided two years ago
NAMED = Outline(batches.FULL, 5, places=18, each=3)
NOTICED = Outline("education_base", 1, places=8, each=2, word="度")
SIGNED = Outline("practice_base", 1, places=3, each=3, word="首批")


def seed_past_batches(*, seed, at, on, say):
    """Three batches up to what the city took in; nothing where a batch has been run already."""
    if Batch.objects.exclude(rule=None).exists():
        return say("已有在门户办理的批次，没有再建立演示批次。")
    cast, dice = Cast(at), random.Random(f"naming {seed}")
    materials = Materials(dice, cast)
    return _seed(cast, dice, materials, on, say)


@transaction.atomic
def _seed(cast, dice, materials, on, say):
    cast.staff_bodies()
    settle_villages(cast)
    story = Past(cast, dice, materials, on)
    made = [story.named(), story.noticed(), story.signed()]
    derive_once(cast.at)
    print_later(made, cast.at)
    say(f"演示批次 {len(made)} 个，申报 {sum(each.applications.count() for each in made)} 件。")


class Past:
    """One batch after another, from its opening to the last one taken in."""

    def __init__(self, cast, dice, materials, on):
        self.cast, self.dice, self.materials, self.on = cast, dice, materials, on
        self.pool = Pool(cast, dice)
        self.townships = list(home_townships(cast.home))

    def named(self):
        """A whole batch, two years ago: twenty-six apply, twenty-four are taken in."""
        units = [*self.pool.at_counties(19), *self.pool.of_the_city(2)]
        for place in self.townships:
            units += self.pool.in_township(place, 1)
        clerks = {COLLECTIVE: units[0]}
        add_demo_clerks(clerks, at=self.cast.at, names={COLLECTIVE: "多家单位填报员"})
        way = self._open(NAMED, self.on - timedelta(days=DECIDED_DAYS))
        self._stopped(way)
        self._all_the_way(way, units)
        return way.batch

    def noticed(self):
        """Bases of education, now on public notice."""
        units = self.pool.at_counties(12, categories=BASES)
        way = self._open(NOTICED, self._day(NOTICED, K.NOTICE))
        self._all_the_way(way, units)
        return way.batch

    def signed(self):
        """A small batch before the departments; one application lies late on its desk."""
        way = self._open(SIGNED, self._day(SIGNED, K.DELIBERATING))
        self._all_the_way(way, self.pool.at_counties(6, SOME, BASES))
        late = self.pool.at_counties(1, codes=["150702"])[0]
        way.applied(late, self.first + timedelta(days=20))
        return way.batch

    def _day(self, outline, stage):
        rule = batches.rule_for(self.cast, batches.kind_named(outline.kind))
        return batches.opening_day(rule, self.on, stage)

    def _open(self, outline, opens_on):
        batch = batches.prepare(self.cast, outline, opens_on)
        stage = batch.stages.get(kind=K.APPLYING)
        self.first = stage.starts_at.astimezone(self.cast.zone).date()
        batch = batches.start(self.cast, batch, self.first)
        batch = Batch.objects.select_related("region", "kind", "rule").get(pk=batch.pk)
        return Way(self.cast, self.materials, self.dice, batch)

    def _all_the_way(self, way, units):
        """Each is filled in, passed on and taken in, the days spread over the weeks there are."""
        for number, unit in enumerate(units):
            day = self.first + timedelta(days=1 + number % 14)
            application, last = way.to_city(way.applied(unit, day), day + timedelta(days=3))
            way.accept(application, last + timedelta(days=5))

    def _stopped(self, way):
        """One turned down by its 旗, one taken back by the unit."""
        refused, back = self.pool.at_counties(2, codes=["150721", "150725"])
        way.turn_down(way.applied(refused, self.first + timedelta(days=3)), self._later(12), 0)
        way.take_back(way.applied(back, self.first + timedelta(days=4)), self._later(9), 0)

    def _later(self, days):
        return self.first + timedelta(days=days)
