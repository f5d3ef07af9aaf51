"""Titles: how one comes into the register, is put right, and moves through its states."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.audit import record
from portal.errors import Refused
from portal.models import Setting
from portal.scoping import keep_in_sight
from portal.versions import save_versioned
from units import rules
from units.access import check_officer
from units.lifecycles import DESIGNATION
from units.models import DecisionLine, Designation, DesignationEvent, HonourRule, Level
from units.operations.following import end_follow_up
from units.operations.registry import named_fields

TOLD = [
    "level",
    "kind",
    "batch",
    "title",
    "document_no",
    "named_on",
    "named_year",
    "starts_on",
    "ends_on",
    "remark",
]


RECORDED = frozenset({Designation.State.DUE, Designation.State.EXPIRED})


@dataclass(frozen=True)
class Terms:
    """The rules that say how long a title lasts, and the years where none does."""

    rules: list
    fallback: int | None

    def ruling(self, title):
        """The rule a title's term comes from; none where no document covers its first day."""
        if not title.starts_on:
            return None
        about = (title.level, title.kind, title.starts_on, title.unit.category_id)
        return rules.rule_for(self.rules, *about)

    def years(self, title):
        """How many years a title lasts; none where nobody has said."""
        rule = self.ruling(title)
        if rule and rule.term_years:
            return rule.term_years
        return self.fallback if rules.is_demonstration(title.kind) else None


def term_rules():
    """Every rule with its regulation, read once for many titles."""
    found = list(HonourRule.objects.select_related("regulation"))
    return Terms(found, Setting.objects.value("term_years"))


def new_designation(values, *, at, honour_rules):
    """A title ready to be written: text, number, days and term filled where not given."""
    title = Designation(recorded_at=at, **values)
    complete(title, honour_rules)
    return title


def complete(title, honour_rules):
    """Fill what follows from the rest: from batch, naming formula and the rule in force."""
    _take_from_batch(title)
    title.document_no_printed = title.document_no_printed or title.document_no
    title.document_no = rules.document_number(title.document_no)
    title.title = title.title or rules.title_text(title.level, title.kind)
    title.starts_on = title.starts_on or rules.first_day(title.named_on, title.named_year)
    if title.ends_on is None:
        title.ends_on = rules.term(title.starts_on, honour_rules.years(title))


def _take_from_batch(title):
    batch = title.batch
    title.named_on = title.named_on or (batch.named_on if batch else None)
    title.document_no = title.document_no or (batch.document_no if batch else "")
    year = title.named_on.year if title.named_on else batch.year if batch else None
    title.named_year = title.named_year or year


@transaction.atomic
def add_designation(values, *, actor, at, note=""):
    """Enter a title of a unit; `values` are fields of Designation."""
    title = new_designation(values, at=at, honour_rules=term_rules())
    check_officer(actor, title)
    check_title(title, today=timezone.localdate(at))
    _check_place(title)
    _write(title, lambda: title.save(force_insert=True))
    keep_in_sight(title, actor)
    record(
        actor=actor,
        action="designation.add",
        target=title,
        at=at,
        after={"单位": title.unit.name, **named_fields(title, TOLD)},
        note=note,
    )
    return title


def check_title(title, *, today):
    """Refuse days that cannot be: named tomorrow, ending before they begin, year against day."""
    if title.named_on and title.named_on > today:
        raise Refused("命名日期在今天之后，请核对；没有保存任何内容。")
    if title.named_on and title.named_year != title.named_on.year:
        raise Refused("命名年份与命名日期不是同一年，请核对；没有保存任何内容。")
    if title.starts_on and title.ends_on and title.ends_on <= title.starts_on:
        raise Refused("有效期的止日早于起日，请核对；没有保存任何内容。")
    _check_batch(title)


def _check_batch(title):
    if title.batch and (title.batch.level, title.batch.kind_id) != (title.level, title.kind_id):
        raise Refused("所选批次与称号的级别或种类不一致，请核对；没有保存任何内容。")
    if not (title.batch or title.named_year):
        raise Refused("批次和命名年份至少填一项；没有保存任何内容。")


def _check_place(title):
    """A county names its own units; one that moved away later keeps what it was given."""
    place = title.batch.region if title.batch and title.level == Level.COUNTY else None
    if place and not title.unit.region.path.startswith(place.path):
        raise Refused(f"“{title.batch}”由{place}命名，“{title.unit}”不在该地；没有保存任何内容。")


def _write(title, save):
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        raise Refused(
            f"“{title.unit}”已登记过同一级别、种类和批次（年份）的称号，没有保存任何内容。"
        ) from error


@transaction.atomic
def correct_designation(title, values, *, actor, at, version, note=""):
    """Put a mistake in a title right. What was recorded of a wrong term is taken back."""
    check_officer(actor, title)
    before, term = named_fields(title, TOLD), (title.starts_on, title.ends_on)
    for name, value in values.items():
        setattr(title, name, value)
    complete(title, term_rules())
    check_title(title, today=timezone.localdate(at))
    _check_decided(title, before)
    fields = {*TOLD, *values, "document_no_printed"}
    if title.state in RECORDED and (title.starts_on, title.ends_on) != term:
        DESIGNATION.perform("reset", title, actor=actor, at=at)
    _write(title, lambda: save_versioned(title, version=version, fields=sorted(fields)))
    record(
        actor=actor,
        action="designation.correct",
        target=title,
        at=at,
        before=before,
        after=named_fields(title, TOLD),
        note=note,
    )


@transaction.atomic
def move_designation(verb, title, *, actor, at, on, document_no="", note="", superseded_by=None):
    """Move a title one step, from the day `on` it counts from, or refuse.

    What hangs on a title that ends by this, such as an open 整改, ends with it.
    """
    check_move_day(title, on, timezone.localdate(at))
    told = {"生效日期": on, "文号": rules.document_number(document_no)}
    DESIGNATION.perform(verb, title, actor=actor, at=at, note=note, told=told)
    if superseded_by:
        Designation.objects.filter(pk=title.pk).update(superseded_by=superseded_by)
        title.superseded_by = superseded_by
    new_move(verb, title, actor=actor, at=at, on=on, document_no=document_no, note=note).save()
    if title.state in Designation.ENDED:
        end_follow_up(title, actor=actor, at=at, note=DESIGNATION.steps[verb].label)


def new_move(verb, title, *, actor, at, on, document_no="", note="", ends_before=None):
    """The event that keeps a move's day, for a title already in its new state."""
    return DesignationEvent(
        designation=title,
        verb=verb,
        label=DESIGNATION.steps[verb].label,
        happened_on=on,
        state=title.state,
        ends_before=ends_before,
        document_no=rules.document_number(document_no),
        note=note[:300],
        recorded_at=at,
        recorded_by=actor,
    )


def check_move_day(title, on, today):
    """Refuse a move on a day to come, before the title began or before its last move."""
    if on > today:
        raise Refused("发生日期在今天之后，请改为今天或更早的日期；称号没有变动。")
    last = title.events.by_people().values_list("happened_on", flat=True).first()
    earliest = max(filter(None, (title.starts_on, last)), default=None)
    if earliest and on < earliest:
        raise Refused(f"“{title}”在 {earliest} 已有记录，发生日期不能早于这一天；称号没有变动。")


def made_by_decision(title):
    """Was it a naming decision that made this title, and not an old list?"""
    return title.decision_lines.filter(effect=DecisionLine.Effect.NAME).exists()


def _check_decided(title, before):
    """What a decision says of a title is not corrected by hand; only a remark is."""
    after = named_fields(title, TOLD)
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    fixed = [name for name in changed if name != "备注"]
    if fixed and made_by_decision(title):
        raise Refused(
            f"“{title}”由命名决定产生，{'、'.join(fixed)}不能在这里改；"
            "确有错误请拟更正决定。没有保存任何内容。"
        )


@transaction.atomic
def void_designation(title, *, actor, at, on, note):
    """Take out a title entered by mistake; one that a decision made only a decision takes back."""
    if made_by_decision(title):
        raise Refused(
            f"“{title}”由命名决定产生，不能作废；确有错误请以更正决定取消命名。称号没有变动。"
        )
    move_designation("void", title, actor=actor, at=at, on=on, note=note)
