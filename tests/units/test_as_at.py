"""How a unit stood on any day equals what its events, replayed up to that day, make of it."""

import random
from datetime import date, timedelta

import pytest

from portal.errors import Refused
from tests.factories import NOON, make_category
from units.models import UnitEvent
from units.operations.changes import close_unit, rename_unit, transfer_unit
from units.operations.mergers import merge_unit, split_unit
from units.operations.registry import correct_unit, register_unit

START = date(2015, 1, 1)
Kind = UnitEvent.Kind


@pytest.mark.parametrize("seed", range(25))
def test_the_spell_on_any_day_equals_the_replayed_events(cast, seed):
    dice = random.Random(seed)
    values = {"name": "示例起点", "region": cast.east_sumu, "category": make_category()}
    unit = register_unit(values, actor=cast.city_officer, at=NOON, on=START)

    live_through(unit, cast, dice)

    events = list(unit.events.order_by("happened_on", "pk"))
    days = {e.happened_on + timedelta(days=n) for e in events for n in (-1, 0, 1)}
    for day in sorted(days | {date(2026, 11, 22)}):
        spell = unit.spells.on(day).first()
        told = (
            {name: getattr(spell, name) for name in ("name", "region_id", "address")}
            if spell
            else None
        )
        assert told == replayed(events, day), (seed, day)


def live_through(unit, cast, dice):
    """A life of random events on random days, some of them impossible and refused."""
    day = START
    for number in range(dice.randint(1, 12)):
        day += timedelta(days=dice.choice([-40, 0, 0, 1, 30, 400]))
        try:
            happen(unit, cast, dice, day, number)
        except Refused:
            unit.refresh_from_db()


def happen(unit, cast, dice, day, number):
    act = {"actor": cast.city_officer, "at": NOON, "on": day}
    kind = dice.choice(["rename"] * 4 + ["transfer"] * 4 + ["correct"] * 2 + ["split", "end"])
    if kind == "rename":
        rename_unit(unit, f"示例{dice.randint(1, 4)}号", **act)
    elif kind == "transfer":
        transfer_unit(unit, to=dice.choice([cast.east_sumu, cast.west, cast.east]), **act)
    elif kind == "correct":
        fixed = {"address": f"示例路 {number} 号"}
        del act["on"]
        correct_unit(unit, fixed, version=unit.version, **act)
    elif kind == "split":
        part = {"name": f"分{number}", "region": unit.region, "category": unit.category}
        split_unit(unit, [part], **act)
    else:
        dice.choice([close_unit, lambda u, **a: merge_unit(u, into=cast.other, **a)])(unit, **act)


def replayed(events, day):
    """Fold the events up to `day`; a correction reaches back to where the last change began."""
    state = None
    for event in in_effect(events):
        if event.happened_on > day:
            break
        if event.kind in (Kind.CLOSE, Kind.MERGE):
            return None
        if event.kind == Kind.REGISTER:
            state = {
                "name": event.after["name"],
                "region_id": event.after["region"],
                "address": event.after["address"],
            }
        known = {"name": "name", "region": "region_id", "address": "address"}
        for key, name in known.items():
            if event.kind != Kind.REGISTER and key in event.after:
                state[name] = event.after[key]
    return state


def in_effect(events):
    """Events by the day they count from; those that turn a page in the order of recording."""
    ordered, turned = [], START
    for event in sorted(events, key=lambda each: each.pk):
        if event.kind == Kind.CORRECT:
            event.happened_on = turned
        elif event.kind in (Kind.RENAME, Kind.TRANSFER):
            turned = event.happened_on
        ordered.append(event)
    return sorted(ordered, key=lambda each: (each.happened_on, each.pk))
