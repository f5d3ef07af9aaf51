"""An index from Excel: upload, look at what was read, then make a draft of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluations.forms.editions import PreviewForm, UploadForm
from evaluations.index_sheet.headings import ROLES
from evaluations.models import IndexEdition, Indicator
from evaluations.operations import index_import as operations
from evaluations.outline import how_scored, plain
from evaluations.views.editions import OFFICER
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import StoredFile
from portal.once import act_once, once

SHOWN = 200  # sentences on the page; the marked copy has them all
FORM_FACTS = ("total", "bonus_cap", "apply_line", "pass_line", "step")


@roles_only(OFFICER)
def edition_import(request):
    """Upload a commission's own file."""
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            return act_once(request, lambda: _kept(request, file))
        except Refused as refusal:
            form.add_error("file", str(refusal))
    page = {"form": form, "title": "导入测评体系", "section": "editions"}
    return render(request, "evaluations/edition_import.html", page)


def _kept(request, file):
    stored = operations.keep_upload(file, file.name, actor=request.user, at=timezone.now())
    return redirect("evaluations:edition-preview", stored.code)


def fetch(request, code):
    """A file of one's own, or 404."""
    return get_object_or_404(StoredFile.objects.visible_to(request.user), code=code)


@roles_only(OFFICER)
@once
def edition_preview(request, code):
    """What was read, with every fault at its cell; a draft is made only when this is sent in."""
    stored = fetch(request, code)
    try:
        names, out = operations.look_at(stored, _sheet(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("evaluations:edition-import")
    start = _initial(out, stored) | {"sheet": _sheet(request)}
    form = PreviewForm(request.POST or None, user=request.user, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            return _drafted(request, form, out, stored)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    page = _page(form, out) | {"stored": stored, "sheet": _sheet(request)}
    page["sheets"] = list(enumerate(names))
    return render(request, "evaluations/edition_preview.html", page)


def _drafted(request, form, out, stored):
    made = _draft(request, form, out, stored)
    messages.success(request, f"已建立草稿“{made}”。发布之前还可以修改。")
    return redirect(made)


def _page(form, out):
    """What was read as the page shows it."""
    faults, doubts = _findings(form, out)
    return {
        "title": "核对读入的内容",
        "section": "editions",
        "form": form,
        "out": out,
        "columns": [ROLES[role] for role in out.heading.columns],
        "rows": _rows(out, faults, doubts),
        "faults": faults[:SHOWN],
        "doubts": doubts[:SHOWN],
        "count": sum(each["tier"] == Indicator.Tier.ITEM for each in out.nodes),
    }


def _sheet(request):
    asked = (request.POST if request.method == "POST" else request.GET).get("sheet", "0")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 0


def _draft(request, form, out, stored):
    values = form.values | {"region": request.user.region}
    who = {"actor": request.user, "at": timezone.now()}
    return operations.draft_from_sheet(out, values, source=stored, **who)


def _initial(out, stored):
    """The form as the file suggests it."""
    facts = operations.guessed_facts(out, stored)
    labels = {label: value for value, label in IndexEdition.Method.choices}
    if "method" in facts:
        facts["method"] = labels.get(facts["method"], IndexEdition.Method.MEAN)
    if "reason_below_full" in facts:
        facts["reason_below_full"] = facts["reason_below_full"] == "是"
    return facts


def _findings(form, out):
    """Faults and doubts, held against the figures in the form as far as they can be read."""
    figures = {name: _figure(form, name) for name in FORM_FACTS}
    zero = PreviewForm.base_fields["bonus_cap"].initial
    lines = [("申报线", figures["apply_line"]), ("合格线", figures["pass_line"])]
    return operations.findings(
        out,
        total=figures["total"] or zero,
        bonus_cap=figures["bonus_cap"] or zero,
        step=figures["step"] or PreviewForm.base_fields["step"].initial,
        lines=[(name, points) for name, points in lines if points is not None],
    )


def _figure(form, name):
    field = form.fields[name]
    try:
        return field.clean(form[name].value())
    except ValidationError:
        return None


def _rows(out, faults, doubts):
    """Nodes as the table shows them, each with what was found about it."""
    in_row, told = {}, {}
    for each in out.nodes:
        in_row.setdefault(each["row"], []).append(each)
    for tone, found in (("bad", faults), ("due", doubts)):
        for fault in found:
            if node := _node_of(fault, in_row.get(fault.row)):
                told.setdefault(id(node), []).append((tone, fault.text))
    return [_row(each, told.get(id(each), ())) for each in out.nodes]


def _node_of(fault, nodes):
    """Of the nodes that begin in a row the one a sentence names, or the item."""
    named = (each for each in nodes or () if f"“{each['code']} {each['text'][:20]}”" in fault.text)
    return next(named, nodes[-1] if nodes else None)


def _row(node, told):
    shown = Indicator(
        kind=node.get("kind", ""),
        each=node.get("each"),
        checklist=node.get("checklist", []),
        bands=node.get("bands", []),
    )
    points = node.get("points")
    return {
        "node": node,
        "how": how_scored(shown) if node.get("kind") else "",
        "points": plain(points) if points else "",
        "methods": "、".join(node.get("methods", [])),
        "told": told,
    }


@require_safe
@roles_only(OFFICER)
def edition_marked(request, code):
    """The file as it came, each cell to be mended coloured and commented."""
    stored = fetch(request, code)
    try:
        _, out = operations.look_at(stored, _sheet(request))
        form = PreviewForm(None, user=request.user, initial=_initial(out, stored))
        faults, doubts = _findings(form, out)
        copy, name = operations.marked_copy(stored, [*faults, *doubts])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(reverse("evaluations:edition-preview", args=[stored.code]))
    headers = {"Cache-Control": "private, no-store"}
    return FileResponse(copy, as_attachment=True, filename=name, headers=headers)
