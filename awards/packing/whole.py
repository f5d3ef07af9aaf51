"""What goes into the package of one application, for one person, as it stands now. Reads only."""

from awards.packing.evidence import add_evidence
from awards.packing.opinions import add_opinions
from awards.packing.papers import add_form, add_materials
from awards.packing.plan import Plan
from awards.packing.scores import add_scores
from units.models import Application


def packable(user):
    """Applications in sight that were handed in, with all that a package asks for."""
    rows = Application.objects.visible_to(user).filter(submitted_at__isnull=False)
    return rows.for_display().prefetch_related("batch__requirements")


def plan_of(application, user, on):
    """The plan of an application in sight: only what this person may see and take."""
    plan = Plan(application)
    add_form(plan, user, on)
    add_materials(plan, user)
    add_evidence(plan, user)
    add_opinions(plan, user)
    add_scores(plan, user)
    return plan
