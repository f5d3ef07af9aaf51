"""评选条件 and bodies as the portal brings them along; loading again does no harm."""

import pytest

from portal.models import AuditEvent, Region
from tests.factories import NOON, make_officer, make_region
from tests.units.test_rules import act, sent
from units.models import HonourRule, IssuingBody, RecommendingBody, Regulation
from units.operations.reference import load_catalogue
from units.operations.rules import confirm_values, edit_rule
from units.rule_values import values_by_group, words_of


@pytest.fixture
def loaded(db):
    province = make_region("内蒙古自治区", level=Region.Level.PROVINCE, code="150000000000")
    city = make_region("呼伦贝尔市", province, code="150700000000")
    for code, name in (("150702000000", "海拉尔区"), ("150781000000", "满洲里市")):
        make_region(name, city, code=code)
    load_catalogue(at=NOON)
    return city


def rule_of(code, level):
    return HonourRule.objects.get(regulation__code=code, level=level)


def test_national_regional_and_city_rules_are_there(loaded):
    found = set(HonourRule.objects.values_list("regulation__code", "level"))

    assert found == {
        ("neac20", "national"), ("neac23", "national"), ("neac25", "national"),
        ("nm21", "region"), ("nm23", "region"), ("hlbe20", "city"), ("hlbe20", "county"),
    }  # fmt: skip
    nm21 = Regulation.objects.get(code="nm21")
    assert nm21.ends_on == Regulation.objects.get(code="nm23").starts_on
    assert Regulation.objects.get(code="hlbe20").region == loaded


def test_what_a_document_says_is_confirmed_and_everything_else_waits(loaded):
    rule = rule_of("neac20", "national")
    values = {each.name: each for _, group in values_by_group(rule) for each in group}

    assert (values["requires_level"].words, values["requires_level"].confirmed) == (
        "自治区级",
        True,
    )
    assert values["requires_level"].source == "民委发〔2020〕21号第四条"
    assert not values["rectification_days"].confirmed
    assert values["rectification_days"].source == "未见明文规定，暂列值"


def test_the_current_national_rule_names_at_most_500_every_two_years(loaded):
    rule = rule_of("neac25", "national")

    assert words_of(rule, "most_places") == "500 个"
    assert words_of(rule, "batch_interval_years") == "2 年一批"
    assert words_of(rule, "issuers") == "国家民族事务委员会"


@pytest.mark.parametrize(("code", "level"), [("neac20", "national"), ("hlbe20", "city")])
def test_what_must_be_approved_is_what_comes_before_the_recommendation(loaded, code, level):
    steps = rule_of(code, level).approval_route

    assert len(steps) == 2
    assert "同意" in steps[-1]
    assert not [each for each in steps if "验收" in each or "审定" in each]


def test_the_city_s_three_departments_issue_in_order(loaded):
    issuers = rule_of("hlbe20", "city").issuers.select_related("body")

    assert [each.body.short_name for each in issuers] == ["市委宣传部", "市委统战部", "市民委"]


def test_recommending_bodies_are_loaded_where_their_regions_are(loaded):
    bodies = RecommendingBody.objects.all()

    assert set(bodies.filter(kind="territorial").values_list("name", flat=True)) == {
        "海拉尔区",
        "满洲里市",
    }
    assert bodies.filter(kind="line").count() == 6
    assert bodies.get(name="满洲里市").also_to.code == "150000000000"


def test_loading_again_writes_nothing_and_leaves_what_people_changed(loaded, settings):
    settings.HOME_REGION_CODE = loaded.code
    keeper = make_officer(loaded, may_sign=True)
    rule = rule_of("hlbe20", "city")
    edit_rule(rule, sent(rule, notice_days=7), issuers=[], version=1, **act(keeper))
    confirm_values(
        rule_of("nm23", "region"), {"ban_years": ("示例文件", "")}, version=1, **act(keeper)
    )
    IssuingBody.objects.filter(code="hlbe_mw").update(name="示例改名", version=2)
    lines = AuditEvent.objects.count()

    assert load_catalogue(at=NOON) == 0

    assert AuditEvent.objects.count() == lines
    assert rule_of("hlbe20", "city").notice_days == 7
    assert rule_of("nm23", "region").sources.get(field="ban_years").confirmed
    assert IssuingBody.objects.get(code="hlbe_mw").name == "示例改名"
