"""The files of one item of a self-check: shown, added, taken off, used again."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from evaluations.access import may_read_answers
from evaluations.item_evidence import evidence_of_items
from evaluations.models import Evidence, Indicator, SelfCheck
from evaluations.operations import evidence as act
from evaluations.operations.answers import refuse_if_over, why_closed
from evaluations.operations.citing import UNTOUCHED
from evaluations.reusing import candidates_for
from evaluations.tree import tree_of
from portal.errors import Refused
from portal.gate import roles_only
from portal.intake.receiving import receive
from portal.models import User

R = User.Role
FILLERS = (R.CLERK, R.OFFICER)
MOST_AT_ONCE = 20


def fetch_item(request, pk, indicator):
    """The check, if this person may read what stands in it, and one of its items; or 404."""
    rows = SelfCheck.objects.visible_to(request.user)
    rows = rows.select_related("round__region", "edition", "unit__region")
    check = get_object_or_404(rows, pk=pk)
    if not may_read_answers(request.user, check):
        raise Http404
    items = check.edition.indicators.filter(tier=Indicator.Tier.ITEM)
    return check, get_object_or_404(items, pk=indicator)


def shown(request, check, indicator):
    """What the page knows of the item's files."""
    may_change = not closed_to(request, check)
    return evidence_of_items(check, [indicator.pk], may_change=may_change)[indicator.pk]


def closed_to(request, check):
    """Why this person can't change the files of the check now; empty if they can."""
    return why_closed(check, request.user, timezone.now(), UNTOUCHED)


def wants_json(request):
    return "application/json" in request.headers.get("Accept", "")


def told(request, check, indicator, faults=(), **more):
    """The list as it stands now, for the script; 409 where something was refused."""
    item = shown(request, check, indicator)
    html = render_to_string("evaluations/_item_evidence.html", {"item": item}, request)
    answer = {"html": html, "files": item.count, "version": item.version, "faults": list(faults)}
    return JsonResponse({**answer, **more}, status=409 if faults else 200)


def answered(request, check, indicator, faults=(), done=""):
    """For the script a list, for a plain form the page again with what happened."""
    if wants_json(request):
        return told(request, check, indicator, faults)
    for fault in faults:
        messages.error(request, fault)
    if done:
        messages.success(request, done)
    return redirect("evaluations:item-evidence", check.pk, indicator.pk)


@roles_only(*FILLERS)
def item_evidence(request, pk, indicator):
    """The item's files on a page of their own; POST adds some. The form's page has them inside."""
    check, indicator = fetch_item(request, pk, indicator)
    if request.method == "POST":
        return _added(request, check, indicator)
    if wants_json(request):
        return told(request, check, indicator)
    context = {
        "title": "佐证材料",
        "section": "self-checks",
        "check": check,
        "indicator": indicator,
        "item": shown(request, check, indicator),
        "closed": closed_to(request, check),
        "back_url": form_url(check, indicator),
    }
    return render(request, "evaluations/item_evidence.html", context)


def _added(request, check, indicator):
    """Each file by itself: what is good is kept, what isn't is told."""
    sent = request.FILES.getlist("files")[:MOST_AT_ONCE]
    faults = [] if sent else ["没有选择文件，没有保存任何内容。请选择文件后再上传。"]
    kept = [_kept(request, check, indicator, each) for each in sent]
    faults += [fault for fault in kept if fault]
    good = kept.count("")
    done = f"已添加 {good} 份材料。" if good else ""
    return answered(request, check, indicator, faults, done)


def _kept(request, check, indicator, file):
    """Empty, or the sentence why this file was not kept."""
    at = timezone.now()
    try:
        refuse_if_over(check, request.user, at, UNTOUCHED)
        received = receive(file, name=file.name, owner=request.user, at=at)
        act.add_evidence(check, indicator, received, actor=request.user, at=at)
    except Refused as refusal:
        return str(refusal)
    return ""


@require_POST
@roles_only(*FILLERS)
def item_evidence_remove(request, pk, indicator):
    """Take one file off the item; the unit keeps it."""
    check, indicator = fetch_item(request, pk, indicator)
    visible = Evidence.objects.visible_to(request.user).filter(unit=check.unit)
    evidence = get_object_or_404(visible, code=request.POST.get("evidence", "").replace("\0", ""))
    try:
        act.remove_evidence(check, indicator, evidence, actor=request.user, at=timezone.now())
    except Refused as refusal:
        return answered(request, check, indicator, [str(refusal)])
    done = f"已从本项移除“{evidence}”，仍在材料库中，可以再次选用。"
    return answered(request, check, indicator, done=done)


@roles_only(*FILLERS)
def item_evidence_reuse(request, pk, indicator):
    """Choose from the unit's files: of earlier years, of other items; with their freshness."""
    check, indicator = fetch_item(request, pk, indicator)
    visible = Evidence.objects.visible_to(request.user).filter(unit=check.unit)
    if request.method == "POST":
        return _reused(request, check, indicator, visible)
    item = shown(request, check, indicator)
    word = request.GET.get("q", "").replace("\0", "")[:60]
    context = {
        "title": "从已有材料中选用",
        "section": "self-checks",
        "check": check,
        "indicator": indicator,
        "item": item,
        "q": word,
        "candidates": candidates_for(check, indicator, visible, request.user, word),
        "closed": closed_to(request, check),
        "back_url": form_url(check, indicator),
    }
    part = request.headers.get("X-Part") == "1"
    template = "evaluations/_reuse.html" if part else "evaluations/item_evidence_reuse.html"
    return render(request, template, context)


def _reused(request, check, indicator, visible):
    codes = [code.replace("\0", "")[:32] for code in request.POST.getlist("evidence")[:100]]
    chosen = list(visible.filter(code__in=codes))
    if not chosen:
        return answered(request, check, indicator, ["没有勾选材料，没有改动。请勾选后再选用。"])
    try:
        count = act.reuse_evidence(check, indicator, chosen, actor=request.user, at=timezone.now())
    except Refused as refusal:
        return answered(request, check, indicator, [str(refusal)])
    return answered(request, check, indicator, done=f"已选用 {count} 份材料。")


def form_url(check, indicator):
    """Back to the item: in the form while it is open, on the reading page afterwards."""
    if check.state not in SelfCheck.OPEN:
        return check.get_absolute_url()
    sections = tree_of(check.edition).sections
    found = next(each for each in sections if indicator.pk in {e.pk for e in each.entries})
    url = reverse("evaluations:self-check-section", args=[check.pk, found.pk])
    return f"{url}#item-{indicator.pk}"
