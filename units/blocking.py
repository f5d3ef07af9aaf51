"""What keeps a unit out of every selection: 整改 that is not done with, a ban. Reads only."""

from django.db.models import Value

from units.models import Designation, ExitCase, Rectification

WORDS = {
    "ban": "撤销后 {day} 起方可重新申报",
    "mending": "有整改没有销号（期限 {day}），整改期间不得参评",
}


def blocked(units, on):
    """{unit key: why, without a full stop} of those that may not be recommended or named.

    In one statement, for pages that count theirs.
    """
    mending = Rectification.objects.blocking().filter(designation__unit__in=units)
    banned = ExitCase.objects.banning(on).filter(designation__unit__in=units)
    banned = banned.exclude(designation__state=Designation.State.VOIDED)
    rows = _marked(mending, "due_on", "mending").union(_marked(banned, "reapply_from", "ban"))
    return {unit: WORDS[why].format(day=day) for why, day, unit in sorted(rows)}


def _marked(rows, day, why):
    return rows.order_by().values_list(Value(why), day, "designation__unit")


def why_blocked(unit, on):
    """The same about one unit; empty where nothing keeps it out."""
    return blocked([unit.pk], on).get(unit.pk, "")
