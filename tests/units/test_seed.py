"""The demonstration: invented, whole, the same for the same seed, and never in earnest."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from portal.models import AuditEvent, Region, User
from portal.operations.demo_people import look_of
from portal.operations.reference import DIVISIONS
from units.models import (
    Application,
    Batch,
    Consultation,
    Delegation,
    Designation,
    Objection,
    Opinion,
    Submission,
    Unit,
    UnitEvent,
    UnitSpell,
)
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
def test_each_clerk_of_the_demonstration_has_a_title_or_an_application(seeded):
    clerks = User.objects.filter(role=User.Role.CLERK, is_demo=True)

    held = Designation.objects.in_force(timezone.localdate()).values("unit")
    assert clerks.filter(username__in=["tianbao-1", "tianbao-2", "tianbao-3"]).count() == 3
    for clerk in clerks:
        titled = clerk.units.filter(pk__in=held).exists()
        assert titled or Application.objects.visible_to(clerk).exists(), clerk


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


@pytest.mark.django_db
def test_batches_stand_at_every_stage_of_the_cycle(seeded):
    run = {each.name: each for each in Batch.objects.exclude(rule=None)}

    (notice,) = (each for name, each in run.items() if name.endswith("年度"))
    (signing,) = (each for name, each in run.items() if name.endswith("年首批"))
    named = run["第五批"]
    assert (named.state, named.decisions.get().state) == ("done", "applied")
    assert timedelta(600) < timezone.localdate() - named.named_on < timedelta(900)
    assert named.deliberation.choices.filter(chosen=True).exclude(reason="").exists()
    outcomes = Objection.objects.filter(notice__batch=named).values_list("state", flat=True)
    assert sorted(outcomes) == ["dismissed", "upheld"]
    assert notice.notices.get().is_running(timezone.localdate())
    assert notice.notices.get().objections.get().state == "received"
    assert signing.deliberation.sign_offs.count() == 2
    clerk = User.objects.get(username="tianbao-mingming")
    assert named.designations.visible_to(clerk).in_force(timezone.localdate()).exists()
    assert run["第六批"].state == "open" and run["第七批"].state == "draft"
    assert set(Batch.objects.filter(rule=None).values_list("state", flat=True)) == {"done"}
    assert "事迹材料 300 至 2000 字" in run["第六批"].notice_text


@pytest.mark.django_db
def test_the_open_batch_has_applications_at_every_desk(seeded):
    batch = Batch.objects.exclude(rule=None).get(number=6)
    rows = batch.applications.all()

    states = Counter(rows.values_list("state", flat=True))
    assert set(states) == {
        "draft", "reviewing", "returned", "withdrawn", "rejected", "accepted",
    }  # fmt: skip
    desks = Counter(rows.filter(state="reviewing").values_list("desk__level", "at_line_desk"))
    assert {("township", False), ("county", False), ("city", False), ("city", True)} <= set(desks)
    again = Submission.objects.filter(application__batch=batch, number__gt=1).exclude(changes=[])
    assert again.count() >= 2
    remarks = Opinion.objects.filter(application__batch=batch, kind="return").exclude(remarks={})
    assert remarks.exists()
    late = Consultation.objects.overdue(timezone.localdate()).filter(application__batch=batch)
    assert late.count() == 1
    assert Delegation.objects.on(timezone.localdate()).exists()


@pytest.mark.django_db
def test_a_title_of_the_demonstration_ends_at_each_mark(seeded):
    ends = Designation.objects.filter(remark__contains="临近到期").values_list("ends_on", flat=True)

    left = sorted((each - timezone.localdate()).days - 1 for each in ends)
    assert left == [1, 7, 30, 90, 180]


@pytest.mark.django_db
def test_every_account_of_the_demonstration_is_told_what_to_look_at(seeded):
    names = User.objects.filter(is_demo=True).values_list("username", flat=True)

    assert len(names) > 40
    assert not [name for name in names if not look_of(name)]
