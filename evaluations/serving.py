"""What a round is for: the applications of a batch, or the turns of a 复验 round; or neither."""

from evaluations.models import InspectionRound
from units.models import Application, Batch, Reverification, ReverificationRound

Kind, A = InspectionRound.Kind, Application.State
ON_THE_WAY = (A.REVIEWING, A.ACCEPTED)
APPLYING = {Kind.PRELIMINARY: ON_THE_WAY, Kind.ACCEPTANCE: (A.ACCEPTED,)}
TURNS = (Reverification.State.APPLIED, Reverification.State.INSPECTED)


def choices_for(held):
    """[(value, words)] of what this round could serve, by its kind and place."""
    above = held.region.ancestor_ids()
    if held.kind in APPLYING:
        rows = Batch.objects.filter(state=Batch.State.OPEN, region__in=above)
        return [(f"batch-{row.pk}", str(row)) for row in rows]
    if held.kind == Kind.REVERIFICATION:
        rows = ReverificationRound.objects.filter(closed_at=None, region__in=above)
        return [(f"turns-{row.pk}", str(row)) for row in rows]
    return []


def served(held):
    """The batch or 复验 round it serves, or None."""
    return held.batch or held.turns_of


def applications_of(held):
    """Applications that this round's scores are settled onto."""
    return Application.objects.filter(batch=held.batch, state__in=APPLYING.get(held.kind, ()))


def turns_of(held):
    """Turns that this round's scores are settled onto."""
    return Reverification.objects.filter(round=held.turns_of, state__in=TURNS)


def served_units(held):
    """Keys of the units it is to take in; None where it serves nothing in particular."""
    if held.batch_id:
        return applications_of(held).values("unit")
    if held.turns_of_id:
        return turns_of(held).values("designation__unit")
    return None
