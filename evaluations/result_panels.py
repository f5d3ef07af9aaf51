"""What the home page tells about results: to a unit its own, to an office what waits."""

from django.db.models import Q

from evaluations.models import Inspection, InspectionRound
from portal import desk
from portal.models import User
from units.further import link

R = User.Role
READERS = (R.OFFICER, R.AUDITOR, R.CLERK)
MOST = 4


@desk.panel(position=32)
def own_results(user, day):
    """A clerk's units: results that have been published."""
    if user.role != R.CLERK:
        return None
    found = Inspection.objects.visible_to(user).select_related("round", "unit")
    latest = list(found.order_by("-round__published_at", "-pk")[:MOST])
    return (
        {"template": "evaluations/_panel_own_results.html", "results": latest} if latest else None
    )


@desk.panel(position=26)
def unpublished(user, day):
    """Rounds of this office that are settled and not published yet."""
    if user.role != R.OFFICER or user.region_id is None:
        return None
    rounds = InspectionRound.objects.visible_to(user).filter(
        region=user.region, state=InspectionRound.State.FINISHED, published_at=None
    )
    found = list(rounds.order_by("-ends_on", "-pk")[:MOST])
    return {"template": "evaluations/_panel_unpublished.html", "rounds": found} if found else None


@link("application-score")
def sources_of_scores(user, application):
    """(field, address) of the results an application's scores were settled from."""
    if user.role not in READERS:
        return
    seen = Inspection.objects.visible_to(user)
    first = Q(
        round__batch=application.batch_id,
        round__kind=InspectionRound.Kind.PRELIMINARY,
        unit=application.unit_id,
    )
    for each in seen.filter(first | Q(pk=application.sheet_id)).order_by("pk"):
        name = "total" if each.pk == application.sheet_id else "first_score"
        yield name, each.get_absolute_url()
