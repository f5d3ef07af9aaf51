"""Whether assessors agree: leniency, items that divide them, third assessors, how firm it is."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evaluations.access import officer_over_round
from evaluations.agreement import Agreement, rounds_over
from evaluations.charts import leniency_chart, stability_chart
from evaluations.models import Inspection
from evaluations.operations.extras import call_thirds
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User

R = User.Role


def fetch(request, pk):
    """A round of the own region or below; what others' assessors do is not one's business."""
    return get_object_or_404(rounds_over(request.user).select_related("region"), pk=pk)


@require_safe
@roles_only(R.OFFICER, R.AUDITOR)
def round_consistency(request, pk):
    """The analysis of a round; in a blind one not for those who are still to sign."""
    held = fetch(request, pk)
    page = {
        "held": held,
        "round": held,
        "title": held.title,
        "section": "inspections",
        "tab": "consistency",
        "leads": officer_over_round(request.user, held),
        "analyses": True,
    }
    opened = Inspection.objects.with_scores_open_to(request.user).filter(round=held).count()
    if opened < held.inspections.count():
        return render(request, "evaluations/consistency_closed.html", page)
    found = Agreement(held)
    page |= {
        "found": found,
        "leniency_chart": leniency_chart(found.leniency, found.unit_of_points),
        "stability_chart": stability_chart(found.around),
        "may_call": found.wanting and officer_over_round(request.user, held),
    }
    return render(request, "evaluations/consistency.html", page)


@require_POST
@roles_only(R.OFFICER)
def round_thirds(request, pk):
    """Have the rule call one assessor more wherever that is wanted."""
    held = fetch(request, pk)
    try:
        tasks = call_thirds(held, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已按规则加派 {len(tasks)} 家，消息已送达测评人员。")
    return redirect("evaluations:round-consistency", held.pk)
