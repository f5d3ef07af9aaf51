"""Scores: saved item by item as they are given, signed as a whole, then locked."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F, FilteredRelation, Q

from evaluations.lifecycles import ASSIGNMENT
from evaluations.models import Assignment, Indicator, InspectionRound, Score, ScoreSheet
from evaluations.operations.extras import tell_apart
from evaluations.operations.settling import keep_tally
from evaluations.rules.sheets import Line, line_fault, met_of, sign_faults
from evaluations.score_sheets import digest_of, items_of, lines_of, scores_of
from evaluations.tree import as_item
from portal.errors import Refused

State = Assignment.State
WRITTEN = ("value", "raw", "hit", "reason", "comment")
KEPT = ("pk", "version", *WRITTEN)
LOCKED = "这份测评表已签字锁定，刚才的改动没有保存；确需更改请申请更正。"
NOT_YOURS = "这份测评表由指定的测评人员填写，没有保存。"

TAKEN_BACK = "这家单位的打分任务已撤回，没有保存；请联系组织测评的科室。"


@dataclass(frozen=True)
class Entry:
    """What somebody says to one item, and which version of it they had before them."""

    indicator: int
    version: int = 0
    value: Decimal | None = None
    raw: dict = field(default_factory=dict)
    hit: bool = False
    reason: str = ""
    comment: str = ""
    source: str = Score.Source.SCREEN

    @property
    def line(self):
        return Line(self.value, self.hit, self.reason, self.comment, met_of(self.raw))


@dataclass
class Outcome:
    """What became of the entries, by indicator: version saved, sentence, or what stands there."""

    saved: dict = field(default_factory=dict)
    faults: dict = field(default_factory=dict)
    conflicts: dict = field(default_factory=dict)


def save_scores(task, entries, *, actor, at, sheet=None):
    """Keep scores of an open sheet, each by itself; nothing is written over a newer version.

    Autosaves are not acts and leave no audit line: the score says when, the sheet says who. Each
    statement stands alone, and the database refuses those that come after the signature.
    `sheet` may be passed, with its assignment, by whoever has it in hand.
    """
    sheet = open_sheet(task, actor=actor, at=at, sheet=sheet)
    outcome, new = Outcome(), []
    known = _known(sheet, [each.indicator for each in entries])
    try:
        for entry in entries:
            _place(sheet, known.get(entry.indicator), entry, at, outcome, new)
        _insert(sheet, new, at, outcome)
    except IntegrityError:
        raise Refused(LOCKED) from None
    return outcome


def open_sheet(task, *, actor, at, sheet=None):
    """The sheet this person may write now: the first, begun if need be, or an open correction."""
    _check_writer(task, actor)
    sheet = sheet or _sheet_of(task)
    if sheet is None or task.state == State.WAITING:
        sheet = _begin(task, actor, at)
    sheet.assignment = task
    return sheet


def _sheet_of(task):
    return ScoreSheet.objects.writing().filter(assignment=task).first()


def _check_writer(task, actor):
    if task.assessor_id != actor.pk or not actor.is_active:
        raise Refused(NOT_YOURS)
    if task.state == State.WITHDRAWN:
        raise Refused(TAKEN_BACK)
    round = task.inspection.round
    if round.state == InspectionRound.State.PREPARING:
        raise Refused(f"“{round}”还没有开始打分，没有保存。")
    if round.state == InspectionRound.State.FINISHED and task.state != State.SIGNED:
        raise Refused(f"“{round}”已结束，不能再打分，没有保存。")


@transaction.atomic
def _begin(task, actor, at):
    """The first sheet, or one kept from before; of two first saves the slower joins the quicker."""
    _read_locked(task)
    _check_writer(task, actor)
    if task.state == State.SIGNED:
        raise Refused(LOCKED)
    if task.state == State.WAITING:
        ASSIGNMENT.perform("start", task, actor=actor, at=at)
        Assignment.objects.filter(pk=task.pk, first_opened_at=None).update(first_opened_at=at)
    return _sheet_of(task) or ScoreSheet.objects.create(assignment=task, created_at=at)


def _read_locked(task):
    rows = Assignment.objects.select_for_update()
    try:
        task.refresh_from_db(fields=["state", "state_changed_at", "moves"], from_queryset=rows)
    except Assignment.DoesNotExist:
        raise Refused(TAKEN_BACK) from None


def _known(sheet, indicators):
    """Items with the score that stands for each now, in one query."""
    here = FilteredRelation("scores", condition=Q(scores__sheet=sheet.pk))
    rows = Indicator.objects.filter(
        pk__in=indicators, edition=sheet.assignment.inspection.edition_id, tier=Indicator.Tier.ITEM
    ).annotate(here=here)
    rows = rows.annotate(**{f"now_{name}": F(f"here__{name}") for name in KEPT})
    return {row.pk: (row, {name: getattr(row, f"now_{name}") for name in KEPT}) for row in rows}


def _place(sheet, known, entry, at, outcome, new):
    """Put one entry where it belongs: fault, conflict, update, or among the new ones."""
    if known is None:
        outcome.faults[entry.indicator] = "这一项不在这家单位的测评体系里，没有保存。"
        return
    indicator, now = known
    fault = _fault(sheet, indicator, entry)
    if fault:
        outcome.faults[indicator.pk] = fault
    elif _same(now, entry):
        outcome.saved[indicator.pk] = now["version"]
    elif now["pk"] is None:
        new.append(entry)
    elif now["version"] != entry.version or not _update(now, entry, at):
        outcome.conflicts[indicator.pk] = _current(now["pk"])
    else:
        outcome.saved[indicator.pk] = entry.version + 1


def _fault(sheet, indicator, entry):
    step = sheet.assignment.inspection.edition.step
    return line_fault(as_item(indicator, "", step), entry.line)


def _same(now, entry):
    """The row says this already: a repeated request, or nothing typed. Writes nothing."""
    if now["pk"] is None:
        return False
    return all(now[name] == getattr(entry, name) for name in WRITTEN)


def _update(now, entry, at):
    values = {name: getattr(entry, name) for name in (*WRITTEN, "source")}
    unmoved = Score.objects.filter(pk=now["pk"], version=entry.version)
    return unmoved.update(**values, saved_at=at, version=entry.version + 1)


def _current(pk):
    return Score.objects.get(pk=pk)


def _insert(sheet, new, at, outcome):
    """First scores of their items. Where another tab was quicker, its score stands."""
    if not new:
        return
    Score.objects.bulk_create(
        [
            Score(
                sheet=sheet,
                indicator_id=each.indicator,
                saved_at=at,
                **{name: getattr(each, name) for name in (*WRITTEN, "source")},
            )
            for each in new
        ],
        ignore_conflicts=True,
    )
    wanted = [each.indicator for each in new]
    rows = {each.indicator_id: each for each in sheet.scores.filter(indicator__in=wanted)}
    for entry in new:
        row = rows[entry.indicator]
        if all(getattr(row, name) == getattr(entry, name) for name in WRITTEN):
            outcome.saved[entry.indicator] = row.version
        else:
            outcome.conflicts[entry.indicator] = row


@transaction.atomic
def sign_sheet(task, *, actor, at):
    """Lock a complete sheet under its digest. Of two that sign together, one does.

    The assignment is locked first, as where a workbook is taken in: there its scores come next.
    """
    task = _held(task)
    _check_writer(task, actor)
    sheet = ScoreSheet.objects.select_for_update().filter(assignment=task, number=1).first()
    if sheet is None:
        raise Refused("还没有打任何一项分，没有签字。")
    if sheet.signed_at:
        raise Refused("这份测评表已经签过字，不用再签。")
    digest = seal(sheet, task, at)
    ASSIGNMENT.perform("sign", task, actor=actor, at=at, told={"digest": digest, "version": 1})
    keep_tally(task.inspection)
    tell_apart(task.inspection, at=at)
    return sheet


def _held(task):
    rows = Assignment.objects.select_for_update(of=("self",))
    told = ("inspection__round", "inspection__edition", "inspection__unit", "assessor")
    return rows.select_related(*told).get(pk=task.pk)


def seal(sheet, task, at):
    """Check a sheet and close it under its digest; refused where something is missing."""
    sheet.assignment = task
    scores = scores_of(sheet)
    edition = task.inspection.edition
    found = sign_faults(items_of(edition), lines_of(scores), edition.reason_below_full)
    if found:
        raise Refused(f"“{task.inspection.unit}”还不能签字：{''.join(found)}没有签字。")
    sheet.signed_at, sheet.digest = at, digest_of(sheet, scores)
    sheet.save(update_fields=["signed_at", "digest"])
    return sheet.digest
