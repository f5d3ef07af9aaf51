"""测评表的各版: what was signed when, what a correction changes, and the second person's word."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evaluations.access import officer_over_round
from evaluations.forms.inspections import CorrectionForm, DecisionForm
from evaluations.models import Assignment, ScoreSheet
from evaluations.models.inspection import TEAM_ROLES
from evaluations.operations.corrections import (
    ask_correction,
    changes,
    decide_correction,
    give_up_correction,
)
from evaluations.score_sheets import is_as_signed
from evaluations.tree import neat, tree_of
from evaluations.views.score_page import fetch_own
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User
from portal.once import once
from units.views.acts import handle

R = User.Role
READERS = (R.ASSESSOR, R.OFFICER, R.AUDITOR)
DECIDED = {
    True: "已核准“{unit}”的更正，新的一版生效，{person}已收到消息。",
    False: "已退回“{unit}”的更正，仍以原来的一版为准，{person}已收到消息。",
}


def fetch_readable(request, pk):
    """An assignment of which this person may read at least one version, or 404."""
    own = Assignment.objects.own(request.user).values("pk")
    sheets = ScoreSheet.objects.visible_to(request.user).values("assignment")
    rows = Assignment.objects.filter(pk__in=own) | Assignment.objects.filter(pk__in=sheets)
    rows = rows.select_related(
        "assessor", "inspection__round__region", "inspection__unit__region", "inspection__edition"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
@roles_only(*READERS)
def sheet_history(request, pk):
    """Every version this person may read, side by side with the one before it."""
    task = fetch_readable(request, pk)
    visible = ScoreSheet.objects.visible_to(request.user).filter(assignment=task)
    sheets = list(visible.select_related("approved_by").order_by("number"))
    scores = _scores(sheets)
    context = {
        "task": task,
        "title": f"测评表：{task.inspection.unit}",
        "section": _section(request.user),
        "versions": [(sheet, _proof(sheet), _changed(sheet, sheets)) for sheet in sheets],
        "lines": _lines(task, sheets, scores),
        "may_correct": _may_correct(request.user, task, sheets),
        "may_decide": _may_decide(request.user, task, sheets),
        "form": DecisionForm(user=request.user),
    }
    return render(request, "evaluations/sheet_history.html", context)


def _section(user):
    return "score-queue" if user.role == R.ASSESSOR else "inspections"


def _scores(sheets):
    found = {}
    for sheet in sheets:
        for score in sheet.scores.all():
            found[sheet.pk, score.indicator_id] = score
    return found


def _proof(sheet):
    """Does a signed version still say what was signed? None where it is not signed."""
    return is_as_signed(sheet) if sheet.signed_at else None


def _changed(sheet, sheets):
    """Codes in which a correction differs from the version that counted before it."""
    earlier = [each for each in sheets if each.number < sheet.number and each.signed_at]
    return [each["code"] for each in changes(earlier[-1], sheet)] if earlier else []


def _lines(task, sheets, scores):
    """(item, its score in every version) for each item that has one."""
    found = []
    for section in tree_of(task.inspection.edition).sections:
        for entry in section.entries:
            given = [scores.get((sheet.pk, entry.pk)) for sheet in sheets]
            if any(given):
                found.append((entry.item, [_cell(score) for score in given]))
    return found


def _cell(score):
    if score is None:
        return None
    value = "触发" if score.hit else "" if score.value is None else str(neat(score.value))
    return {"value": value, "reason": score.reason, "comment": score.comment}


def _may_correct(user, task, sheets):
    waiting = any(sheet.is_correction and not sheet.decided_at for sheet in sheets)
    signed = task.state == Assignment.State.SIGNED
    return task.assessor_id == user.pk and signed and not waiting


def _may_decide(user, task, sheets):
    """The correction this person has to decide on, if there is one."""
    if task.assessor_id == user.pk or not officer_over_round(user, task.inspection.round):
        return None
    waiting = (s for s in sheets if s.is_correction and s.signed_at and not s.decided_at)
    return next(waiting, None)


@roles_only(*TEAM_ROLES)
@once
def sheet_correct(request, pk):
    """Ask for a correction: the reason first, then the page with the boxes open again."""
    task = fetch_own(request, pk)
    form = CorrectionForm(request.POST or None, user=request.user)

    def act():
        reason = form.cleaned_data["reason"]
        ask_correction(task, reason=reason, actor=request.user, at=timezone.now())
        return task, "已打开更正，改好后签字提交；核准之前仍以原来的为准。"

    page = {
        "title": f"更正测评表：{task.inspection.unit}",
        "submit_label": "开始更正",
        "back_url": reverse("evaluations:sheet-history", args=[task.pk]),
        "section": "score-queue",
        "intro": "原来的一版长期保留。改好后由您签字，经组织本轮次的审核人员核准后生效。",
    }
    return handle(request, form, act, page)


@require_POST
@roles_only(*TEAM_ROLES)
def sheet_give_up(request, pk):
    """Drop a correction that has not been signed."""
    task = fetch_own(request, pk)
    sheet = ScoreSheet.objects.filter(assignment=task).corrections().first()
    try:
        if sheet is None:
            raise Refused("没有正在填写的更正，没有改动。")
        give_up_correction(sheet, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "已放弃更正，仍以原来的一版为准。")
    return redirect("evaluations:sheet-history", pk)


@require_POST
@roles_only(R.OFFICER)
def sheet_decide(request, pk):
    """Approve a correction, or refuse it with the reason."""
    task = fetch_readable(request, pk)
    sheet = ScoreSheet.objects.filter(assignment=task).corrections().first()
    form = DecisionForm(request.POST, user=request.user)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    approve = request.POST.get("act") == "approve"
    try:
        if sheet is None:
            raise Refused("没有待核准的更正，没有改动。")
        decide_correction(sheet, approve=approve, note=note, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        names = {"unit": task.inspection.unit, "person": task.assessor.name}
        messages.success(request, DECIDED[approve].format(**names))
    return redirect("evaluations:sheet-history", pk)
