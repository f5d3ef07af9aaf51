"""May this unit apply? Each sentence, and the rule that is asked."""

from datetime import date, timedelta

import pytest

from tests import factories as make
from tests.factories import NOON, TODAY
from units.eligibility import RuleBook, asked_categories, obstacles, rule_of, why_not_now
from units.models import (
    Batch,
    BatchStage,
    Designation,
    ExitCase,
    HonourRule,
    Level,
    NamingDecision,
    Quota,
    RecommendingBody,
    Rectification,
)
from units.recommenders import bodies_for, hearing

P = HonourRule.ExpiryPolicy


@pytest.fixture
def batch(cast):
    make.make_body(cast.east)
    return make.make_running_batch(cast.city)


def against(cast, batch, category=None, on=TODAY):
    batch = Batch.objects.get(pk=batch.pk)
    return obstacles(cast.one, batch, category or cast.one.category, on)


def hold(unit, level, starts_on, ends_on, **fields):
    return make.make_designation(
        unit, level=level, starts_on=starts_on, ends_on=ends_on, named_on=starts_on, **fields
    )


def test_a_unit_of_the_region_may_apply(cast, batch):
    assert against(cast, batch) == []


def test_a_unit_outside_the_naming_region_may_not(cast):
    batch = make.make_running_batch(cast.west)

    assert against(cast, batch) == ["“示例东嘎查”不在西旗辖区内，不能在本批次申报。"]


def test_a_closed_unit_may_not(cast, batch):
    cast.one.closed_on = date(2026, 3, 1)

    assert against(cast, batch) == ["“示例东嘎查”已于 2026 年 3 月 1 日注销，不能申报。"]


def test_a_merged_unit_is_told_who_applies_instead(cast, batch):
    cast.one.closed_on, cast.one.successor = date(2026, 3, 1), cast.other

    (said,) = against(cast, batch)

    assert said.endswith("并入“示例西社区”，不能再申报，请由“示例西社区”申报。")


def test_a_lower_title_is_asked_for(cast, batch):
    HonourRule.objects.update(requires_level=Level.COUNTY)

    assert against(cast, batch) == ["尚未获得旗县级称号，本批次须先获得旗县级称号。"]


def test_a_lower_title_that_ended_is_told_with_its_day(cast, batch):
    HonourRule.objects.update(requires_level=Level.COUNTY)
    hold(cast.one, Level.COUNTY, date(2020, 5, 1), date(2025, 5, 1))

    assert against(cast, batch) == [
        "旗县级称号已于 2025 年 4 月 30 日到期，本批次须先获得旗县级称号。"
    ]


def test_years_held_are_counted_over_titles_without_a_gap(cast, batch):
    HonourRule.objects.update(requires_level=Level.COUNTY, years_held=3)
    hold(cast.one, Level.COUNTY, date(2025, 6, 1), date(2030, 6, 1))

    (said,) = against(cast, batch)
    hold(cast.one, Level.COUNTY, date(2020, 6, 1), date(2025, 6, 1), batch=make.make_batch("二"))

    assert said == (
        "保持旗县级称号不足 3 年：自 2025 年 6 月 1 日起，2028 年 6 月 1 日满，"
        "须先获得旗县级称号并保持满 3 年。"
    )
    assert against(cast, batch) == []


def test_on_the_very_day_the_years_are_full(cast, batch):
    HonourRule.objects.update(requires_level=Level.COUNTY, years_held=3)
    hold(cast.one, Level.COUNTY, TODAY.replace(year=2023), date(2028, 6, 1))

    assert against(cast, batch) == []
    assert against(cast, batch, on=TODAY - timedelta(days=1)) != []


def test_what_was_held_before_a_revocation_does_not_count(cast, batch):
    HonourRule.objects.update(requires_level=Level.COUNTY, years_held=3)
    hold(cast.one, Level.COUNTY, date(2025, 6, 1), date(2030, 6, 1))
    hold(
        cast.one,
        Level.COUNTY,
        date(2020, 6, 1),
        date(2025, 6, 1),
        state=Designation.State.REVOKED,
        batch=make.make_batch("二"),
    )

    assert len(against(cast, batch)) == 1


def test_an_exempt_category_needs_no_lower_title(cast, batch):
    HonourRule.objects.update(requires_level=Level.COUNTY)
    batch.rule.exempt_categories.add(cast.one.category)

    assert against(cast, batch) == []


def test_whoever_holds_the_level_is_sent_to_the_reverification(cast, batch):
    HonourRule.objects.update(expiry_policy=P.REVERIFY)
    hold(cast.one, Level.CITY, date(2022, 6, 1), date(2027, 6, 1))

    assert against(cast, batch) == [
        "已有盟市级称号，有效期至 2027 年 5 月 31 日；到期前参加复验，不需重新申报。"
    ]


def test_re_application_opens_some_months_before_the_end(cast, batch):
    HonourRule.objects.update(expiry_policy=P.REAPPLY, reverify_months=6)
    hold(cast.one, Level.CITY, date(2022, 6, 1), date(2027, 6, 1))

    early = against(cast, batch)

    assert "到期前 6 个月（2026 年 12 月 1 日起）才可重新申报。" in early[0]
    assert against(cast, batch, on=date(2026, 12, 1)) == []


def test_the_ban_after_a_revocation_names_its_end(cast, batch):
    title = hold(cast.one, Level.CITY, date(2022, 6, 1), date(2027, 6, 1), state="revoked")
    decision = NamingDecision.objects.create(
        kind=NamingDecision.Kind.REVOCATION,
        region=cast.city,
        title="示例撤销决定",
        document_no="示例〔2026〕1号",
        decided_on=date(2026, 1, 10),
        created_at=NOON,
        created_by=cast.city_officer,
    )
    ExitCase.objects.create(
        designation=title,
        decision=decision,
        ground=ExitCase.Ground.FRAUD,
        happened_on=date(2026, 1, 10),
        reapply_from=TODAY + timedelta(days=1),
        recorded_at=NOON,
        recorded_by=cast.city_officer,
    )

    (said,) = against(cast, batch)

    assert "于 2026 年 1 月 10 日已撤销（弄虚作假），2026 年 11 月 23 日起方可重新申报。" in said
    assert against(cast, batch, on=TODAY + timedelta(days=1)) == []


def test_an_open_rectification_blocks(cast, batch):
    title = hold(cast.one, Level.COUNTY, date(2022, 6, 1), date(2027, 6, 1))
    case = Rectification.objects.create(
        designation=title,
        source=Rectification.Source.SPOT,
        ordered_on=TODAY,
        due_on=date(2027, 2, 1),
        ordered_by=cast.city_officer,
    )

    (said,) = against(cast, batch)
    Rectification.objects.filter(pk=case.pk).update(state=Rectification.State.CLOSED)

    assert said.startswith("有 1 项整改尚未销号（期限 2027 年 2 月 1 日）。")
    assert "第六十八条" in said
    assert against(cast, batch) == []


def test_a_unit_applies_once_in_a_batch_unless_it_withdrew(cast, batch):
    made = make.make_application(cast.one, batch)

    (said,) = against(cast, batch)
    type(made).objects.update(state="withdrawn")

    assert said == "已在本批次申报（草稿），一个单位在一批中只能申报一次。"
    assert against(cast, batch) == []


def test_a_category_without_places_is_not_asked_for(cast, batch):
    school, body = make.make_category("学校"), make.make_body(cast.east)
    Quota.objects.create(batch=batch, body=body, category=school, places=2)

    assert against(cast, batch) == ["东旗在本批次没有“嘎查村”类的名额，只收：学校。"]
    assert against(cast, batch, category=school) == []


def test_places_of_one_body_open_nothing_at_another(cast, batch):
    """Another body has places for every category; the unit's own has none, or for schools only."""
    school, east = make.make_category("学校"), make.make_body(cast.east)
    Quota.objects.create(batch=batch, body=make.make_body(cast.west), places=2)

    assert against(cast, batch) == ["东旗在本批次没有名额，请联系东旗的审核人员。"]
    Quota.objects.create(batch=batch, body=east, category=school, places=1)
    assert against(cast, batch) == ["东旗在本批次没有“嘎查村”类的名额，只收：学校。"]
    assert against(cast, batch, category=school) == []
    Quota.objects.create(batch=batch, body=_line(cast), places=1)
    assert against(cast, batch) == []  # the line has places for all


def _line(cast):
    kind = RecommendingBody.Kind.LINE
    return RecommendingBody.objects.create(name="市直机关", kind=kind, region=cast.city)


def test_a_unit_that_nobody_may_recommend_is_told(cast, batch):
    RecommendingBody.objects.update(is_active=False)

    assert against(cast, batch) == ["没有能推荐本单位的推荐单位，请联系呼伦贝尔市的审核人员。"]


def test_places_for_all_categories_ask_for_all(cast, batch):
    east = make.make_body(cast.east)
    Quota.objects.create(batch=batch, body=east, places=2)

    assert cast.one.category in asked_categories(batch, [east])


def test_the_bodies_an_office_hears_are_the_same_read_at_once(cast):
    city, province = (make.make_running_batch(each) for each in (cast.city, cast.province))
    make.make_body(cast.east, also_to=cast.province)
    make.make_body(cast.west, is_active=False)
    make.make_body(cast.city)
    _line(cast)

    heard = hearing([city, province])

    assert heard[city.pk] == list(bodies_for(cast.city))
    assert heard[province.pk] == list(bodies_for(cast.province))
    assert (len(heard[city.pk]), len(heard[province.pk])) == (2, 2)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-11, "申报尚未开始，2026 年 11 月 12 日 12:00 开始。"),
        (0, ""),
        (10, "申报已于 2026 年 12 月 2 日 12:00 截止。"),
    ],
)
def test_only_while_the_stage_is_on(batch, days, said):
    assert why_not_now(batch, NOON + timedelta(days=days)) == said


def test_only_in_an_open_batch(batch):
    batch.state = Batch.State.CANCELLED

    assert why_not_now(batch, NOON) == "“盟市级第七批”已取消，现在不能申报。"


def test_a_rule_changed_in_the_middle_does_not_reach_a_running_batch(cast, batch):
    began = BatchStage.objects.get(batch=batch, kind="applying").starts_at.date()
    own = {"region": cast.city, "category": cast.one.category}
    make.make_rule(region=cast.city, starts_on=began - timedelta(days=1))  # entered too late
    make.make_rule(**own, starts_on=began + timedelta(days=1))

    assert rule_of(batch, cast.one.category, TODAY) == batch.rule
    earlier = make.make_rule(**own, starts_on=began)
    assert rule_of(batch, cast.one.category, TODAY) == earlier


def test_a_rule_without_a_kind_says_nothing_of_education_bases(cast):
    kind = make.make_kind("教育基地", family="base")
    base = make.make_rule(region=cast.city, kind=kind)
    make.make_rule(region=cast.city, category=cast.one.category)
    batch = make.make_running_batch(cast.city, kind=kind, rule=base)

    assert rule_of(batch, cast.one.category, TODAY) == base
    assert RuleBook().rule_of(batch, cast.one.category, TODAY) == base


def test_the_book_of_rules_says_what_the_table_says(cast, batch):
    school = make.make_category("学校")
    for fields in (
        {"region": cast.city},
        {"region": cast.city, "category": school},
        {"region": cast.province, "category": school},
        {"region": cast.city, "kind": batch.kind},
        {"region": cast.west},
        {"level": Level.COUNTY},
        {"region": cast.city, "starts_on": TODAY + timedelta(days=1)},
        {"region": cast.city, "ends_on": date(2026, 1, 1)},
    ):
        make.make_rule(**fields)
    book = RuleBook()

    for category in (school, cast.one.category):
        assert book.rule_of(batch, category, TODAY) == rule_of(batch, category, TODAY)
