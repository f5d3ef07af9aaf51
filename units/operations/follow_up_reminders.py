"""What a unit owes comes nearer its day: 整改 and 复验 applications, once at each mark."""

from django.db.models import Prefetch

from portal.clock import Effect, unmarked
from portal.models import User
from portal.operations.notifications import notify_all
from units.models import Rectification, Reverification
from units.operations.telling import tell_office

DUTY = "follow-up.remind"
MARKS = (30, 7, 3, 1, 0)  # days before the last day; after it once more
OVERDUE = -1


def remind_of_work(on, at):
    """Tell clerks what is due soon or overdue, and the office what is overdue; yields each."""
    for row, due_on, mark in _near(on, at):
        title = row.designation
        text = _words(row, due_on, on)
        lines = [(clerk, text, row.get_absolute_url()) for clerk in title.unit.told]
        notify_all(lines, at=at)
        if mark == OVERDUE and isinstance(row, Rectification):
            words = f"“{title.unit}”整改逾期，期限 {due_on}。"
            tell_office(title, words, url=row.get_absolute_url(), at=at)
        yield Effect(title.unit.name, text)


def _near(on, at):
    """(row, last day, mark) of what has come under a mark nobody was told of."""
    found = {}
    for row, due_on in _owed():
        left = (due_on - on).days
        mark = OVERDUE if left < 0 else min((each for each in MARKS if left <= each), default=None)
        if mark is not None:
            key = f"{row._meta.model_name} {row.pk} {due_on} {mark}"
            found[key] = row, due_on, mark
    return [found[key] for key in unmarked(DUTY, found, at)]


def _owed():
    told = Prefetch(
        "designation__unit__clerks", User.objects.filter(is_active=True), to_attr="told"
    )
    orders = Rectification.objects.filter(state=Rectification.State.OPEN)
    turns = Reverification.objects.filter(
        state__in=Reverification.WITH_UNIT, round__closed_at=None
    ).select_related("round")
    related = ("designation__unit__region",)
    for row in orders.select_related(*related).prefetch_related(told).order_by("pk"):
        yield row, row.due_on
    for row in turns.select_related(*related).prefetch_related(told).order_by("pk"):
        yield row, row.round.due_on


def _words(row, due_on, on):
    what = "整改" if isinstance(row, Rectification) else "复验申请"
    left = (due_on - on).days
    if left < 0:
        return f"{what}期限 {due_on} 已过，请尽快办理。"
    return f"{what}{f'还有 {left} 天' if left else '今天'}到期，期限 {due_on}。"
