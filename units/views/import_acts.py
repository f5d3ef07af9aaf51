"""What a person does with a list: decides rows, puts off, applies, takes back, gives up."""

from django.contrib import messages
from django.http import FileResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.errors import Refused
from portal.gate import roles_only
from portal.text import storable
from portal.widgets import is_key
from units.forms.imports import RowForm
from units.importing.fields import LABELS
from units.models import TitleKind
from units.operations import import_decisions as decisions
from units.operations import imports
from units.operations.import_apply import start_apply, undo_import
from units.operations.import_faults import marked_copy
from units.views.imports import OFFICER, fetch

ASIDE = {
    "aside": ({}, "已暂缓 {} 行。"),
    "aside-doubt": ({"verdict": "doubt"}, "已暂缓 {} 行疑似。"),
    "aside-error": ({"verdict": "error"}, "已暂缓 {} 行错误。"),
    "restore": ({"restore": True}, "已取消 {} 行的暂缓。"),
}


def back(request, job, anchor=""):
    """The place on the list's page where the person was."""
    query = QueryDict(request.POST.get("back", "")[:300]).urlencode()
    place = (f"?{query}" if query else "") + (f"#{anchor}" if anchor else "")
    return redirect(job.get_absolute_url() + place)


def attempt(request, act, sentence):
    """Do one thing; say what it did, or why it did not."""
    try:
        result = act(actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return None
    if sentence:
        messages.success(request, sentence.format(result))
    return result


def row_of(job, pk):
    return get_object_or_404(job.rows.select_related("unit", "place"), pk=pk)


@roles_only(OFFICER)
def import_row(request, pk, row_pk):
    """One row with all its cells: GET shows the form, POST takes down what was decided."""
    job = fetch(request, pk)
    row = row_of(job, row_pk)
    if request.method == "POST" and "act" in request.POST:
        return _decided(request, job, row)
    form = RowForm(request.POST or None, row=row, user=request.user)
    if request.method == "POST" and form.is_valid():
        change = {row.pk: form.change()}
        attempt(request, lambda **who: decisions.decide(job, change, **who), "")
        return _onward(request, job, row)
    context = {
        "job": job,
        "row": row,
        "form": form,
        "title": f"第 {row.row} 行：{row.name}",
        "section": "imports",
    }
    return render(request, "units/import_row.html", context)


def _decided(request, job, row):
    """A button of the row was pressed: a candidate, 新增, 暂缓, or cells mended on the spot."""
    change = _change(request.POST, row)
    if change is None:
        messages.error(request, "没有认出要办理的事项，没有改动任何内容。")
        return back(request, job)
    attempt(request, lambda **who: decisions.decide(job, {row.pk: change}, **who), "")
    return _onward(request, job, row)


def _change(post, row):
    act, _, value = post["act"].partition(":")
    if act in ("unit", "region") and is_key(value):
        return {"choice": {**row.choice, act: int(value)}, "set_aside": False}
    if act in ("new", "single"):
        return {"choice": {**row.choice, act: True}, "set_aside": False}
    if act == "title" and value in ("keep", "add"):
        return {"choice": {**row.choice, "title": value}, "set_aside": False}
    if act in ("aside", "restore"):
        return {"set_aside": act == "aside"}
    if act == "clear":
        return {"choice": {}, "edits": {}, "set_aside": False}
    return {"edits": {**row.edits, **_cells(post)}} if act == "edit" else None


def _cells(post):
    """The cells mended on the spot."""
    named = {name.removeprefix("cell-"): text for name, text in post.items() if "cell-" in name}
    return {name: storable(text).strip()[:300] for name, text in named.items() if name in LABELS}


def _onward(request, job, row):
    """Back to the list: to the row itself if it still waits, otherwise to the next that does."""
    rest = job.rows.waiting().filter(row__gte=row.row).order_by("row", "part")
    following = next(
        (each for each in rest[:50] if (each.row, each.part) >= (row.row, row.part)), None
    )
    return back(request, job, f"row-{following.pk}" if following else "")


@require_POST
@roles_only(OFFICER)
def import_bulk(request, pk):
    """Many rows at once: put off, take back, or say what a printed title is."""
    job = fetch(request, pk)
    act = request.POST.get("act", "")
    if act in ASIDE:
        more, sentence = ASIDE[act]
        attempt(request, lambda **who: decisions.set_aside_waiting(job, **more, **who), sentence)
    elif act == "kind":
        _decide_kind(request, job)
    else:
        messages.error(request, "没有认出要办理的事项，没有改动任何内容。")
    return back(request, job)


def _decide_kind(request, job):
    chosen = request.POST.get("kind", "")
    kinds = TitleKind.objects.visible_to(request.user).filter(is_active=True)
    kind = kinds.filter(pk=chosen).first() if is_key(chosen) else None
    if kind is None and chosen != "new":
        messages.error(request, "请选择称号种类，或选“新建种类”。没有改动任何内容。")
        return
    printed = storable(request.POST.get("printed", ""))[:100]

    def act(**who):
        return decisions.decide_kinds(job, printed, as_new=kind is None, kind=kind, **who)

    attempt(request, act, "已记下，相关各行已重新核对。")


@require_POST
@roles_only(OFFICER)
def import_check(request, pk):
    """Compare with the register once more."""
    job = fetch(request, pk)
    attempt(request, lambda **who: decisions.check_anew(job, **who), "已重新核对。")
    return redirect(job)


@require_POST
@roles_only(OFFICER)
def import_apply(request, pk):
    """Write the list into the register."""
    job = fetch(request, pk)
    done = attempt(request, lambda **who: start_apply(job, **who), "")
    if done is not None and done.state == job.State.APPLIED:
        messages.success(request, f"已写入名册：{done}。")
    return redirect(job)


@require_POST
@roles_only(OFFICER)
def import_undo(request, pk):
    """Take everything the list wrote out of the register again."""
    job = fetch(request, pk)
    attempt(request, lambda **who: undo_import(job, **who) or job, "已撤回“{}”写入的全部内容。")
    return redirect(job)


@require_POST
@roles_only(OFFICER)
def import_drop(request, pk):
    """Give the list up."""
    job = fetch(request, pk)
    done = attempt(request, lambda **who: imports.drop_import(job, **who), "已放弃“{}”。")
    return redirect("units:imports" if done else job)


@require_safe
@roles_only(OFFICER)
def import_faults(request, pk):
    """The same workbook with the cells marked that wait, to be mended and sent again."""
    job = fetch(request, pk)
    try:
        copy, name = marked_copy(job)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(job)
    headers = {"Cache-Control": "private, no-store"}
    return FileResponse(copy, as_attachment=True, filename=name, headers=headers)
