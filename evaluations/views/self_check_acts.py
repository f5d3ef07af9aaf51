"""A self-check to read, to hand in and to return; the receipt."""

import secrets

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from evaluations.access import clerk_or_helper, may_read_answers
from evaluations.filling import Filling
from evaluations.forms.self_checks import ReturnForm
from evaluations.item_evidence import evidence_of_items
from evaluations.lifecycles import SELF_CHECK
from evaluations.models import Receipt, SelfCheck
from evaluations.operations.answers import answers_of
from evaluations.operations.hand_in import digest, return_check, submit_check
from evaluations.tones import SELF_CHECK_TONES
from evaluations.views.self_check_form import FILLERS, fetch, way_round
from portal import files
from portal.audit_labels import label_of
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import AuditEvent, User
from portal.once import once
from portal.times import Deadline
from portal.views.files import HEADERS
from portal.widgets import is_key

R = User.Role
READERS = (R.OFFICER, R.AUDITOR, R.CLERK)
S = SelfCheck.State
AFTERWARDS = "审核人员会核对，需要修改时退回，并发消息通知你单位。"


@require_safe
@roles_only(*READERS)
def self_check(request, pk):
    """What a unit has written and claims, to be read; before it is handed in, by its own only."""
    check = fetch(request, pk)
    asked = request.GET.get("item", "")
    if is_key(asked) and check.state in check.OPEN and clerk_or_helper(request.user, check):
        return _to_item(check, int(asked))
    readable = may_read_answers(request.user, check)
    filling = Filling(check, answers_of(check) if readable else {})
    steps = {step.verb for step in SELF_CHECK.open_to(request.user, check)}
    is_open = check.state in check.OPEN and not check.round.closed_at
    calls = is_open and request.user.role == R.OFFICER
    manned = calls and check.unit.clerks.filter(is_active=True).exists()
    told = AuditEvent.objects.about(check).select_related("actor")
    context = {
        "check": check,
        "filling": filling,
        "readable": readable,
        "evidence": _evidence(check, filling),
        "tone": SELF_CHECK_TONES[check.state],
        "deadline": Deadline(check.due_at, request.arrived_at),
        "may_fill": is_open and clerk_or_helper(request.user, check),
        "may_return": "return" in steps and not check.round.closed_at,
        "may_urge": calls and manned,
        "unmanned": calls and not manned,
        "receipts": list(check.receipts.select_related("handed_in_by")),
        "history": [(each, label_of(each.action)) for each in told[:20]],
        "title": str(check.unit),
        "section": "self-checks",
    }
    return render(request, "evaluations/self_check.html", context)


def _evidence(check, filling):
    """{item key: its files} where there are some."""
    cited = [line.pk for line in filling.lines if line.files]
    return evidence_of_items(check, cited, may_change=False) if cited else {}


def _to_item(check, pk):
    """Back to one item of the form, as pages of its files lead."""
    filling = Filling(check, {})
    part = next((p for p in filling.parts if any(line.pk == pk for line in p.lines)), None)
    if part is None:
        raise Http404
    url = reverse("evaluations:self-check-section", args=[check.pk, part.pk])
    return redirect(f"{url}#item-{pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*FILLERS)
@once
def submit(request, pk):
    """Look once more, then hand in."""
    check = fetch(request, pk)
    if check.state == S.SUBMITTED:
        return redirect(check.receipts.first() or check)
    away = way_round(request, check)
    if away:
        return away
    if request.method == "POST":
        try:
            made = submit_check(check, actor=request.user, at=request.arrived_at)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("evaluations:self-check-submit", pk)
        messages.success(request, f"“{check.round}”已提交，回执如下。{AFTERWARDS}")
        return redirect(made)
    context = {
        "check": check,
        "filling": Filling(check, answers_of(check)),
        "deadline": Deadline(check.due_at, request.arrived_at),
        "helping": request.user.role == R.OFFICER,
        "form_key": secrets.token_hex(16),
        "title": "核对并提交",
        "section": "self-checks",
    }
    return render(request, "evaluations/self_check_submit.html", context)


@roles_only(R.OFFICER)
@once
def give_back(request, pk):
    """Return a check with reasons."""
    check = fetch(request, pk)
    filling = Filling(check, answers_of(check))
    if check.state != S.SUBMITTED:
        messages.error(request, "只有已提交的自查可以退回，没有改动。")
        return redirect(check)
    local = timezone.localtime(check.due_at)
    initial = {"due_on": local.date(), "due_clock": f"{local:%H:%M}"}
    form = ReturnForm(request.POST or None, user=request.user, lines=filling.lines, initial=initial)
    if request.method == "POST" and form.is_valid() and _returned(request, check, form):
        return redirect(check)
    context = {
        "check": check,
        "filling": filling,
        "form": form,
        "parts": _with_fields(filling, form),
        "evidence": _evidence(check, filling),
        "title": f"退回：{check.unit}",
        "section": "self-checks",
    }
    return render(request, "evaluations/self_check_return.html", context)


def _returned(request, check, form):
    try:
        reached = return_check(
            check,
            note=form.cleaned_data["note"],
            remarks=form.remarks,
            due_at=form.due_at,
            actor=request.user,
            at=request.arrived_at,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    told = "填报员已收到通知" if reached else "该单位没有填报员账号，请打电话通知"
    until = f"{timezone.localtime(form.due_at):%Y-%m-%d %H:%M} 前可以修改后再次提交。"
    messages.success(request, f"已退回“{check.unit}”的自查，{told}；{until}")
    return True


def _with_fields(filling, form):
    """Sections with (line, field for a remark)."""
    return [
        (part, [(line, form[f"remark_{line.pk}"]) for line in part.lines]) for part in filling.parts
    ]


def fetch_receipt(request, code):
    """A receipt in sight, or 404."""
    visible = Receipt.objects.visible_to(request.user).select_related(
        "check_form__round__region",
        "check_form__unit__region",
        "check_form__edition",
        "handed_in_by",
        "pdf",
    )
    return get_object_or_404(visible, code=code.replace("\0", ""))


@require_safe
@roles_only(*READERS)
def receipt(request, code):
    """回执: what was handed in when, and the digest that proves it."""
    found = fetch_receipt(request, code)
    newest = found.check_form.receipt_no == found.number
    context = {
        "receipt": found,
        "check": found.check_form,
        "sound": digest(found.content) == found.sha256,
        "stands": newest and found.check_form.state == S.SUBMITTED,
        "title": "自查回执",
        "section": "self-checks",
    }
    return render(request, "evaluations/self_check_receipt.html", context)


@require_safe
@roles_only(*READERS)
def receipt_pdf(request, code):
    """The receipt to keep; until it is printed, back to its page."""
    found = fetch_receipt(request, code)
    if found.pdf is None:
        messages.error(request, "回执的 PDF 还在生成，通常几秒钟，请稍后再下载。")
        return redirect(found)
    return FileResponse(
        open(files.path_of(found.pdf.sha256), "rb"),
        as_attachment=True,
        filename=found.pdf.name,
        content_type=found.pdf.media_type,
        headers=HEADERS,
    )
