"""离线打分: take one's units away as a workbook, bring it back, decide on each difference."""

import tempfile
from io import BytesIO

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evaluations.models import Assignment, InspectionRound, ScoreImport
from evaluations.models.inspection import TEAM_ROLES
from evaluations.operations import score_books as operations
from evaluations.sheets import merge
from evaluations.sheets.comparison import Comparison
from evaluations.sheets.score_book import write_score_book
from evaluations.sheets.score_data import tasks_of
from portal import files
from portal.errors import Refused
from portal.gate import roles_only
from portal.models.file import random_code
from portal.once import act_once
from portal.workbooks import XLSX, Fault, mark_faults, read_table

MOST = 10 * 1024 * 1024
LATEST = 20
S = ScoreImport.State
TONES = {S.FAULTY: "t-bad", S.OPEN: "t-due", S.APPLIED: "t-ok", S.DROPPED: "t-off"}
VERDICT_TONES = {merge.MINE: "t-doing", merge.THEIRS: "t-off", merge.CONFLICT: "t-mend"}
SHOWN = (merge.CONFLICT, merge.MINE, merge.THEIRS)


def open_rounds(user):
    """Rounds in which this person has something to score, with how many units and how many done."""
    tasks = Assignment.objects.own(user)
    mine = Q(inspections__assignments__in=tasks)
    signed = mine & Q(inspections__assignments__state=Assignment.State.SIGNED)
    rounds = InspectionRound.objects.filter(mine, state=InspectionRound.State.SCORING)
    return rounds.annotate(
        units=Count("inspections__assignments", filter=mine, distinct=True),
        signed=Count("inspections__assignments", filter=signed, distinct=True),
    ).order_by("-starts_on", "-pk")


@require_safe
@roles_only(*TEAM_ROLES)
def score_books(request):
    """Books to take away, the way to bring one back, and those brought back before."""
    taken = ScoreImport.objects.visible_to(request.user).select_related("round", "file")
    imports = [(each, TONES[each.state]) for each in taken[:LATEST]]
    context = {
        "title": "离线打分",
        "section": "score-books",
        "rounds": open_rounds(request.user),
        "imports": imports,
        "form_key": random_code(),
    }
    return render(request, "evaluations/score_books.html", context)


@require_POST
@roles_only(*TEAM_ROLES)
def score_book(request, pk):
    """One's units of a round as a workbook."""
    own = Assignment.objects.own(request.user).filter(inspection__round=pk)
    rounds = InspectionRound.objects.filter(inspections__in=own.values("inspection"))
    round = get_object_or_404(rounds.distinct(), pk=pk)
    if round.state != InspectionRound.State.SCORING:
        messages.error(request, f"“{round}”{round.get_state_display()}，不能打分，没有导出。")
        return redirect("evaluations:score-books")
    tasks = tasks_of(own)
    at, file = timezone.now(), BytesIO()
    address = lambda evidence: request.build_absolute_uri(evidence.get_absolute_url())
    write_score_book(file, tasks, round=round, person=request.user, at=at, address=address)
    operations.note_score_book(round, len(tasks), actor=request.user, at=at)
    file.seek(0)
    name = files.clean_name(f"{round} 打分工作簿 {request.user.name}.xlsx")
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@require_POST
@roles_only(*TEAM_ROLES)
def score_import_new(request):
    """Bring a filled book back; one that changes nothing leaves nothing behind."""
    try:
        source, stored = _brought(request)
        if operations.unchanged(source, actor=request.user):
            messages.success(request, "工作簿与系统里的分数完全一致，没有需要导入的内容。")
            return redirect("evaluations:score-books")
        return act_once(request, lambda: _taken_in(request, source, stored))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("evaluations:score-books")


def _brought(request):
    file, at = request.FILES.get("file"), timezone.now()
    if file is None:
        raise Refused("还没有选择文件，没有导入任何内容。请选择填好的打分工作簿（.xlsx）。")
    if file.size > MOST:
        raise Refused("文件超过 10 MB，没有导入任何内容。请删去自己加的图片后再传。")
    stored = files.prepare(file, name=file.name, media_type=XLSX, owner=request.user, at=at)
    table = read_table(files.path_of(stored.sha256), stored.name)
    return operations.read_source(table, actor=request.user), stored


def _taken_in(request, source, stored):
    made = operations.take_in(source, stored, actor=request.user, at=timezone.now())
    return redirect(made)


def fetch(request, pk):
    """One's own filled book, or 404."""
    visible = ScoreImport.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("round", "file"), pk=pk)


@require_safe
@roles_only(*TEAM_ROLES)
def score_import(request, pk):
    """A filled book: its faults, or its differences unit by unit."""
    imported = fetch(request, pk)
    context = {
        "title": imported.file.name,
        "section": "score-books",
        "imported": imported,
        "tone": TONES[imported.state],
    }
    if imported.state == S.OPEN:
        context |= _differences(imported, request.user)
    return render(request, "evaluations/score_import.html", context)


def _differences(imported, user):
    compared = Comparison(imported.content, user)
    return {
        "compared": compared,
        "units": [rows for each in compared.units if (rows := _unit_rows(each))["groups"]],
        "alike": [
            each.unit for each in compared.units if not (each.changed or each.of(merge.THEIRS))
        ],
        "counts": [(merge.LABELS[name], compared.counts[name]) for name in (*SHOWN, "unchanged")],
        "form_key": random_code(),
    }


def _unit_rows(diff):
    """What the page shows of one unit: conflicts first, then own changes, then the server's."""
    groups = [
        (name, merge.LABELS[name], VERDICT_TONES[name], [_row(diff, each) for each in found])
        for name in SHOWN
        if (found := diff.of(name))
    ]
    return {"diff": diff, "groups": groups}


def _row(diff, cell):
    return {
        "cell": cell,
        "item": diff.entries[cell.indicator].item,
        "label": merge.field_label(cell, diff.entries[cell.indicator].item.kind),
    }


@require_POST
@roles_only(*TEAM_ROLES)
def score_import_apply(request, pk):
    """Write the confirmed cells, all of them or none."""
    return act_once(request, lambda: _apply(request, fetch(request, pk)))


def _apply(request, imported):
    picks = {
        name.removeprefix("pick-"): value
        for name, value in request.POST.items()
        if name.startswith("pick-")
    }
    said = {"take": set(request.POST.getlist("take")), "mark": request.POST.get("mark", "")}
    try:
        done = operations.apply_import(
            imported, **said, picks=picks, actor=request.user, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已写入 {done.applied} 格。请在“打分任务”里逐家核对后签字。")
    return redirect(imported)


@require_POST
@roles_only(*TEAM_ROLES)
def score_import_drop(request, pk):
    """Give the book up."""
    imported = fetch(request, pk)
    try:
        operations.drop_import(imported, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(imported)
    messages.success(request, f"已放弃“{imported}”，系统里的分数没有变动。")
    return redirect("evaluations:score-books")


@require_safe
@roles_only(*TEAM_ROLES)
def score_import_faults(request, pk):
    """The same book with its faulty cells coloured and commented."""
    imported = fetch(request, pk)
    try:
        copy = _marked(imported)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(imported)
    name = f"{imported.file.name.rpartition('.')[0]} 待改.xlsx"
    return FileResponse(BytesIO(copy), as_attachment=True, filename=name, content_type=XLSX)


def _marked(imported):
    faults = [Fault(*each) for each in imported.faults]
    with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as out:
        path = files.path_of(imported.file.sha256)
        mark_faults(path, faults, out.name, name=imported.file.name)
        return out.read()
