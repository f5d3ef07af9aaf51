"""The database itself keeps a decision in force as it is, whoever holds the connection."""

import pytest
from django.db import DatabaseError, connection, transaction

from portal import guards
from tests import factories as make
from tests.units.decided import draft, make_city, make_draft, make_proposed
from units.models import DecisionLine, NamingDecision
from units.operations import decisions as act


@pytest.fixture
def city(cast):
    return make_city(cast)


def raw(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


EDITS = [
    "UPDATE units_namingdecision SET document_no = 'x' WHERE id = {decision}",
    "UPDATE units_namingdecision SET state = 'draft' WHERE id = {decision}",
    "UPDATE units_namingdecision SET decided_on = '2020-01-01' WHERE id = {decision}",
    "UPDATE units_namingdecision SET text = 'x', applied_at = NULL WHERE id = {decision}",
    "UPDATE units_decisionline SET unit_name = 'x' WHERE decision_id = {decision}",
    "UPDATE units_decisionline SET decision_id = {other} WHERE decision_id = {decision}",
    "UPDATE units_decisionline SET decision_id = {decision} WHERE decision_id = {other}",
    "DELETE FROM units_decisionline WHERE decision_id = {decision}",
    "INSERT INTO units_decisionline (decision_id, effect, unit_id, position, unit_name,"
    " region_name, title, reason) VALUES ({decision}, 'name', {unit}, 99, 'x', 'x', 'x', '')",
    "UPDATE units_decisionissuer SET name = 'x' WHERE decision_id = {decision}",
    "DELETE FROM units_decisionissuer WHERE decision_id = {decision}",
]


def test_the_database_keeps_a_decision_in_force_as_it_is(city):
    decision = act.apply_decision(draft(city), **city.leader)
    batch, leaders, _ = make_proposed(
        city.cast.city, [make.make_unit(city.cast.west)], name="第八批"
    )
    other = make_draft(batch, leaders[0], document_no="示例8号")
    keys = {"decision": decision.pk, "other": other.pk, "unit": city.cast.one.pk}
    before = list(DecisionLine.objects.order_by("pk").values())

    for edit in EDITS:
        with pytest.raises(DatabaseError, match="已生效的命名决定不能更改"):
            raw(edit.format(**keys))
    with pytest.raises(DatabaseError, match="已生效的命名决定不能更改"), transaction.atomic():
        NamingDecision.objects.filter(pk=decision.pk).update(title="x")

    assert list(DecisionLine.objects.order_by("pk").values()) == before
    raw(f"UPDATE units_namingdecision SET text = 'x' WHERE id = {other.pk}")
    raw(f"DELETE FROM units_decisionline WHERE decision_id = {other.pk}")


def test_a_decision_in_force_is_not_deleted_by_any_means(city):
    decision = act.apply_decision(draft(city), **city.leader)

    with pytest.raises(DatabaseError, match="已生效的命名决定不能更改"), transaction.atomic():
        raw(f"DELETE FROM units_namingdecision WHERE id = {decision.pk}")
    with pytest.raises(DatabaseError), transaction.atomic():
        decision.delete()


def test_the_guards_are_in_place():
    names = {name for name in guards.ADDED if name.startswith("decision_")}

    assert len(names) == 8


@pytest.mark.django_db
def test_no_guard_is_missing():
    assert guards.missing(connection) == []
