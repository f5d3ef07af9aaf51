"""The demonstration: invented, whole, the same for the same seed, and never in earnest."""

import random
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from portal.models import AuditEvent, Region, User
from portal.operations.reference import DIVISIONS
from units.models import Designation, Unit, UnitEvent, UnitSpell
from units.operations.demo.registry import Register
from units.operations.demo.titles import home_region

HOME = "150700000000"


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker):
    """One seeding for all tests of this file, rolled back after the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("import_regions", str(DIVISIONS[0]), verbosity=0)
        call_command("load_reference", "--no-regions", verbosity=0)
        call_command("seed_demo", seed=7)
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_every_county_and_most_categories_have_units_named_as_examples(seeded):
    units = Unit.objects.select_related("region", "category")

    counties = Region.objects.filter(parent__code=HOME, level=Region.Level.COUNTY)
    assert counties.count() == 14
    for county in counties:
        assert units.within(county).count() >= 30, county
    assert all("示例" in unit.name for unit in units)
    assert {unit.contact_phone for unit in units} <= {"0470-0000000", ""}
    assert len({unit.category_id for unit in units}) >= 12
    assert 450 <= len(units) <= 550


@pytest.mark.django_db
def test_titles_show_every_status_at_every_level(seeded):
    day = timezone.localdate()
    titles = Designation.objects.with_status(day, 180)

    statuses = Counter(titles.values_list("status", flat=True))
    assert set(statuses) >= {
        "valid",
        "due",
        "expired",
        "reverifying",
        "revoked",
        "withdrawn",
        "superseded",
    }
    assert len(set(titles.values_list("level", flat=True))) == 4
    assert 480 <= titles.count() <= 560
    assert not titles.exclude(title="").exclude(title__contains="民族团结进步").exists()


@pytest.mark.django_db
def test_changes_went_through_the_operations_and_left_audit_lines(seeded):
    kinds = Counter(UnitEvent.objects.values_list("kind", flat=True))

    changes = {kind: count for kind, count in kinds.items() if kind != "register"}
    assert 38 <= sum(changes.values()) <= 50
    assert set(changes) == {"rename", "transfer", "merge", "split", "close"}
    assert UnitSpell.objects.filter(ends_on=None).count() == Unit.objects.active().count()
    lines = Counter(AuditEvent.objects.values_list("action", flat=True))
    assert lines["unit.register"] == Unit.objects.count()
    assert lines["unit.rename"] == kinds["rename"]


@pytest.mark.django_db
def test_each_clerk_of_the_demonstration_has_a_unit_with_a_title(seeded):
    clerks = User.objects.filter(role=User.Role.CLERK, is_demo=True)

    assert clerks.count() >= 3
    for clerk in clerks:
        assert Designation.objects.visible_to(clerk).in_force(timezone.localdate()).exists()


@pytest.mark.django_db
def test_a_second_run_does_nothing(seeded):
    before = (Unit.objects.count(), Designation.objects.count(), AuditEvent.objects.count())

    call_command("seed_demo", seed=7)

    after = (Unit.objects.count(), Designation.objects.count(), AuditEvent.objects.count())
    assert after == before


@pytest.mark.django_db
def test_the_same_seed_makes_the_same_units_and_another_makes_others(seeded):
    day = timezone.localdate()
    home = home_region(HOME)
    names = lambda seed: [u.name for u in Register(random.Random(seed), home, day).fill()]

    assert names(7) == names(7)
    assert names(7) != names(8)


def test_there_is_no_demonstration_in_earnest(settings, db):
    settings.SERVER = True
    before = Unit.objects.count()

    with pytest.raises(CommandError, match="正式环境不能建立演示数据"):
        call_command("seed_demo")

    assert Unit.objects.count() == before
