"""测评打分: the page, the autosave behind it, the signature, and one's phrases."""

import json
import unicodedata
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evaluations.models import Assignment, ScoreSheet
from evaluations.models.inspection import TEAM_ROLES
from evaluations.operations.corrections import sign_correction
from evaluations.operations.phrases import drop_phrase, keep_phrase
from evaluations.operations.scoring import Entry, save_scores, sign_sheet
from evaluations.rules.items import LARGEST
from evaluations.score_desk import Desk
from evaluations.tree import neat
from evaluations.words import moment
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User
from portal.text import storable
from portal.widgets import is_key

R = User.Role
SIGNED_OUT = "登录已过期，打的分已存在本机，重新登录后自动补传。"
MOST = 400  # entries of one request


def fetch_own(request, pk):
    """One's own assignment with all the page asks for, or 404."""
    rows = Assignment.objects.own(request.user).select_related(
        "assessor",
        "inspection__round__region",
        "inspection__unit__region",
        "inspection__unit__category",
        "inspection__edition",
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
@roles_only(*TEAM_ROLES)
def score_sheet(request, pk):
    """The items with their boxes left, the evidence right."""
    task = fetch_own(request, pk)
    desk = Desk(task, request.user)
    signed, all_of_them = desk.siblings
    context = {
        "desk": desk,
        "task": task,
        "round": desk.round,
        "unit": desk.inspection.unit,
        "title": f"打分：{desk.inspection.unit}",
        "section": "score-queue",
        "shows": desk.shows,
        "signed_units": signed,
        "units": all_of_them,
        "correcting": bool(desk.sheet and desk.sheet.is_correction and not desk.sheet.signed_at),
        "first_file": next((row.files[0] for row in desk.rows if row.files), None),
        "files": sum(len(row.files) for row in desk.rows),
    }
    return render(request, "evaluations/score_sheet.html", context)


@require_POST
def score_save(request, pk):
    """Keep scores as they are given. Answers for each: saved, faulty, or standing otherwise."""
    if not request.user.is_authenticated:
        return JsonResponse({"detail": SIGNED_OUT}, status=401)
    if request.user.role not in TEAM_ROLES:
        return JsonResponse({"detail": "您的角色不参加打分，没有保存。"}, status=403)
    task, sheet = _fetch_lean(request, pk)
    entries, faults = read_entries(request.POST.get("items", ""))
    person = {"actor": request.user, "at": timezone.now()}
    try:
        outcome = save_scores(task, entries, sheet=sheet, **person)
    except Refused as refusal:
        return JsonResponse({"detail": str(refusal)}, status=409)
    answer = {
        "saved": outcome.saved,
        "faults": {**faults, **outcome.faults},
        "conflicts": {key: _told(row) for key, row in outcome.conflicts.items()},
    }
    return JsonResponse(answer)


def _fetch_lean(request, pk):
    """The task and the sheet in hand, in one query; before the first score there is no sheet."""
    own = Assignment.objects.own(request.user).filter(pk=pk)
    rows = ScoreSheet.objects.writing().filter(assignment__in=own.values("pk"))
    sheet = rows.select_related(
        "assignment__inspection__round", "assignment__inspection__edition"
    ).first()
    if sheet:
        return sheet.assignment, sheet
    rows = own.select_related("inspection__round", "inspection__edition")
    return get_object_or_404(rows), None


def _told(score):
    """What stands on the server, for the page to show beside what was typed."""
    return {
        "version": score.version,
        "value": None if score.value is None else str(neat(score.value)),
        "hit": score.hit,
        "reason": score.reason,
        "comment": score.comment,
        "ticks": (score.raw or {}).get("ticks"),
        "at": moment(score.saved_at),
        "source": score.get_source_display(),
    }


def read_entries(text):
    """What the page sent, as entries and as sentences by item where it makes no sense."""
    entries, faults = [], {}
    for each in _listed(text)[:MOST]:
        key = each.get("indicator")
        if not isinstance(key, int) or isinstance(key, bool) or not 0 < key < 2**63:
            continue
        try:
            entries.append(_entry(key, each))
        except Refused as refusal:
            faults[key] = str(refusal)
    return entries, faults


def _listed(text):
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _entry(key, sent):
    version = sent.get("version")
    return Entry(
        indicator=key,
        version=version if isinstance(version, int) and 0 <= version < 10**9 else 0,
        value=read_number(sent.get("value")),
        raw=_raw(sent.get("ticks")),
        hit=sent.get("hit") is True,
        reason=_words(sent.get("reason")),
        comment=_words(sent.get("comment")),
    )


def read_number(given):
    """A score as people type it, full width too; None where the box is empty."""
    text = unicodedata.normalize("NFKC", str(given if given is not None else "")).strip()
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Refused(f"“{text[:20]}”不是数字，这一项没有保存。") from None
    if not value.is_finite() or abs(value) > LARGEST or value != value.quantize(Decimal("0.01")):
        raise Refused(f"“{text[:20]}”不能作为分数，这一项没有保存。")
    return value


def _raw(ticks):
    if not isinstance(ticks, list):
        return {}
    return {"ticks": sorted({each for each in ticks[:60] if type(each) is int and 0 <= each < 60})}


def _words(text):
    """One line, as long as the column; nothing a database can't hold."""
    plain = storable(str(text or "")).encode(errors="replace").decode()
    return " ".join(plain.split())[:300]


@require_POST
@roles_only(*TEAM_ROLES)
def score_sign(request, pk):
    """Lock the sheet, or hand in a correction, and go on to the next unit."""
    task = fetch_own(request, pk)
    desk = Desk(task, request.user)
    try:
        sentence = _sign(request, task, desk.sheet)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(task)
    messages.success(request, sentence)
    return redirect(f"{reverse('evaluations:score-next')}?after={task.pk}")


def _sign(request, task, sheet):
    now = timezone.now()
    if sheet is not None and sheet.is_correction and not sheet.signed_at:
        sign_correction(sheet, actor=request.user, at=now)
        return f"“{task.inspection.unit}”的更正已签字提交，待核准后生效。"
    sign_sheet(task, actor=request.user, at=now)
    return f"“{task.inspection.unit}”已签字锁定。"


@require_POST
@roles_only(*TEAM_ROLES)
def score_phrases(request):
    """Keep or drop one of one's phrases; a piece of the scoring page."""
    dropped = request.POST.get("drop", "")
    if dropped:
        if not is_key(dropped):
            raise Http404
        drop_phrase(int(dropped), actor=request.user)
        return JsonResponse({"dropped": True})
    text = _words(request.POST.get("text", ""))
    edition = _edition_of(request)
    try:
        kept = keep_phrase(text, edition=edition, actor=request.user, at=timezone.now())
    except Refused as refusal:
        return JsonResponse({"detail": str(refusal)}, status=409)
    return JsonResponse({"pk": kept.pk, "text": kept.text})


def _edition_of(request):
    """The edition somebody scores by while they keep a phrase: there it comes first."""
    asked = request.POST.get("task", "")
    rows = Assignment.objects.own(request.user).select_related("inspection__edition")
    task = rows.filter(pk=asked).first() if is_key(asked) else None
    return task.inspection.edition if task else None
