"""What a batch still lacks before it can be opened, each as a sentence with the page to mend it."""

from dataclasses import dataclass

from django.db.models import Sum
from django.utils import timezone

from portal.calendar import Calendar
from units.models import Batch, BatchStage, HonourRule, Occasion
from units.planning import Kind, Laid, Surroundings, short_notice

NEIGHBOURS = (Batch.State.DRAFT, Batch.State.OPEN)


@dataclass(frozen=True)
class Lack:
    """One thing that is missing; `where` names the page of the batch where it is put right."""

    text: str
    where: str


def current_rule(batch, on):
    """The rule in force for a batch that opens on that day; None where no document covers it."""
    return HonourRule.objects.for_case(
        batch.level, kind=batch.kind, category=None, region=batch.region, on=on
    )


def opening_day(batch, stages, at):
    """The first day of a batch: that of its first stage, or today where none has been laid."""
    first = min((each.starts_at for each in stages), default=at)
    return timezone.localdate(max(first, at))


def laid(stages):
    """The stages of a batch as the planner reads them."""
    return [Laid(s.kind, s.starts_at, s.ends_at, s.closes_by_date) for s in stages]


def lacks(batch, at, calendar=None):
    """Everything that stands in the way of opening this batch now; empty if nothing does."""
    stages = list(batch.stages.all())
    calendar = calendar or Calendar.load()
    return [
        *_rule(batch, stages, at),
        *_papers(batch),
        *_timetable(batch, stages, at, calendar),
        *_places(batch),
        *_requirements(batch),
    ]


def _rule(batch, stages, at):
    found = current_rule(batch, opening_day(batch, stages, at))
    if found is None:
        yield Lack("启动当日没有适用的评选条件，请先在“评选条件”中登记。", "rule")
    elif found.pk != batch.rule_id:
        yield Lack("评选条件已有新的一条适用，请改用现行条件。", "rule")


def _papers(batch):
    rule = batch.rule
    if rule and rule.needs_approval_no and not batch.approval_no:
        yield Lack("评选条件规定须有批准文号，还没有填写。", "plan")
    if not batch.notice_text.strip():
        yield Lack("还没有填写申报通知。", "plan")
    if not batch.issuers.exists():
        yield Lack("还没有选定联合命名的部门。", "plan")


def _timetable(batch, stages, at, calendar):
    have = {each.kind for each in stages}
    missing = [kind.label for kind in Kind if kind not in have]
    if missing:
        yield Lack(f"时间安排缺少：{'、'.join(missing)}。", "timetable")
    over = [each.get_kind_display() for each in stages if each.ends_at <= at]
    if over:
        yield Lack(f"{'、'.join(over)}的结束时间已经过去，请重新排期。", "timetable")
    fault = short_notice(laid(stages), batch.rule, calendar)
    if fault:
        yield Lack(fault, "timetable")


def _places(batch):
    if not batch.places:
        yield Lack("还没有填写总名额。", "quotas")
        return
    given = batch.quotas.aggregate(n=Sum("places"))["n"] or 0
    if not given:
        yield Lack("还没有把名额分配给推荐单位。", "quotas")
    elif given < batch.places:
        yield Lack(f"已分配 {given} 个名额，少于总名额 {batch.places} 个。", "quotas")
    most = batch.rule.most_places if batch.rule else None
    if most and batch.places > most:
        yield Lack(f"总名额 {batch.places} 个超过评选条件规定的每批 {most} 个。", "quotas")


def _requirements(batch):
    if not batch.requirements.exists():
        yield Lack("还没有列出申报材料。", "requirements")


def surroundings(batch, calendar):
    """What the timetable of this batch may clash with."""
    same = Batch.objects.filter(level=batch.level, region=batch.region).exclude(pk=batch.pk)
    others = same.filter(state__in=NEIGHBOURS).prefetch_related("stages")
    past = same.filter(state=Batch.State.DONE, kind=batch.kind).exclude(year=None)
    if batch.year:
        past = past.filter(year__lte=batch.year)
    return Surroundings(
        rule=batch.rule,
        calendar=calendar,
        others=tuple(_span(each) for each in others if each.stages.all()),
        previous=past.order_by("-year", "-number", "-pk").first(),
        year=batch.year,
        occasions=tuple(Occasion.objects.all()),
    )


def _span(batch):
    stages = laid(batch.stages.all())
    first, end = min(s.first for s in stages), max(s.span[1] for s in stages)
    return str(batch), first, end


def stage_order():
    """The kinds of stage in their order, numbered from 1."""
    return {kind: number for number, kind in enumerate(BatchStage.Kind, 1)}
