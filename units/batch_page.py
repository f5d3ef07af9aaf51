"""What the page of a batch shows of one that is run here: stages, places, documents, progress."""

from dataclasses import dataclass

from django.db.models import Count

from portal.calendar import Calendar
from portal.times import until
from units.forms.quotas import WHOLE, verdict
from units.models import Application, Batch, Category
from units.planning import clashes, since
from units.readiness import lacks, laid, surroundings
from units.stages import Timetable
from units.tones import APPLICATION_TONES, LEFT_OVER_TONE

State = Batch.State
PAGES = {  # where a lack is mended
    "plan": "units:batch-papers",
    "timetable": "units:batch-timetable",
    "quotas": "units:batch-quotas",
    "requirements": "units:batch-requirements",
    "rule": "units:batch-papers",
}


@dataclass(frozen=True)
class Shown:
    """One stage as the page draws it."""

    stage: object
    css: str  # of the stepper: done, now, or nothing
    tone: str
    word: str
    since: str
    until: str
    left: str = ""  # how much time is left, or by how much it is over
    may_close: bool = False
    may_start: bool = False


def stages_of(batch, at):
    """Each stage with where it stands at this moment."""
    sheet = Timetable.of(batch, at)
    running = batch.state == State.OPEN
    return [_shown(each, sheet, at, running) for each in sheet.stages]


def _shown(stage, sheet, at, running):
    over, begun = stage.is_over(at), stage.starts_at <= at
    late = running and begun and not over and at >= stage.ends_at
    tone, word = _standing(over, begun, late) if running else ("t-off", "")
    ended = stage.closed_at or stage.ends_at
    return Shown(
        stage=stage,
        css="done" if over and running else "now" if running and begun else "",
        tone=tone,
        word=word,
        since=since(stage.starts_at),
        until=until(ended if over and running else stage.ends_at),
        left=_left(stage, at) if running and begun and not over else "",
        may_close=running and begun and not over,
        may_start=running and not begun and not _waits(stage, sheet, at),
    )


def _standing(over, begun, late):
    if over:
        return "t-ok", "已结束"
    if late:
        return "t-bad", "逾期"
    return ("t-doing", "进行中") if begun else ("t-off", "未开始")


def _waits(stage, sheet, at):
    """Is a stage before this one still to end?"""
    return any(each.position < stage.position and not each.is_over(at) for each in sheet.stages)


def _left(stage, at):
    gap = stage.ends_at - at
    if gap.total_seconds() < 0:
        return f"超 {-gap.days} 天"
    return f"还有 {gap.days} 天" if gap.days else f"还有 {gap.seconds // 3600} 小时"


def where_it_stands(batch, shown, at):
    """A sentence that tells everybody what is going on, since when, until when, what comes next."""
    if batch.state == State.DRAFT:
        return "正在筹备，启动后各地才能看到。"
    if batch.state != State.OPEN or not shown:
        return ""
    now = [each for each in shown if each.css == "now"]
    coming = [each for each in shown if not each.css]
    told = [f"{_name(each)}：{each.since} 起，至 {each.until}（{each.left}）" for each in now]
    if coming:
        told.append(f"下一步：{_name(coming[0])}，{coming[0].since} 开始")
    return "；".join(told) + "。" if told else "各阶段都已结束，等待命名决定。"


def _name(shown):
    return shown.stage.get_kind_display()


def todo_of(batch, at):
    """(lacks with their pages, clashes) for whoever prepares or runs the batch."""
    calendar = Calendar.load()
    stages = laid(each for each in batch.stages.all() if not each.is_over(at))
    around = surroundings(batch, calendar)
    found = lacks(batch, at, calendar) if batch.state == State.DRAFT else []
    told = [(each, PAGES[each.where]) for each in found]
    known = {each.text for each in found}
    return told, [each for each in clashes(stages, around) if each not in known]


def places_of(batch):
    """The places as a table: heads, rows with their sums, the sums below; None without any."""
    rows = list(batch.quotas.select_related("body", "category"))
    if not rows:
        return None
    rows.sort(key=lambda q: (q.body.kind != "territorial", q.body.position, q.body_id))
    categories = sorted(
        {q.category for q in rows if q.category}, key=lambda each: (each.position, each.pk)
    )
    keys = [*([None] if any(q.category is None for q in rows) else []), *categories]
    table = {}
    for quota in rows:
        table.setdefault(quota.body, {})[quota.category] = quota.places
    total = sum(q.places for q in rows)
    return {
        "heads": [each.name if each else WHOLE for each in keys],
        "rows": [
            (body, [cells.get(key, "") for key in keys], sum(cells.values()))
            for body, cells in table.items()
        ],
        "sums": [sum(cells.get(key, 0) for cells in table.values()) for key in keys],
        "total": total,
        "verdict": verdict(total, batch.places),
    }


def words_by_category(batch):
    """(category, (fewest, most) words) of those asked for another length of deeds."""
    if not batch.deeds_by_category:
        return []
    rows = Category.objects.filter(pk__in=batch.deeds_by_category)
    return [(each, batch.words_asked(each)) for each in rows]


def progress_of(batch, user):
    """(state, tone, number) of applications in sight."""
    rows = Application.objects.visible_to(user).filter(batch=batch).order_by()
    counts = dict(rows.values_list("state").annotate(n=Count("pk", distinct=True)))
    unsettled = Application.UNDECIDED if batch.state != State.OPEN else ()
    left = sum(counts.pop(each, 0) for each in unsettled)
    known = [each for each in Application.State if counts.get(each)]
    found = [(each.label, APPLICATION_TONES[each], counts[each]) for each in known]
    return [*found, (Application.LEFT_OVER[1], LEFT_OVER_TONE, left)] if left else found
