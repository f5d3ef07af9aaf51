"""The unit's handed-in self-check and its application find each other, whichever comes later."""

from django.utils import timezone

from evaluations.models import SelfCheck
from units.models import Application
from units.operations.settling import link_self_check

WRITING = tuple(Application.OPEN)


def link_new_application(sender, *, application, actor, at, **kwargs):
    """A new application takes the unit's latest handed-in self-check of the batch's years."""
    year = application.batch.year or timezone.localdate(at).year
    checks = SelfCheck.objects.filter(unit=application.unit_id, state=SelfCheck.State.SUBMITTED)
    check = checks.filter(round__year__in=(year - 1, year)).order_by("-submitted_at", "-pk").first()
    if check is not None:
        _link(application, check, actor, at)


def link_handed_in(check, *, actor, at):
    """A self-check just handed in goes to the applications its unit is still writing."""
    for application in Application.objects.filter(unit=check.unit_id, state__in=WRITING):
        _link(application, check, actor, at)


def _link(application, check, actor, at):
    figures = {"self_check_id": check.pk, "self_score": check.self_total}
    link_self_check(application, **figures, actor=actor, at=at)
