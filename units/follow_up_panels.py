"""复验, 整改 and 退出 on the home page and in the menu."""

from django.db.models import Q
from django.urls import reverse

from portal import desk
from portal.models import User
from units.access import calls_round
from units.ending import ending_titles, told_of
from units.follow_up_columns import days
from units.models import (
    Designation,
    ExitCase,
    ExitRequest,
    Level,
    Rectification,
    RectificationExtension,
    Reverification,
)
from units.rules import last_day
from units.standing import time_left
from units.tones import OVERDUE, RECTIFICATION_TONES, REVERIFICATION_TONES

R = User.Role
V = Reverification.State

desk.entry(
    label="复验与整改",
    url_name="units:reverification-rounds",
    roles=frozenset({R.OFFICER, R.AUDITOR}),
    section="follow-up",
    position=35,
)
desk.entry(
    label="整改",
    url_name="units:rectifications",
    roles=frozenset({R.CLERK}),
    section="follow-up",
    position=35,
)


@desk.panel(position=6)
def tasks_of_titles(user, day):
    """What a clerk has to do for titles held: apply for 复验, mend what was ordered."""
    if user.role != R.CLERK:
        return None
    tasks = [*_orders(user, day), *_turns(user, day)]
    tasks.sort(key=lambda each: each["due_on"])
    return {"template": "units/_panel_follow_tasks.html", "tasks": tasks} if tasks else None


def _orders(user, day):
    rows = Rectification.objects.visible_to(user).filter(state=Rectification.State.OPEN)
    for each in rows.select_related("designation__unit"):
        late = each.due_on < day
        yield {
            "title": f"整改：{each.designation.title}",
            "unit": each.designation.unit.name,
            "due_on": each.due_on,
            "left": days(each.due_on, day),
            "late": late,
            "tone": OVERDUE if late else RECTIFICATION_TONES[each.state],
            "word": "逾期" if late else each.get_state_display(),
            "note": each.return_note,
            "act": "填写整改情况",
            "url": each.get_absolute_url(),
        }


def _turns(user, day):
    rows = Reverification.objects.visible_to(user).filter(
        state__in=Reverification.WITH_UNIT, round__closed_at=None, round__opens_on__lte=day
    )
    for each in rows.select_related("designation__unit", "round"):
        late = each.round.due_on < day
        address = "units:reverification" if late else "units:reverification-apply"
        yield {
            "title": each.round.title,
            "unit": f"{each.designation.unit.name} · {each.designation.title}",
            "due_on": each.round.due_on,
            "left": days(each.round.due_on, day),
            "late": late,
            "tone": REVERIFICATION_TONES[each.state],
            "word": each.get_state_display(),
            "note": each.return_note,
            "act": "查看" if late else "填写复验申请",
            "url": reverse(address, args=[each.pk]),
        }


@desk.panel(position=7)
def titles_that_end(user, day):
    """A clerk's titles near their end: whether to wait or to apply anew, and whom to ask."""
    if user.role != R.CLERK:
        return None
    found = told_of(ending_titles(Designation.objects.visible_to(user), day), day)
    lines = [(each, time_left(day, last_day(each.ends_on)), words) for each, words in found]
    return {"template": "units/_panel_endings.html", "lines": lines} if lines else None


@desk.panel(position=16)
def follow_up_to_do(user, day):
    """What waits in the office, each with where it is done; nothing where nothing waits."""
    if user.role != R.OFFICER or not any(calls_round(user, level) for level in Level):
        return None
    lines = [each for each in _waiting(user, day) if each[1]]
    return {"template": "units/_panel_follow_up.html", "lines": lines} if lines else None


def _waiting(user, day):
    """(what, how many, where, urgent?)"""
    turns = Reverification.objects.visible_to(user)
    orders = Rectification.objects.visible_to(user)
    rounds, board, exits = map(
        reverse, ("units:reverification-rounds", "units:rectifications", "units:exits")
    )
    yield "复验申请待测评", turns.filter(state=V.APPLIED).count(), rounds, False
    yield "复验待作结论", turns.filter(state=V.INSPECTED).count(), rounds, False
    yield "复验合格待出续期决定", turns.awaiting_decision().count(), rounds, False
    failed = Q(state=V.FAILED, designation__state__in=("reverifying", "rectifying"))
    yield "复验不合格待处理", turns.filter(failed).count(), rounds, True
    yield "整改待销号", orders.filter(state="reported").count(), f"{board}?state=reported", False
    yield "整改逾期", orders.overdue(day).count(), f"{board}?state=overdue", True
    asked = RectificationExtension.objects.visible_to(user).filter(state="asked")
    yield "整改延期待批复", asked.count(), f"{board}?state=open", False
    leaving = ExitRequest.objects.visible_to(user).filter(state="asked")
    yield "退出申请待办理", leaving.count(), exits, False
    plaques = ExitCase.objects.visible_to(user).plaque_missing().filter(plaque_due_on__lt=day)
    yield "牌匾逾期未收回", plaques.count(), f"{exits}?plaque=late", True
