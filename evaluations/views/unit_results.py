"""One unit's result: for those who judge and those who keep watch, and for the unit itself."""

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evaluations.access import may_see_results, officer_over_round
from evaluations.explaining import Explanation
from evaluations.extras import wanting
from evaluations.models import Inspection
from evaluations.operations.extras import call_third as call_one_more
from evaluations.tree import neat
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User

R = User.Role
JUDGES = (R.OFFICER, R.AUDITOR, R.ASSESSOR)


def fetch(request, pk):
    """An inspection in sight, or 404."""
    visible = Inspection.objects.visible_to(request.user).select_related(
        "round__region", "unit__region", "unit__category", "edition__family"
    )
    return get_object_or_404(visible, pk=pk)


@require_safe
@roles_only(*JUDGES, R.CLERK)
def unit_result(request, pk):
    """The total with everything it is made of; a unit sees its own without who gave what."""
    inspection = fetch(request, pk)
    page = {
        "inspection": inspection,
        "held": inspection.round,
        "unit": inspection.unit,
        "edition": inspection.edition,
        "title": inspection.unit.name,
        "section": "inspections",
    }
    if request.user.role == R.CLERK:
        return render(request, "evaluations/own_result.html", page | told(request, inspection))
    if not is_open(request.user, inspection):
        return render(request, "evaluations/unit_result_closed.html", page)
    page |= told(request, inspection)
    page["may_call"] = may_call(request.user, inspection, page["told"])
    page["lists_round"] = request.user.role != R.ASSESSOR
    return render(request, "evaluations/unit_result.html", page)


def may_call(user, inspection, explanation):
    """Is one assessor more to be called, and may this person do it?"""
    inspection.tally = {"apart": [code for code, line in explanation.lines.items() if line.apart]}
    wanted = wanting(inspection.round, [inspection])
    return bool(wanted) and officer_over_round(user, inspection.round)


def is_open(user, inspection):
    """May this person read what others gave to this unit by now?"""
    opened = Inspection.objects.with_scores_open_to(user).filter(pk=inspection.pk)
    return may_see_results(user, inspection.round) and opened.exists()


def told(request, inspection):
    """The explanation, and what would reach the line asked about."""
    explanation = Explanation(inspection)
    target = target_of(request, inspection.edition, explanation.result.total)
    return {
        "told": explanation,
        "result": explanation.result,
        "target": target,
        "ways": explanation.ways(target) if target else [],
    }


def target_of(request, edition, total):
    """The total asked about in the address, else the next line above; none where all is reached."""
    try:
        asked = Decimal(request.GET.get("target", ""))
    except InvalidOperation:
        asked = Decimal(0)
    if asked.is_finite() and 0 < asked <= edition.total:
        return neat(asked)
    lines = sorted((edition.pass_line, edition.apply_line))
    return next((neat(line) for line in lines if total < line), None)


@require_POST
@roles_only(R.OFFICER)
def call_third(request, pk):
    """Have the rule call one assessor more."""
    inspection = fetch(request, pk)
    try:
        task = call_one_more(inspection, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已按规则加派{task.assessor.name}复核，消息已送达。")
    return redirect(inspection)
