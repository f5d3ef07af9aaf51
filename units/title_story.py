"""The whole story of one title: naming, moves, 复验, 整改, 退出 and the papers, latest first."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from units.ending import told_of_one
from units.models import Application, DesignationEvent, ExitCase, Rectification
from units.rules import last_day
from units.standing import time_left
from units.tones import RECTIFICATION_TONES, REVERIFICATION_TONES


@dataclass(frozen=True)
class Chapter:
    """One line: the day, what happened, the papers beneath, where to read on."""

    day: date
    text: str
    detail: str = ""
    url: str = ""
    tone: str = ""
    tag: str = ""
    tag_tone: str = ""
    year_only: bool = False


def story(title, *, user):
    """Chapters of a title that is in the person's sight, as far as they may read each."""
    found = [*_naming(title), *_moves(title), *_turns(title), *_orders(title)]
    found += [*_requests(title), *_exit(title)]
    return sorted(found, key=lambda each: each.day, reverse=True)


def _naming(title):
    day = title.named_on or title.starts_on
    if day is None and title.named_year is None:
        return
    papers = [title.document_no or "文号未填", title.batch.name if title.batch else ""]
    yield Chapter(
        day or date(title.named_year, 1, 1),
        "命名",
        " · ".join(filter(None, papers)),
        tone="title",
        year_only=title.named_on is None and title.starts_on is None,
    )
    application = Application.objects.filter(designation=title).first()
    if application and application.submitted_at:
        submitted = timezone.localdate(application.submitted_at)
        yield Chapter(submitted, "提交申报", application.receipt_no)


def _moves(title):
    for move in title.events.exclude(verb="name"):  # that is the chapter of the naming
        papers = [move.document_no, move.note]
        if move.ends_before:
            papers.insert(0, f"原有效期至 {last_day(move.ends_before)}")
        by_clock = move.verb in DesignationEvent.BY_CLOCK
        yield Chapter(
            move.happened_on,
            move.label if by_clock else _with_state(move),
            " · ".join(filter(None, papers)),
            tone="" if by_clock else "now",
        )


def _with_state(move):
    """What was done, and where the title stood then unless that says the same."""
    state = move.get_state_display()
    return move.label if move.label in state else f"{move.label}（状态：{state}）"


def _turns(title):
    for turn in title.reverifications.select_related("round"):
        applied = turn.applied_at and timezone.localdate(turn.applied_at)
        yield Chapter(
            turn.concluded_on or applied or turn.round.opens_on,
            f"复验：{turn.round.title}",
            turn.conclusion,
            url=turn.get_absolute_url(),
            tag=turn.get_state_display(),
            tag_tone=REVERIFICATION_TONES[turn.state],
        )


def _orders(title):
    for order in title.rectifications.all():
        ended = order.closed_on
        yield Chapter(
            ended or order.ordered_on,
            f"整改（{order.get_source_display()}），期限 {order.due_on}",
            order.verdict or order.note,
            url=order.get_absolute_url(),
            tag=order.get_state_display(),
            tag_tone=RECTIFICATION_TONES[order.state],
        )


def _requests(title):
    for request in title.exit_requests.all():
        yield Chapter(
            timezone.localdate(request.asked_at),
            f"申请退出（{request.get_state_display()}）",
            request.reason,
            url=request.get_absolute_url(),
        )


def _exit(title):
    case = exit_of(title)
    if case and case.plaque_returned_on:
        yield Chapter(case.plaque_returned_on, "牌匾收回")


def exit_of(title):
    """What ended the title before its term, if anything did."""
    return ExitCase.objects.filter(designation=title).select_related("decision").first()


def standing_notes(title, today):
    """What is open about a title today, as (tone, sentence, address); the most urgent first."""
    notes = []
    order = title.rectifications.open().first()
    if order:
        late = order.state == Rectification.State.OPEN and order.due_on < today
        what = "整改待销号" if order.state == Rectification.State.REPORTED else "正在整改"
        words = f"{what}，期限 {order.due_on}{'，已逾期' if late else ''}。"
        notes.append(("bad" if late else "due", words, order.get_absolute_url()))
    notes += _of_reverification(title)
    words = "" if notes else told_of_one(title, today)
    if words:
        left = time_left(today, last_day(title.ends_on))
        notes.append(("due", f"{left}{'' if '到期' in left else '到期'}。{words}", ""))
    asked = title.exit_requests.filter(state="asked").first()
    if asked:
        notes.append(("due", "单位已申请退出，等待办理。", asked.get_absolute_url()))
    return notes


def _of_reverification(title):
    turn = title.reverifications.select_related("round", "rule").first()
    waits = title.state == title.State.REVERIFYING
    if turn and turn.state == turn.State.RECTIFYING:
        return []
    if turn and turn.state in turn.OPEN:
        words = f"“{turn.round.title}”{turn.get_state_display()}。"
        return [("info", words, turn.get_absolute_url())]
    if waits and turn and turn.state == turn.State.PASSED and turn.renewed_id is None:
        return [("info", "复验合格，等待续期决定。", turn.get_absolute_url())]
    if waits and (turn is None or turn.state != turn.State.FAILED):
        return [("due", "因单位变更待复验，列入一轮复验后办理。", "")]
    return []


def _may_be_looked_at(title):
    """Is no 复验 or 整改 under way, and none concluded that waits for what follows?"""
    turn = title.reverifications.first()
    if title.state == title.State.RECTIFYING or (turn and turn.state in turn.OPEN):
        return False
    waits = turn and turn.state in (turn.State.PASSED, turn.State.FAILED)
    return not (waits and title.state == title.State.REVERIFYING)


def acts_on(title, user, *, tends, decides, is_own):
    """(label, address, ends?) of what this person may begin on the title's page."""
    if title.state not in title.HOLDING:
        return []
    names = []
    if tends and _may_be_looked_at(title):
        names.append(("列入复验", "designation-reverify", False))
    if decides and not title.rectifications.open().exists():
        names.append(("下达整改", "rectification-new", False))
    if decides:
        names += [("撤销", "designation-revoke", True), ("退出", "designation-withdraw", True)]
    if is_own and not title.exit_requests.filter(state="asked").exists():
        names.append(("申请退出", "exit-ask", True))
    return [(label, reverse(f"units:{name}", args=[title.pk]), end) for label, name, end in names]
