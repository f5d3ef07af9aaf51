"""One unit's turn in a round: who scores it, how far they are; handing on, withdrawing, calling."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evaluations.access import officer_over_round
from evaluations.forms.inspections import ExtraForm, HandOverForm
from evaluations.models import Assignment, Inspection, InspectionRound, ScoreSheet
from evaluations.operations.assignments import call_extra, reassign, withdraw
from evaluations.rosters import Roster
from evaluations.tones import ASSIGNMENT_TONES
from evaluations.views.inspection_rounds import OFFICE, SECTION
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User
from portal.once import once
from units.views.acts import handle

R = User.Role


def fetch_inspection(request, pk):
    """A unit's turn in sight, with its round, or 404."""
    rows = Inspection.objects.visible_to(request.user)
    rows = rows.select_related("round__region", "unit__region", "unit__category", "edition")
    return get_object_or_404(rows, pk=pk)


def fetch_led(request, pk):
    """One in a round this officer leads, or 404."""
    return get_object_or_404(_led(request), pk=pk)


def _led(request):
    rounds = InspectionRound.objects.visible_to(request.user).kept_by(request.user)
    rows = Inspection.objects.visible_to(request.user).filter(round__in=rounds.values("pk"))
    return rows.select_related("round__region", "unit__region", "edition")


def fetch_task(request, pk):
    """An assignment in a round this officer leads, or 404."""
    rows = Assignment.objects.filter(inspection__in=_led(request).values("pk"))
    rows = rows.select_related("inspection__round__region", "inspection__unit", "assessor")
    return get_object_or_404(rows, pk=pk)


@require_safe
@roles_only(*OFFICE)
def inspection_tasks(request, pk):
    """Everybody who scores this unit."""
    inspection = fetch_inspection(request, pk)
    round = inspection.round
    tasks = list(
        Assignment.objects.filter(inspection=inspection)
        .select_related("assessor__region")
        .order_by("is_extra", "assessor__name", "pk")
    )
    readable = ScoreSheet.objects.visible_to(request.user).filter(assignment__in=tasks)
    opened = set(readable.values_list("assignment", flat=True))
    leads = officer_over_round(request.user, round)
    context = {
        "inspection": inspection,
        "round": round,
        "title": inspection.unit.name,
        "section": SECTION,
        "tasks": [(task, ASSIGNMENT_TONES[task.state], task.pk in opened) for task in tasks],
        "may_keep": leads and round.state != InspectionRound.State.FINISHED,
        "corrections": readable.corrections().filter(signed_at__isnull=False).exists(),
    }
    return render(request, "evaluations/inspection_tasks.html", context)


@roles_only(R.OFFICER)
@once
def assignment_reassign(request, pk):
    """Hand an unsigned assignment to somebody else on the team."""
    task = fetch_task(request, pk)
    people = free_people(task.inspection)
    form = HandOverForm(request.POST or None, user=request.user, people=people)

    def act():
        to, note = form.cleaned_data["to"], form.cleaned_data["note"]
        reassign(task, to=to, note=note, actor=request.user, at=timezone.now())
        return _back(
            task.inspection
        ), f"“{task.inspection.unit}”已由{task.assessor.name}改派给{to.name}。"

    page = _page(task.inspection, f"改派：{task.inspection.unit}", "改派")
    page["intro"] = f"{task.assessor.name}已打的分保留备查，不再计入；新的测评人员从头打分。"
    return handle(request, form, act, page)


def free_people(inspection):
    """Members of the team who may score the unit and don't yet, the least busy first."""
    roster = Roster(inspection.round)
    busy = {}
    for _, who in roster.pairs:
        busy[who] = busy.get(who, 0) + 1
    barred = {who for unit, who in roster.bars if unit == inspection.pk}
    given = {who for unit, who in roster.pairs if unit == inspection.pk}
    free = [each.key for each in roster.people if each.key not in barred | given]
    return User.objects.filter(pk__in=free).order_by("name", "pk")


def _back(inspection):
    return reverse("evaluations:inspection-tasks", args=[inspection.pk])


def _page(inspection, title, label):
    return {
        "title": title,
        "submit_label": label,
        "back_url": _back(inspection),
        "section": SECTION,
    }


@require_POST
@roles_only(R.OFFICER)
def assignment_withdraw(request, pk):
    """Take an unsigned assignment back."""
    task = fetch_task(request, pk)
    note = request.POST.get("note", "").replace("\0", "").strip()[:300]
    try:
        withdraw(task, actor=request.user, at=timezone.now(), note=note)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, f"已撤回{task.assessor.name}对“{task.inspection.unit}”的打分任务。"
        )
    return redirect(_back(task.inspection))


@roles_only(R.OFFICER)
@once
def inspection_extra(request, pk):
    """Call one person more."""
    inspection = fetch_led(request, pk)
    people = free_people(inspection)
    form = ExtraForm(request.POST or None, user=request.user, people=people)

    def act():
        to, note = form.cleaned_data["to"], form.cleaned_data["note"]
        call_extra(inspection, to=to, note=note, actor=request.user, at=timezone.now())
        return _back(inspection), f"已加派{to.name}给“{inspection.unit}”打分，消息已送达。"

    page = _page(inspection, f"加派：{inspection.unit}", "加派")
    page["intro"] = "各人打分相差较大时加派一人复核，其得分与其他人的一并计算。"
    return handle(request, form, act, page)
