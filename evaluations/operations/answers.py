"""Filling in: one item at a time, nobody overwritten, nothing taken once it has been handed in.

Saving an item happens every few seconds while somebody types; it is no act, and leaves no audit
line, except where an officer writes in a unit's place.
"""

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef

from evaluations.access import clerk_or_helper, helper_of
from evaluations.lifecycles import SELF_CHECK
from evaluations.models import Answer, AnswerEvidence, SelfCheck
from evaluations.operations.carrying import carried_answers
from evaluations.rules import claims
from evaluations.words import moment
from portal.audit import record
from portal.errors import Refused
from portal.text import storable
from portal.versions import Stale

S = SelfCheck.State
NOT_SAVED = "没有保存"
MOST_WORDS = 20_000  # more than any cap, so that nothing typed is lost for being long


def answers_of(check):
    """{item key: answer} of a check, each with the number of files it cites; one query."""
    rows = Answer.objects.filter(check_form=check).select_related("carried_from__check_form__round")
    rows = rows.annotate(files=Count("citations"))
    return {row.indicator_id: row for row in rows}


def save_answer(check, entry, *, version, value, statement, actor, at):
    """Keep one item if nobody has saved it since `version`; returns all answers as they stand.

    Content that stands there already counts as saved: its first answer got lost on the way.
    """
    refuse_if_over(check, actor, at)
    fields = _fields(check, entry, value, statement, actor, at)
    if check.state != S.FILLING:
        begin(check, actor=actor, at=at)
    try:
        rows = _write(check, entry, version, fields)
    except IntegrityError as error:  # the guard: it has been handed in this very moment
        raise Refused(f"“{check}”刚刚有变动，没有保存，请刷新后再看。") from error
    mine = rows.get(entry.pk)
    if mine and mine.value == fields["value"] and mine.statement == fields["statement"]:
        return rows
    if mine is None or mine.version == version:  # nobody wrote: it has been handed in meanwhile
        raise Refused(f"“{check}”刚刚有变动，没有保存，请刷新后再看。")
    raise Stale(mine)


def _fields(check, entry, value, statement, actor, at):
    value = shaped(entry.item, value)
    return {
        "value": value,
        "claimed": claims.claimed_points(entry.item, value),
        "statement": _plain(statement).replace("\r\n", "\n")[:MOST_WORDS],
        "saved_at": at,
        "saved_by": actor,
        "on_behalf": helper_of(actor, check),
    }


def shaped(item, value):
    """What was sent, reduced to the one thing this kind of item keeps."""
    key = claims.key_of(item.kind)
    given = value.get(key) if isinstance(value, dict) else None
    if key == "hit":
        return {"hit": given} if isinstance(given, bool) else {}
    if key == "ticks":
        return {"ticks": _ticks(item, given)} if isinstance(given, list) else {}
    text = _plain(given if given is not None else "").strip()[:20]
    return {key: text} if text else {}


def _plain(text):
    """What was typed, without what no database keeps: NUL, and halves of a character."""
    return storable(str(text)).encode(errors="replace").decode()


def _ticks(item, given):
    numbers = (each for each in given if isinstance(each, int) and not isinstance(each, bool))
    return sorted({each for each in numbers if 0 <= each < item.checklist})


def _write(check, entry, version, fields):
    if not fields["on_behalf"]:
        return _put(check, entry, version, fields)
    return _put_for_unit(check, entry, version, fields)


@transaction.atomic
def _put_for_unit(check, entry, version, fields):
    """Write in a unit's place; only what was really written counts as help."""
    hold_answer(check, entry.pk)
    SelfCheck.objects.select_for_update().get(pk=check.pk)
    actor, at = fields["saved_by"], fields["saved_at"]
    known = has_helped(check, actor)
    rows = _put(check, entry, version, fields)
    mine = rows.get(entry.pk)
    written = mine and (mine.version, mine.saved_by_id, mine.saved_at) == (
        version + 1,
        actor.pk,
        at,
    )
    if written and not known:
        note_help(check, actor=actor, at=at)
    return rows


def _put(check, entry, version, fields):
    """One statement. Of two that meet in it, PostgreSQL lets the second look again at this row.

    It doesn't run a joined subquery again, so the version has to be asked of the row itself.
    """
    if version:
        open_now = Exists(SelfCheck.objects.filter(pk=OuterRef("check_form"), state=S.FILLING))
        mine = Answer.objects.filter(check_form=check, indicator=entry.pk, version=version)
        mine.filter(open_now).update(**fields, version=version + 1)
    else:
        row = Answer(check_form=check, indicator_id=entry.pk, **fields)
        Answer.objects.bulk_create([row], ignore_conflicts=True)
    return answers_of(check)


def hold_answer(check, indicator):
    """Lock an answer before its check, in the order the guard takes them when one is saved."""
    list(Answer.objects.select_for_update().filter(check_form=check, indicator=indicator))


def refuse_if_over(check, actor, at, ending=NOT_SAVED):
    """Refuse to take anything into a check that is not this person's, or not open now."""
    reason = why_closed(check, actor, at, ending)
    if reason:
        raise Refused(reason)


def why_closed(check, actor, at, ending=NOT_SAVED):
    """The sentence why this person can't change a check now; empty if they can.

    `ending` says what did not happen.
    """
    if not clerk_or_helper(actor, check):
        return f"“{check.unit}”的自查不由您填报，{ending}。"
    if check.round.closed_at:
        return f"“{check.round}”已于 {moment(check.round.closed_at)} 结束，{ending}。"
    if at < check.round.opens_at:
        return f"“{check.round}”{moment(check.round.opens_at)} 开始填报，{ending}。"
    if check.state == S.SUBMITTED:
        return f"这份自查已经提交，{ending}。要修改，请联系审核人员退回。"
    return ""


@transaction.atomic
def begin(check, *, actor, at):
    """The first thing written moves the check to 填报中; of two at once, one does it."""
    check.state, check.moves = (
        SelfCheck.objects.select_for_update().values_list("state", "moves").get(pk=check.pk)
    )
    if check.state in (S.NOT_STARTED, S.RETURNED):
        SELF_CHECK.perform("begin", check, actor=actor, at=at)
    elif check.state == S.SUBMITTED:
        refuse_if_over(check, actor, at)


def has_helped(check, actor):
    """Does anything stand in the check that this officer wrote in the unit's place?"""
    return Answer.objects.filter(check_form=check, saved_by=actor, on_behalf=True).exists()


@transaction.atomic
def note_help(check, *, actor, at):
    """代填 is marked on the check, and told once a check and officer."""
    SelfCheck.objects.filter(pk=check.pk).update(on_behalf=True)
    check.on_behalf = True
    record(actor=actor, action="selfcheck.help", target=check, at=at)


@transaction.atomic
def carry_answers(check, tree, *, actor, at):
    """Fill what is still empty with what the unit said last, along the mapping of the editions.

    Points are not carried: they are claimed anew each year. Returns how many items were filled.
    """
    refuse_if_over(check, actor, at)
    begin(check, actor=actor, at=at)  # locks the check: nobody can save between looking and filling
    present, carried = answers_of(check), earlier_answers(check)
    wanted = [entry.pk for entry in tree.entries if entry.pk in carried and entry.pk not in present]
    made = [_carried(check, carried[key], actor, at) for key in wanted]
    if made and helper_of(actor, check) and not has_helped(check, actor):
        note_help(check, actor=actor, at=at)
    Answer.objects.bulk_create(made)
    AnswerEvidence.objects.bulk_create(
        AnswerEvidence(answer=answer, evidence=evidence, position=position, reused=True)
        for answer in made
        for position, evidence in enumerate(_files(check, carried[answer.indicator_id]), 1)
    )
    if made:
        told = {"items": len(made)}
        record(actor=actor, action="selfcheck.carry", target=check, at=at, after=told)
    return len(made)


def earlier_answers(check):
    """{item key: Carried}: words or files of the last self-check the unit handed in before."""
    past = SelfCheck.objects.filter(unit=check.unit_id, submitted_at__isnull=False)
    last = past.exclude(pk=check.pk).select_related("edition").order_by("-submitted_at", "-pk")
    old = last.first()
    found = carried_answers(old, old.edition, check.edition) if old else {}
    return {key: each for key, each in found.items() if each.statement or each.evidence}


def _carried(check, carried, actor, at):
    return Answer(
        check_form=check,
        indicator=carried.indicator,
        statement=carried.statement,
        saved_at=at,
        saved_by=actor,
        on_behalf=helper_of(actor, check),
        carried_from=carried.answers[0],
    )


def _files(check, carried):
    """As many files as an item may cite."""
    return carried.evidence[: check.edition.files_cap]
