"""Every lifecycle table: all states reachable, every state has a tone, verbs fit an address."""

import re
from importlib import import_module
from importlib.util import find_spec

import pytest

from portal.lifecycle import Lifecycle

TABLES = [
    table
    for app in ("units", "evaluations", "awards")
    if find_spec(f"{app}.lifecycles")
    for table in vars(import_module(f"{app}.lifecycles")).values()
    if isinstance(table, Lifecycle)
]


def test_there_are_tables_to_walk():
    assert TABLES


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.model.__name__)
def test_every_state_can_be_reached(table):
    reached = {table.model._meta.get_field("state").default}
    for _ in table.model.State:
        reached |= {step.target for step in table.steps.values() if reached & set(step.source)}

    assert reached == set(table.model.State)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.model.__name__)
def test_every_verb_fits_an_address_and_has_a_label(table):
    for verb, step in table.steps.items():
        assert re.fullmatch(r"[a-z_]+", verb)
        assert step.label
