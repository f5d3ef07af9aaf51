"""自查填报: one page a section; each item saves itself, or all of a section by one plain POST."""

import json
from dataclasses import dataclass, field, replace

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluations.access import clerk_or_helper
from evaluations.filling import Filling
from evaluations.item_evidence import evidence_of_items
from evaluations.models import Answer, SelfCheck
from evaluations.operations.answers import (
    answers_of,
    carry_answers,
    earlier_answers,
    save_answer,
    shaped,
)
from evaluations.rules import claims
from portal.errors import Refused
from portal.gate import check_role, roles_only
from portal.models import User
from portal.times import Deadline, clock
from portal.versions import Stale
from portal.widgets import is_key

R = User.Role
FILLERS = (R.CLERK, R.OFFICER)
KEPT = "写下的内容留在本机。"
SIGNED_OUT = "登录已过期，写下的内容已存在本机，重新登录后自动保存。"


def fetch(request, pk):
    """A check in sight with what its pages ask for, or 404."""
    visible = SelfCheck.objects.visible_to(request.user).for_filling()
    return get_object_or_404(visible, pk=pk)


def way_round(request, check):
    """Where to go instead when this check is not to be filled in by this person now; else None."""
    words = None
    if not clerk_or_helper(request.user, check):
        words = "自查由单位填报员填写，所在苏木乡镇的审核人员可以代填。"
    elif check.round.closed_at:
        words = "这一轮自查已经结束，不能再填。"
    elif request.arrived_at < check.round.opens_at:
        words = "这一轮自查还没有开始。"
    elif check.state not in SelfCheck.OPEN:
        return redirect(check)
    if words is None:
        return None
    messages.error(request, words)
    return redirect(check)


@require_safe
@roles_only(*FILLERS)
def fill(request, pk):
    """Go on where something is still to do."""
    check = fetch(request, pk)
    filling = Filling(check, answers_of(check))
    return way_round(request, check) or redirect(
        "evaluations:self-check-section", pk, filling.first_lacking.pk
    )


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*FILLERS)
def section(request, pk, section):
    """One section of the form; a POST without scripts saves all of it."""
    check = fetch(request, pk)
    filling = Filling(check, answers_of(check))
    part = filling.part(section)
    if part is None:
        raise Http404
    if request.method == "POST" and clerk_or_helper(request.user, check):
        return _keep_section(request, check, filling, part)
    return way_round(request, check) or _page(request, check, filling, part)


def _page(request, check, filling, part, conflicts=(), typed=()):
    at = filling.parts.index(part)
    context = {
        "check": check,
        "filling": filling,
        "part": part,
        "lines": _with_evidence(check, _with_typed(part.lines, conflicts, typed)),
        "conflicts": {each.line.pk: each for each in conflicts},
        "before": filling.parts[at - 1] if at else None,
        "after": filling.parts[at + 1] if at + 1 < len(filling.parts) else None,
        "deadline": Deadline(check.due_at, request.arrived_at),
        "helping": request.user.role == R.OFFICER,
        "carriable": _carriable(check, filling),
        "title": check.round.title,
        "section": "self-checks",
    }
    return render(request, "evaluations/self_check_form.html", context)


def _carriable(check, filling):
    """How many items could be filled from an earlier year."""
    return len(earlier_answers(check).keys() - filling.answers.keys())


def _with_evidence(check, lines):
    """Each line with its files; a veto has none."""
    keys = [line.pk for line in lines if line.item.kind != "veto"]
    found = evidence_of_items(check, keys, may_change=True) if keys else {}
    return [(line, found.get(line.pk)) for line in lines]


class Conflict:
    """An item that somebody else saved meanwhile, as the page shows it."""

    def __init__(self, line, theirs, mine):
        self.line, self.theirs, self.mine = line, theirs, mine


def _with_typed(lines, conflicts, typed):
    """The lines of the page; with what this person typed where it could not be saved."""
    mine = {each.line.pk: each.mine for each in conflicts} | dict(typed)
    return [replace(line, answer=mine[line.pk]) if line.pk in mine else line for line in lines]


@dataclass
class Kept:
    """What became of the changed items of one plain POST."""

    saved: int = 0
    wrong: int = 0  # kept as typed, but to be put right before it counts
    conflicts: list = field(default_factory=list)
    typed: dict = field(default_factory=dict)  # not saved: item key → what was typed
    refusal: str = ""


def _keep_section(request, check, filling, part):
    kept = Kept()
    for line in part.lines:
        value, statement = _sent(request.POST, line)
        if not _unchanged(line, value, statement):
            _keep_line(request, check, kept, line, value, statement)
    return _after_keeping(request, check, part, kept)


def _keep_line(request, check, kept, line, value, statement):
    """Save one item; after the first refusal nothing more is tried, but all typed is kept."""
    told = {"version": _number(request.POST.get(f"n-{line.pk}")), "value": value}
    told["statement"] = statement
    try:
        if not kept.refusal:
            save_answer(check, line.entry, **told, actor=request.user, at=request.arrived_at)
            wrong = replace(line, answer=_typed(line, **told)).wrong
            kept.wrong, kept.saved = kept.wrong + wrong, kept.saved + (not wrong)
            return
    except Stale as stale:
        kept.conflicts.append(Conflict(line, *_both(line, stale.current, value, statement)))
        return
    except Refused as refusal:
        kept.refusal = str(refusal)
    kept.typed[line.pk] = _typed(line, **told)


def _typed(line, **told):
    """An answer that stands on the page only."""
    answer = Answer(indicator_id=line.pk, **told)
    answer.files = line.files
    return answer


def _after_keeping(request, check, part, kept):
    if kept.saved:
        messages.success(request, f"已保存 {kept.saved} 项。")
    if kept.wrong:
        messages.error(request, f"有 {kept.wrong} 项填得不对，写下的留着，改正后才能提交。")
    if kept.conflicts:
        messages.error(request, _conflict_words(len(kept.conflicts)))
    if kept.refusal:
        messages.error(request, _refused_words(kept))
    if kept.conflicts or kept.refusal:
        fresh = Filling(check, answers_of(check))
        return _page(request, check, fresh, fresh.part(part.pk), kept.conflicts, kept.typed)
    return redirect(_next_address(request, check, part))


def _conflict_words(count):
    return f"有 {count} 项他人已改，这几项还没有保存；请对照两份内容后再保存。"


def _refused_words(kept):
    """Why it was refused, and where the typed is: on this page and nowhere else."""
    count = len(kept.typed)
    return f"{kept.refusal}没有保存的 {count} 项只留在本页，要留用，请在离开前复制。"


def _next_address(request, check, part):
    """Where the pressed button leads: another section, handing in, or back here."""
    go = request.POST.get("go", "")
    if go == "submit":
        return reverse("evaluations:self-check-submit", args=[check.pk])
    wanted = _number(go) or part.pk
    return reverse("evaluations:self-check-section", args=[check.pk, wanted])


def _sent(data, line):
    """Value and statement of one item as a plain form sends them."""
    kind = line.item.kind
    if kind == "checklist":
        given = {"ticks": [int(each) for each in data.getlist(f"t-{line.pk}") if is_key(each)]}
    elif kind == "veto":
        given = {"hit": {"yes": True, "no": False}.get(data.get(f"v-{line.pk}"))}
    else:
        given = {claims.key_of(kind): data.get(f"v-{line.pk}", "")}
    return shaped(line.item, given), data.get(f"s-{line.pk}", "").replace("\r\n", "\n")


def _unchanged(line, value, statement):
    if line.answer is None:
        return not statement.strip() and not any(value.values()) and value.get("hit") is None
    return line.value == value and line.statement == statement


def _both(line, current, value, statement):
    """Their answer, and mine as it would be saved next, over theirs."""
    mine = _typed(line, value=value, statement=statement, version=current.version)
    current.files = line.files
    return replace(line, answer=current), mine


def _number(text):
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


@require_POST
def item(request, pk, item):
    """Autosave of one item. On 401 the script keeps it in the browser; on 409 it shows both."""
    if not request.user.is_authenticated:
        return JsonResponse({"detail": SIGNED_OUT}, status=401)
    check_role(request.user, FILLERS)
    check = fetch(request, pk)
    sent = _body(request)
    entry = Filling(check, {}).tree.entry(item)
    if entry is None:
        raise Http404
    if sent is None:
        return JsonResponse({"detail": "内容格式不对，没有保存。请刷新页面后再填。"}, status=400)
    try:
        person = {"actor": request.user, "at": request.arrived_at}
        rows = save_answer(check, entry, **sent, **person)
    except Stale as stale:
        return JsonResponse({"theirs": _theirs(request.user, stale.current)}, status=409)
    except Refused as refusal:
        return JsonResponse({"detail": f"{refusal}{KEPT}"}, status=409)
    return JsonResponse(_told(Filling(check, rows), item))


def _body(request):
    """What was sent, as JSON or as fields with the value as JSON; None if it is neither."""
    try:
        sent = _sent_as(request)
        version, value = int(sent["version"]), dict(sent["value"])
        return {"version": version, "value": value, "statement": str(sent["statement"])}
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _sent_as(request):
    if request.content_type == "application/json":
        return json.loads(request.body)
    return {**request.POST.dict(), "value": json.loads(request.POST["value"])}


def _theirs(user, answer):
    """What stands there now, by whom and when."""
    return {
        "version": answer.version,
        "value": answer.value,
        "statement": answer.statement,
        "by": "你本人在另一个窗口" if answer.saved_by_id == user.pk else answer.saved_by.name,
        "at": clock(answer.saved_at),
        "on_behalf": answer.on_behalf,
    }


def _told(filling, pk):
    """What the page redraws after an item has been saved."""
    line = filling.line(pk)
    part = next(each for each in filling.parts if line in each.lines)
    return {
        "version": line.version,
        "saved": clock(line.answer.saved_at),
        "points": line.points,
        "lacks": line.lacks,
        "wrong": line.wrong,
        "part": {"pk": part.pk, "done": part.done, "of": part.of, "claimed": part.claimed},
        "ring": {"done": filling.done, "of": filling.of, "percent": filling.percent},
        "total": filling.total,
        "missing": [
            {"pk": each.pk, "section": p.pk, "code": each.item.code, "text": each.item.text}
            for p, each, _ in filling.missing
        ],
    }


@require_POST
@roles_only(*FILLERS)
def carry(request, pk):
    """Take over last year's words and files where nothing stands yet."""
    check = fetch(request, pk)
    filling = Filling(check, {})
    try:
        person = {"actor": request.user, "at": request.arrived_at}
        count = carry_answers(check, filling.tree, **person)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(check)
    words = (
        f"已带入往年填报 {count} 项的说明和材料，分数请重新填写。" if count else "没有可带入的。"
    )
    messages.success(request, words)
    return redirect("evaluations:self-check-fill", pk)
