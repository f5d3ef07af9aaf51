"""The scores of the inspections that served the application, where they are open to the person."""

from django.db.models import Q
from django.template.loader import render_to_string

from awards.packing.plan import SCORES
from evaluations.access import may_see_results
from evaluations.explaining import Explanation
from evaluations.models import Inspection, InspectionRound
from evaluations.score_sheets import is_as_signed

Kind = InspectionRound.Kind


def add_scores(plan, user):
    """A page for each inspection: 初验 first, then 验收."""
    application = plan.application
    found = _inspections(application)
    opened = set(_open_to(user, found))
    for each in found:
        if each.pk not in opened or not may_see_results(user, each.round):
            plan.leave_out(f"“{each.round}”的评分现在不向您公开，没有列入。")
            continue
        told = Explanation(each)
        if told.sheets:
            _add_page(plan, each, told, user)
    if not found:
        plan.leave_out("还没有测评结果。")


def _inspections(application):
    served = Q(
        round__kind__in=(Kind.PRELIMINARY, Kind.ACCEPTANCE), round__batch=application.batch_id
    )
    rows = Inspection.objects.filter(
        served | Q(pk=application.sheet_id), unit=application.unit_id, settled_at__isnull=False
    )
    rows = rows.select_related("round__region", "edition", "unit").order_by("settled_at", "pk")
    return list(rows.prefetch_related("round__members"))


def _open_to(user, found):
    keys = [each.pk for each in found]
    rows = Inspection.objects.with_scores_open_to(user).filter(pk__in=keys)
    return rows.order_by().values_list("pk", flat=True)


def _add_page(plan, inspection, told, user):
    named = Inspection.objects.filter(pk=inspection.pk).with_people_open_to(user).exists()
    signers = [
        {
            "who": sheet.assignment.assessor.name if named else f"测评人员 {number}",
            "sheet": sheet,
            "sound": is_as_signed(sheet),
        }
        for number, sheet in enumerate(told.sheets, 1)
    ]
    context = {
        "inspection": inspection,
        "held": inspection.round,
        "told": told,
        "result": told.result,
        "sections": told.sections,
        "signers": signers,
    }
    html = render_to_string("pdf/package_scores.html", context)
    title = f"{inspection.round.get_kind_display()}评分"
    plan.add_page([SCORES], title, html, f"{inspection.round}评分")
