"""Many rows at once: what was picked, what was told, all or nothing, and the way back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.errors import Refused
from portal.models import AuditEvent
from tests import factories as make
from tests.factories import NOON
from units.models import Category, ChangeEntry, ChangeSet, Designation, Unit, UnitEvent, UnitSpell
from units.operations.bulk import change_category
from units.operations.undo import undo_change


@pytest.fixture
def school(db):
    return make.make_category("学校")


def reclassify(units, category, actor, **fields):
    fields = {"expected": len(units), "actor": actor, "at": NOON} | fields
    return change_category([unit.pk for unit in units], category, **fields)


def test_a_bulk_change_moves_unit_spell_and_history_and_is_audited_once(cast, school):
    changeset = reclassify([cast.one, cast.other], school, cast.city_officer)

    assert set(Unit.objects.values_list("category__name", "version")) == {("学校", 2)}
    assert set(UnitSpell.objects.values_list("category__name", flat=True)) == {"学校"}
    assert UnitEvent.objects.filter(kind="correct", recorded_by=cast.city_officer).count() == 2
    event = AuditEvent.objects.get(action="unit.change_category")
    assert (event.actor, event.target_id) == (cast.city_officer, str(changeset.pk))
    assert event.after == {"类别": "学校", "家数": 2}


def test_undoing_puts_everything_back_and_says_so(cast, school):
    before = cast.one.category
    changeset = reclassify([cast.one, cast.other], school, cast.city_officer)

    undo_change(changeset, actor=cast.city_officer, at=NOON + timedelta(days=29))

    assert set(Unit.objects.values_list("category", "version")) == {(before.pk, 3)}
    assert set(UnitSpell.objects.values_list("category", flat=True)) == {before.pk}
    last = UnitEvent.objects.filter(unit=cast.one).order_by("-pk").first()
    assert last.after == {"category": before.pk}
    assert last.note.startswith("撤回：")
    changeset.refresh_from_db()
    assert changeset.undone_by == cast.city_officer
    assert AuditEvent.objects.filter(action="change.undo").count() == 1


def test_one_row_that_moved_on_keeps_all_as_they_are(cast, school):
    changeset = reclassify([cast.one, cast.other], school, cast.city_officer)
    Unit.objects.filter(pk=cast.one.pk).update(version=3)

    with pytest.raises(Refused, match=r"示例东嘎查（之后又有修改）。没有撤回任何一行"):
        undo_change(changeset, actor=cast.city_officer, at=NOON)

    assert set(Unit.objects.values_list("category__name", flat=True)) == {"学校"}
    assert ChangeSet.objects.get().undone_at is None


def test_a_change_is_undone_once_within_thirty_days_by_its_maker(cast, school):
    changeset = reclassify([cast.one], school, cast.city_officer)

    with pytest.raises(Refused, match="超过 30 天"):
        undo_change(changeset, actor=cast.city_officer, at=NOON + timedelta(days=30))
    with pytest.raises(Refused, match="只能由当时办理"):
        undo_change(changeset, actor=cast.east_officer, at=NOON)
    undo_change(changeset, actor=cast.city_officer, at=NOON)
    with pytest.raises(Refused, match="没有再次撤回"):
        undo_change(changeset, actor=cast.city_officer, at=NOON)


def test_a_unit_no_longer_in_sight_is_not_put_back(cast, school):
    changeset = reclassify([cast.one], school, cast.east_officer)
    Unit.objects.filter(pk=cast.one.pk).update(region=cast.west)

    with pytest.raises(Refused, match="已不在您的辖区"):
        undo_change(changeset, actor=cast.east_officer, at=NOON)


@pytest.fixture
def imported(cast):
    """A unit and its title that one change made, as an import writes them."""
    unit = make.make_unit(cast.east, "示例新单位")
    title = make.make_designation(unit)
    changeset = ChangeSet.objects.create(
        kind=ChangeSet.Kind.IMPORT, summary="导入 1 家", actor=cast.east_officer, at=NOON
    )
    for row in (unit, title):
        ChangeEntry.objects.create(
            changeset=changeset,
            target_type=row._meta.label_lower,
            target_id=row.pk,
            after={"name": str(row)},
            version_after=1,
        )
    return changeset, unit, title


def test_undoing_an_import_takes_away_what_it_made(cast, imported):
    changeset, unit, title = imported

    undo_change(changeset, actor=cast.east_officer, at=NOON)

    assert not Unit.objects.filter(pk=unit.pk).exists()
    assert not Designation.objects.filter(pk=title.pk).exists()
    assert Unit.objects.filter(pk=cast.one.pk).exists()


def test_an_import_stays_while_later_work_stands_on_it(cast, imported):
    changeset, unit, _ = imported
    make.make_designation(unit, named_year=2025)

    with pytest.raises(Refused, match="示例新单位（之后登记了称号）"):
        undo_change(changeset, actor=cast.east_officer, at=NOON)
    assert Unit.objects.filter(pk=unit.pk).exists()


def test_an_import_stays_once_a_clerk_was_given_the_unit(cast, imported):
    changeset, unit, _ = imported
    make.make_clerk(unit)

    with pytest.raises(Refused, match="之后指定了填报员"):
        undo_change(changeset, actor=cast.east_officer, at=NOON)


def test_an_import_stays_once_its_title_has_moved(cast, imported):
    changeset, _, title = imported
    Designation.objects.filter(pk=title.pk).update(moves=1, state="revoked")

    with pytest.raises(Refused, match="之后状态有变动"):
        undo_change(changeset, actor=cast.east_officer, at=NOON)


def test_a_unit_out_of_sight_is_never_changed(cast, school):
    with pytest.raises(Refused, match="您确认时是 2 家，现在是 1 家"):
        reclassify([cast.one, cast.other], school, cast.east_officer)
    assert not Unit.objects.filter(category=school).exists()


@pytest.mark.parametrize("role", ["clerk", "auditor", "system_admin"])
def test_only_officers_change_many_units(cast, school, role):
    with pytest.raises(Refused, match="只有审核人员"):
        reclassify([cast.one], school, make.make_user(role, cast.city))


def test_a_closed_unit_and_one_that_stands_for_a_region_keep_the_others_back(cast, school):
    Unit.objects.filter(pk=cast.one.pk).update(represents=cast.east_sumu)
    with pytest.raises(Refused, match="示例东嘎查 1 家代表一个地区"):
        reclassify([cast.one, cast.other], school, cast.city_officer)

    Unit.objects.filter(pk=cast.one.pk).update(represents=None, closed_on="2026-01-01")
    with pytest.raises(Refused, match="示例东嘎查 1 家已注销"):
        reclassify([cast.one, cast.other], school, cast.city_officer)
    assert not ChangeSet.objects.exists()


def test_units_that_have_the_category_already_are_left_alone(cast, school):
    Unit.objects.filter(pk=cast.one.pk).update(category=school)
    changeset = reclassify([cast.one, cast.other], school, cast.city_officer)

    assert [entry.target_id for entry in changeset.entries.all()] == [cast.other.pk]
    with pytest.raises(Refused, match="都已是"):
        reclassify([cast.one, cast.other], school, cast.city_officer)


def test_the_bar_asks_before_it_changes_all_that_the_filter_finds(client, cast, school):
    make.make_unit(cast.east, "示例学堂")
    client.force_login(cast.city_officer)
    bar = reverse("units:register-bulk") + "?q=示例东嘎查"

    asked = client.post(bar, {"scope": "all", "act": "category"})
    page = client.get(asked.url)

    assert page.context["number"] == 1
    assert not Unit.objects.filter(category=school).exists()
    form = {"form_key": "k1", "expected": 1, "category": school.pk}
    done = client.post(asked.url, form)
    assert done.url == reverse("units:change", args=[ChangeSet.objects.get().pk])
    assert [unit.name for unit in Unit.objects.filter(category=school)] == ["示例东嘎查"]
    again = client.post(asked.url, form)
    assert (again.url, ChangeSet.objects.count()) == (done.url, 1)


def test_ticked_rows_only_are_changed(client, cast, school):
    client.force_login(cast.city_officer)
    bar = reverse("units:register-bulk")

    asked = client.post(bar, {"scope": "picked", "act": "category", "pk": [cast.other.pk]})
    client.post(asked.url, {"expected": 1, "category": school.pk})

    assert [unit.name for unit in Unit.objects.filter(category=school)] == ["示例西社区"]


def test_a_change_is_taken_back_on_its_page(client, cast, school):
    changeset = reclassify([cast.one], school, cast.city_officer, at=timezone.now())
    client.force_login(cast.city_officer)

    page = client.get(reverse("units:change", args=[changeset.pk])).content.decode()
    assert "学校" in page
    client.post(reverse("units:change-undo", args=[changeset.pk]))

    assert not Unit.objects.filter(category=school).exists()
    assert Category.objects.filter(pk=school.pk).exists()
