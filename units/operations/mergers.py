"""Units that become one, and one that becomes several; and which of them holds the titles."""

from django.db import transaction

from portal.errors import Refused
from units.access import check_officer
from units.lifecycles import DESIGNATION
from units.models import Designation, UnitEvent
from units.operations.changes import (
    REASON,
    begin,
    end_unit,
    hold,
    settle,
    titles_in_force,
)
from units.operations.following import hand_over_follow_up
from units.operations.registry import register_unit
from units.operations.titles import move_designation

Kind, Effect = UnitEvent.Kind, UnitEvent.Effect
State = Designation.State
HANDED_DOWN = [
    "level",
    "kind",
    "batch",
    "title",
    "document_no",
    "document_no_printed",
    "named_on",
    "named_year",
    "ends_on",
]


@transaction.atomic
def merge_unit(unit, *, into, actor, at, on, document_no="", note="", effect=Effect.KEEP):
    """From `on` the unit is part of another, which takes over its titles or does not."""
    _, into = hold(unit, into)
    _check_successor(unit, into, on)
    begin(unit, actor, at, on)
    check_officer(actor, into)
    papers = {"actor": actor, "at": at, "on": on}
    if effect != Effect.INVALIDATE:
        hand_down(unit, into, Kind.MERGE, effect, **papers)
    told = {"after": {"into": into.pk, "into_name": into.name}}
    settle(unit, Kind.MERGE, told, papers=(document_no, note), effect=effect, other=into, **papers)
    end_unit(unit, on, at=at, successor=into)


def _check_successor(unit, into, on):
    if into.pk == unit.pk:
        raise Refused("不能并入自身，没有登记并入。")
    if into.closed_on:
        raise Refused(f"“{into}”已于 {into.closed_on} 注销，不能作为并入的单位；没有登记并入。")
    if into.registered_on and on < into.registered_on:
        raise Refused(f"“{into}”{into.registered_on} 才登记，晚于发生日期；没有登记并入。")


@transaction.atomic
def split_unit(
    unit,
    parts,
    *,
    actor,
    at,
    on,
    document_no="",
    note="",
    effect=Effect.KEEP,
    keeper=None,
    closes=False,
):
    """From `on` new units stand beside or instead of this one.

    `parts` are the fields of each; `keeper` is the place in `parts` of the one that takes over
    the titles, None where they stay.
    """
    if closes and keeper is None and effect != Effect.INVALIDATE:
        raise Refused("原单位注销后称号须由一个新单位承接，或选“称号失效”；没有登记分立。")
    begin(unit, actor, at, on)
    papers = {"actor": actor, "at": at, "on": on}
    born = [register_unit(each, document_no=document_no, other=unit, **papers) for each in parts]
    if keeper is not None and effect != Effect.INVALIDATE:
        hand_down(unit, born[keeper], Kind.SPLIT, effect, **papers)
    told = {"after": {"parts": [each.pk for each in born], "part_names": [str(x) for x in born]}}
    settle(unit, Kind.SPLIT, told, papers=(document_no, note), effect=effect, **papers)
    if closes:
        end_unit(unit, on, at=at, successor=born[keeper] if keeper is not None else None)
    return born


def hand_down(unit, heir, kind, effect, *, actor, at, on):
    """Each title in force goes over: the old one is superseded by one of the heir's."""
    for title in titles_in_force(unit, on):
        follower = _equal_of(title, heir) or _follower(title, heir, at, on)
        act = {"actor": actor, "at": at, "on": on, "note": REASON[kind]}
        _bring_alike(title, follower, effect, act)
        hand_over_follow_up(title, follower, actor=actor, at=at)
        move_designation("supersede", title, superseded_by=follower, **act)


def _bring_alike(title, follower, effect, act):
    """What is under way for the old title goes on for the one that follows it."""
    waiting = effect == Effect.REVERIFY or title.state == State.REVERIFYING
    if title.state == State.RECTIFYING and DESIGNATION.steps["rectify"].leaves(follower):
        move_designation("rectify", follower, **act)
    elif waiting and DESIGNATION.steps["reverify"].leaves(follower):
        move_designation("reverify", follower, **act)


def _equal_of(title, heir):
    """The heir's own title of the same naming, which stands for both; one ended cannot."""
    equal = heir.designations.standing().filter(level=title.level, kind=title.kind)
    same = {"batch": title.batch} if title.batch_id else {"named_year": title.named_year}
    found = equal.filter(batch_id=title.batch_id, **same).select_related("unit__region").first()
    if found and found.state not in Designation.HOLDING:
        raise Refused(
            f"“{heir}”的同一称号{found.get_state_display()}，不能延续“{title.unit}”的“{title}”；"
            "请改选“称号失效”，没有登记任何变更。"
        )
    return found


def _follower(title, heir, at, on):
    kept = {name: getattr(title, name) for name in HANDED_DOWN}
    remark = f"承接“{title.unit}”的称号"[:300]
    return Designation.objects.create(
        unit=heir, starts_on=on, recorded_at=at, remark=remark, **kept
    )
