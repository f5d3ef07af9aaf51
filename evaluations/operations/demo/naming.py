"""The inspections of the demonstration's batches, and with their scores the way to the decision."""

import random
from datetime import timedelta

from django.db import transaction

from evaluations.models import IndexEdition
from evaluations.operations.demo.checking import Items, moment
from evaluations.operations.demo.inspecting import Inspecting, Subject
from evaluations.operations.results import publish_results
from portal.calendar import Calendar
from portal.models import User
from units.models import Application, Batch, BatchStage
from units.operations.demo.naming.cast import Cast
from units.operations.demo.naming.deciding import Deciding

ACTOR = "shi-shenhe"
K = BatchStage.Kind
GOOD = (0.95, 1.0)  # whom a 旗市区 recommends is above the ordinary


class Sheets:
    """What the scoring needs to know of the editions."""

    def __init__(self, editions):
        self.items = Items(editions)


def seed_naming_scores(*, seed, at, on, say):
    """Inspect and decide every batch whose inspection is over; nothing where that is done."""
    if not User.objects.filter(username=ACTOR, is_demo=True).exists():
        return
    dice = random.Random(f"naming scores {seed}")
    for batch in _waiting(at):
        stage = _inspect_and_decide(batch, dice, at=at, on=on)
        say(f"{batch}：测评已结分，现在{stage}。")


def _waiting(at):
    """Batches with units taken in that nobody has inspected though the time for it is over."""
    rows = Batch.objects.filter(state=Batch.State.OPEN, inspection_rounds=None)
    over = rows.filter(stages__kind=K.INSPECTING, stages__ends_at__lte=at)
    return list(over.select_related("region", "kind", "rule").order_by("pk"))


@transaction.atomic
def _inspect_and_decide(batch, dice, *, at, on):
    actor = User.objects.select_related("region").get(username=ACTOR)
    editions = list(IndexEdition.objects.filter(is_sample=True, based_on=None))
    by_family = {each.family_id: each for each in editions}
    rounds = Inspecting(dice, Sheets(editions), actor=actor, on=on, at=at)
    rounds.scoring.usual = GOOD
    subjects = [Subject(each.unit, _edition_of(each.unit, by_family)) for each in _accepted(batch)]
    begin = batch.stages.get(kind=K.INSPECTING).starts_at.astimezone(Cast.zone).date()
    rounds.first_look(subjects, begin - timedelta(days=14), batch)
    begin = Calendar.load().next_working(begin + timedelta(days=1))
    held = rounds.acceptance_for(batch, subjects, begin)
    story = Deciding(Cast(at), batch, on)
    reached = story.go_on()
    if story.decided_on:
        publish_results(held, actor=actor, at=moment(story.decided_on, 17))
    return reached


def _accepted(batch):
    rows = batch.applications.filter(state=Application.State.ACCEPTED)
    return rows.select_related("unit__region", "unit__category__family_row").order_by("pk")


def _edition_of(unit, by_family):
    return by_family[unit.category.family_row.family_id]
