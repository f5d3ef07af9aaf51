"""Certificates beside a title, a unit and a batch."""

from django.utils import timezone

from awards.models import Certificate
from awards.verdicts import with_verdicts
from awards.wanted import certifiable, waiting
from portal.models import User
from units.access import keeps_batch
from units.cards import card

R = User.Role


def _in_sight(user):
    return Certificate.objects.visible_to(user).for_display()


def _shown(rows):
    found = with_verdicts(list(rows), timezone.localdate())
    return {"template": "awards/_card.html", "rows": found} if found else None


@card("designation")
def of_title(title, user):
    """Every paper of the title, the latest first."""
    return _shown(_in_sight(user).filter(designation=title).order_by("-issued_at", "-pk"))


@card("unit")
def of_unit(unit, user):
    """The valid papers of the unit."""
    rows = _in_sight(user).standing().filter(designation__unit=unit)
    return _shown(rows.order_by("-issued_at", "-pk"))


@card("batch")
def of_batch(batch, user):
    """How many papers there are and how many wait, for those who look after the naming region."""
    if user.role not in (R.OFFICER, R.AUDITOR) or batch.region is None:
        return None
    if not batch.region.path.startswith(tuple(user.scope_paths) or "-"):
        return None
    made = _in_sight(user).filter(designation__batch=batch).standing().count()
    wait = len(waiting(certifiable().filter(batch=batch)))
    if not made and not wait:
        return None
    may_issue = bool(wait) and keeps_batch(user, batch)
    told = {"batch": batch, "made": made, "waiting": wait, "may_issue": may_issue}
    return {"template": "awards/_batch_card.html", **told}


@card("decision")
def of_decision(decision, user):
    """The same beside the decision that names, once it has taken effect."""
    return of_batch(decision.batch, user) if decision.batch and decision.applied_at else None
