"""Titles: entering, correcting, moving."""

from datetime import date

import pytest

from portal.errors import Refused
from portal.models import AuditEvent
from portal.versions import Stale
from tests.factories import NOON, make_batch, make_designation, make_kind, make_officer
from units.forms.title import CorrectDesignationForm, DesignationForm, batch_label
from units.models import Designation, HonourRule, Level, Regulation
from units.operations.titles import add_designation, correct_designation, move_designation

State = Designation.State


@pytest.fixture
def five_years(db):
    regulation = Regulation.objects.create(title="示例办法", starts_on=date(2020, 1, 1))
    return HonourRule.objects.create(regulation=regulation, level=Level.CITY, term_years=5)


def values(unit, **more):
    plain = {"level": Level.CITY, "kind": make_kind(), "named_year": 2021}
    return {"unit": unit, **plain, **more}


def test_a_title_takes_text_number_days_and_term_from_what_is_known(cast, five_years):
    batch = make_batch("第二批", document_no="呼民委发[2021]2", named_on=date(2021, 12, 28))
    given = values(cast.one, batch=batch, named_year=None)

    title = add_designation(given, actor=cast.east_officer, at=NOON)

    assert title.title == "全市民族团结进步示范单位"
    assert title.document_no == "呼民委发〔2021〕2号"
    assert title.document_no_printed == "呼民委发[2021]2"
    assert (title.named_on, title.named_year) == (date(2021, 12, 28), 2021)
    assert (title.starts_on, title.ends_on) == (date(2021, 12, 28), date(2026, 12, 28))
    assert AuditEvent.objects.about(title).get().after["单位"] == "示例东嘎查"


def test_of_a_year_alone_the_term_counts_from_its_first_day(cast, five_years):
    title = add_designation(values(cast.one), actor=cast.east_officer, at=NOON)

    assert (title.named_on, title.starts_on, title.ends_on) == (
        None,
        date(2021, 1, 1),
        date(2026, 1, 1),
    )


def test_before_any_regulation_the_end_stays_open(cast, five_years):
    title = add_designation(values(cast.one, named_year=2012), actor=cast.east_officer, at=NOON)

    assert title.ends_on is None


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"named_on": date(2026, 11, 23), "named_year": 2026}, "在今天之后"),
        ({"named_on": date(2020, 11, 23)}, "不是同一年"),
        ({"starts_on": date(2021, 2, 1), "ends_on": date(2021, 1, 1)}, "止日早于起日"),
        ({"named_year": None}, "至少填一项"),
    ],
)
def test_days_that_cannot_be_are_refused(cast, more, sentence):
    with pytest.raises(Refused, match=sentence):
        add_designation(values(cast.one, **more), actor=cast.east_officer, at=NOON)

    assert not Designation.objects.exists()


def test_a_batch_of_another_level_is_refused(cast):
    batch = make_batch("第九批", level=Level.NATIONAL, year=2021)

    with pytest.raises(Refused, match="批次与称号的级别或种类不一致"):
        add_designation(values(cast.one, batch=batch), actor=cast.east_officer, at=NOON)


def test_a_county_names_only_its_own_units(cast):
    own = make_batch("第一批", level=Level.COUNTY, region=cast.east)
    beside = make_batch("第一批", level=Level.COUNTY, region=cast.west)
    county = {"level": Level.COUNTY, "named_year": 2021}

    with pytest.raises(Refused, match="由西旗命名"):
        add_designation(values(cast.one, batch=beside, **county), actor=cast.city_officer, at=NOON)

    title = add_designation(values(cast.one, batch=own, **county), actor=cast.city_officer, at=NOON)
    assert batch_label(title.batch) == "旗县级第一批（东旗 示范单位）"


def test_the_same_title_twice_is_refused_unless_the_first_was_voided(cast):
    first = add_designation(values(cast.one), actor=cast.east_officer, at=NOON)
    with pytest.raises(Refused, match="已登记过"):
        add_designation(values(cast.one), actor=cast.east_officer, at=NOON)

    void = {"actor": cast.east_officer, "at": NOON, "on": date(2026, 11, 22), "note": "重复"}
    move_designation("void", first, **void)

    assert add_designation(values(cast.one), actor=cast.east_officer, at=NOON).pk != first.pk


def test_an_officer_elsewhere_cannot_add_a_title(cast):
    with pytest.raises(Refused, match="不在您的审核范围内"):
        add_designation(values(cast.one), actor=cast.west_officer, at=NOON)


def test_the_second_corrector_overwrites_nothing(cast):
    title = make_designation(cast.one)
    mine = Designation.objects.get(pk=title.pk)
    act = {"actor": cast.east_officer, "at": NOON, "version": 1}
    correct_designation(title, {"title": "全市民族团结进步示范嘎查"}, **act)

    with pytest.raises(Stale) as stale:
        correct_designation(mine, {"title": "别的写法"}, **act)

    assert stale.value.current.title == "全市民族团结进步示范嘎查"


def test_a_move_keeps_the_day_it_counts_from(cast):
    title = make_designation(cast.one)

    move_designation(
        "revoke",
        title,
        actor=make_officer(cast.city, may_sign=True),
        at=NOON,
        on=date(2026, 3, 1),
        document_no="呼民委发[2026]3",
        note="弄虚作假",
    )

    event = title.events.get()
    assert (event.verb, event.label, event.state) == ("revoke", "撤销", State.REVOKED)
    assert (event.happened_on, event.document_no) == (date(2026, 3, 1), "呼民委发〔2026〕3号")
    line = AuditEvent.objects.about(title).get()
    assert line.after == {
        "state": "revoked",
        "生效日期": "2026-03-01",
        "文号": "呼民委发〔2026〕3号",
    }
    then = Designation.objects.with_state_on(date(2026, 2, 28)).get()
    assert (then.state_then, then.state) == (State.ACTIVE, State.REVOKED)


@pytest.mark.parametrize(
    ("on", "sentence"),
    [(date(2026, 11, 23), "在今天之后"), (date(2023, 12, 31), "不能早于这一天")],
)
def test_a_move_on_an_impossible_day_is_refused(cast, on, sentence):
    title = make_designation(cast.one)

    with pytest.raises(Refused, match=sentence):
        move_designation("reverify", title, actor=cast.east_officer, at=NOON, on=on)

    title.refresh_from_db()
    assert title.state == State.ACTIVE


def test_revoking_needs_a_reason(cast):
    title = make_designation(cast.one)

    with pytest.raises(Refused, match="须填写说明"):
        signer = make_officer(cast.city, may_sign=True)
        move_designation("revoke", title, actor=signer, at=NOON, on=date(2026, 3, 1))


def test_a_title_entered_by_mistake_never_was(cast):
    title = make_designation(cast.one)
    void = {"actor": cast.east_officer, "at": NOON, "on": date(2026, 11, 22), "note": "录错"}

    move_designation("void", title, **void)

    then = Designation.objects.with_state_on(date(2024, 6, 1)).get()
    assert then.state_then == State.VOIDED


def test_an_officer_elsewhere_cannot_correct_a_title(cast):
    title = make_designation(cast.one)

    with pytest.raises(Refused, match="不在您的审核范围内"):
        correct_designation(title, {"remark": "x"}, actor=cast.west_officer, at=NOON, version=1)


def test_a_title_is_offered_the_rounds_of_its_own_county_alone(cast):
    own = make_batch("第一批", Level.COUNTY, region=cast.east)
    make_batch("第一批", Level.COUNTY, region=cast.west)
    city = make_batch("第五批", region=cast.city)

    form = DesignationForm(user=cast.city_officer, unit=cast.one)

    assert set(form.fields["batch"].queryset) == {own, city}


def test_a_kind_no_longer_used_stays_with_the_title_that_has_it(cast):
    kept, other = make_kind("老种类", is_active=False), make_kind("旧种类", is_active=False)
    title = make_designation(cast.one, kind=kept)
    told = CorrectDesignationForm.initial_of(title)

    form = CorrectDesignationForm(user=cast.city_officer, unit=cast.one, initial=told)

    assert kept in form.fields["kind"].queryset
    assert other not in form.fields["kind"].queryset
