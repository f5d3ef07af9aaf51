"""When one assessor more is called to a unit, and whom the rule calls."""

from evaluations.models import Assignment, InspectionRound
from evaluations.rules import assignment as rule


def wanting(round, inspections):
    """Those of these inspections to which one more is to be called, by their tallies.

    All have signed, the scores of some item lie too far apart, and nobody was called yet.
    """
    if round.state != InspectionRound.State.SCORING:
        return []
    tasks = Assignment.objects.standing().filter(inspection__in=inspections)
    waiting = set(tasks.unsigned().values_list("inspection", flat=True))
    called = set(tasks.filter(is_extra=True).values_list("inspection", flat=True))
    apart = [each for each in inspections if each.tally.get("apart")]
    return [each for each in apart if each.pk not in waiting | called]


def next_person(roster, inspection):
    """Who is called: of those who may score the unit and have not, whoever has the fewest units."""
    subject = next(each for each in roster.subjects if each.key == inspection.pk)
    free = [
        person
        for person in roster.people
        if (subject.key, person.key) not in roster.pairs
        and not rule.barred(subject, person, own_home=roster.round.own_home)
    ]
    load = {person.key: 0 for person in roster.people}
    for _, person in roster.pairs:
        load[person] = load.get(person, 0) + 1
    return min(free, key=lambda person: (load[person.key], person.key), default=None)
