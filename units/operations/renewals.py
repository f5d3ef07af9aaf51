"""Renewal of a title as its rule says: a longer term, or a new title in place of the old."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from portal.errors import Refused
from units import rules
from units.lifecycles import DESIGNATION
from units.models import Designation
from units.operations.titles import check_move_day, move_designation, new_move
from units.ruling import stored


@transaction.atomic
def extend_title(title, *, rule, actor, at, on, document_no="", note=""):
    """The same title for another term, which follows on the present one."""
    check_move_day(title, on, timezone.localdate(at))
    before, ends_on = title.ends_on, lengthened(title, rule)
    if ends_on <= on:
        raise Refused(f"“{title}”续期后至 {rules.last_day(ends_on)} 也已到期，没有续期。")
    told = {"生效日期": on, "原有效期至": rules.last_day(before)}
    told["有效期至"] = rules.last_day(ends_on)
    DESIGNATION.perform("renew", title, actor=actor, at=at, note=note, told=told)
    rows = Designation.objects.filter(pk=title.pk)
    rows.update(ends_on=ends_on, version=F("version") + 1)
    title.ends_on = ends_on
    papers = {"document_no": document_no, "note": note, "ends_before": before}
    new_move("renew", title, actor=actor, at=at, on=on, **papers).save()
    return title


def lengthened(title, rule):
    """The exclusive end of the term after this one."""
    if title.ends_on is None:
        raise Refused(f"“{title}”没有填有效期，不能续期；请先更正有效期。没有续期。")
    if not rule.term_years:
        raise Refused("评选条件没有写称号有效年数，不能续期；请先补上。没有续期。")
    return rules.term(title.ends_on, rule.term_years)


@transaction.atomic
def name_anew(title, *, decision, rule, actor, at):
    """A new title from the day of the decision; the old one is renewed by it and ends."""
    on = decision.decided_on
    if not rule.term_years:
        raise Refused("评选条件没有写称号有效年数，不能重新命名；请先补上。没有续期。")
    follower = _follower(title, decision, rule, at)
    try:
        with transaction.atomic():
            follower.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(
            f"“{title.unit}”{on.year} 年已有同一级别和种类的称号，没有重新命名。"
        ) from error
    papers = {"document_no": decision.document_no, "superseded_by": follower}
    move_designation("succeed", title, actor=actor, at=at, on=on, **papers)
    return follower


def _follower(title, decision, rule, at):
    on = decision.decided_on
    return Designation(
        unit=title.unit,
        level=title.level,
        kind=title.kind,
        rule=stored(rule),
        title=title.title,
        document_no=decision.document_no,
        document_no_printed=decision.document_no,
        named_on=on,
        named_year=on.year,
        starts_on=on,
        ends_on=rules.term(on, rule.term_years),
        remark=f"复验合格，接续 {title.starts_on or ''} 起的称号"[:300],
        recorded_at=at,
    )
