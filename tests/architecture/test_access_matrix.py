"""Every address × method × person × place: what is not declared here does not exist."""

import pytest
from django.db import transaction
from django.urls import get_resolver
from django.utils import timezone

from portal.models import Heartbeat
from portal.scoping import ScopedQuerySet
from tests.architecture.matrix import all_rows, check_person, names_in, sign_all_in
from tests.architecture.world import PEOPLE, build

ROWS = all_rows()


def test_every_address_has_a_row_and_every_row_an_address():
    assert set(names_in(get_resolver())) == set(ROWS)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The world, built once: it takes longer than asking. Each test's own work is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build()
        made.cookies = sign_all_in(made)
        yield made
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ROWS))
def test_nobody_reads_or_writes_beyond_their_scope(name, world):
    Heartbeat.objects.update(at=timezone.now())
    for person in PEOPLE:
        check_person(name, ROWS[name], world, person)


SCOPED = sorted(name for name, row in ROWS.items() if row.finds)


@pytest.mark.django_db
@pytest.mark.parametrize("name", SCOPED)
def test_the_matrix_notices_when_scope_is_gone(name, world, monkeypatch):
    for each in _scoped_classes(ScopedQuerySet):
        monkeypatch.setattr(each, "visible_to", lambda self, user: self.all())

    with pytest.raises(AssertionError):
        for person in PEOPLE:
            check_person(name, ROWS[name], world, person)


def _scoped_classes(top):
    yield top
    for each in top.__subclasses__():
        yield from _scoped_classes(each)


def test_every_table_of_the_portal_says_whose_rows_it_shows():
    from django.apps import apps

    silent = {
        model._meta.label
        for app in ("portal", "units", "evaluations", "awards")
        for model in apps.get_app_config(app).get_models()
        if not hasattr(model._default_manager, "visible_to")
    }

    assert silent == PARTS_OR_REFERENCE


# Reached only through a row that has been fetched within scope, or of the portal's own keeping.
PARTS_OR_REFERENCE = {
    "awards.CertificateIssuer",
    "awards.CertificateSeries",
    "evaluations.Answer",
    "evaluations.AnswerEvidence",
    "evaluations.Conflict",
    "evaluations.Indicator",
    "evaluations.ItemMapping",
    "evaluations.PictureKey",
    "evaluations.Score",
    "evaluations.TeamMember",
    "portal.AuditHead",
    "portal.ClockMark",
    "portal.DailyTries",
    "portal.FormKey",
    "portal.Heartbeat",
    "portal.Hit",
    "portal.RegionEvent",
    "portal.RegionName",
    "portal.ScheduleSlot",
    "portal.SignInCode",
    "units.BatchIssuer",
    "units.BatchStage",
    "units.ChangeEntry",
    "units.Choice",
    "units.DecisionIssuer",
    "units.DecisionLine",
    "units.DesignationEvent",
    "units.NoticeEntry",
    "units.ObjectionFile",
    "units.Quota",
    "units.RectificationFile",
    "units.RectificationItem",
    "units.Requirement",
    "units.RuleIssuer",
    "units.RuleSource",
    "units.SignOff",
    "units.UnitEvent",
    "units.UnitName",
}
