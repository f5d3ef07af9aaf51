"""评选条件: their sources, who keeps them, frozen once used, followed by copies."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.errors import Refused
from portal.models import AuditEvent, Setting
from portal.operations.reference import load_settings
from portal.versions import Stale
from tests.factories import (
    NOON,
    make_batch,
    make_designation,
    make_issuing_body,
    make_kind,
    make_officer,
    make_rule,
    make_running_batch,
    make_submitted,
)
from units.forms.rules import WORDS_IN_FORMATS, ValuesForm, as_filled
from units.models import HonourRule, Level
from units.operations.rules import (
    add_rule,
    confirm_values,
    copy_rule,
    doubt_value,
    drop_rule,
    edit_rule,
    used_by,
)
from units.rule_values import GROUPS
from units.rules import rule_for, title_by_rule

TODAY = date(2026, 11, 22)


@pytest.fixture
def keeper(cast, settings):
    settings.HOME_REGION_CODE = cast.city.code
    return make_officer(cast.city, may_sign=True)


def act(keeper):
    return {"actor": keeper, "at": NOON}


def sent(rule, **fields):
    """What the form of a rule sends when only these fields are changed."""
    values = as_filled(rule) | fields
    values.pop("version")
    return values


def test_every_value_of_a_rule_stands_in_a_group_once():
    shown = [name for _, names in GROUPS for name in names]

    assert sorted(shown) == sorted(HonourRule.VALUES)


def test_every_word_that_a_name_may_use_is_filled_in(cast):
    formula = "".join(f"{{{word}}}" for word in WORDS_IN_FORMATS["name_format"])
    case = {"level": Level.CITY, "kind": make_kind(), "category": cast.one.category}

    title = title_by_rule(make_rule(name_format=formula), batch=make_batch(year=2026), **case)

    assert title == "2026第一批全市示范单位嘎查村"


# --- changing one


def test_an_unused_rule_is_changed_and_the_changed_value_waits_again(cast, keeper):
    rule = make_rule(region=cast.city)
    rule = confirm_values(
        rule, {"notice_days": ("示例", ""), "term_years": ("示例", "")}, version=1, **act(keeper)
    )

    edit_rule(rule, sent(rule, notice_days=7), issuers=[], version=2, **act(keeper))

    rule.refresh_from_db()
    assert (rule.notice_days, rule.version) == (7, 3)
    sure = set(rule.sources.filter(confirmed=True).values_list("field", flat=True))
    assert sure == {"term_years"}
    assert AuditEvent.objects.about(rule).filter(action="honourrule.edit").count() == 1


USES = [
    lambda cast, rule: make_batch(rule=rule),
    lambda cast, rule: make_submitted(
        cast.one, make_running_batch(cast.city), cast.east, rule=rule
    ),
    lambda cast, rule: make_designation(cast.one, rule=rule),
]


@pytest.mark.parametrize("use", USES)
def test_a_rule_that_was_used_is_frozen_but_may_be_confirmed(cast, keeper, use):
    rule = make_rule(region=cast.city)
    use(cast, rule)

    with pytest.raises(Refused, match=r"不能再改.*请复制一条"):
        edit_rule(rule, sent(rule, notice_days=9), issuers=[], version=1, **act(keeper))
    with pytest.raises(Refused, match="不能再改"):
        drop_rule(rule, **act(keeper))
    confirm_values(rule, {"notice_days": ("示例文件", "第三条")}, version=1, **act(keeper))

    rule.refresh_from_db()
    assert rule.notice_days == 5
    assert len(used_by(rule)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_rule_read_before_a_batch_took_it_is_not_changed_after(cast, keeper):
    rule, stop = make_rule(region=cast.city), threading.Barrier(2)
    answers = []

    def change():
        stop.wait()
        try:
            edit_rule(rule, sent(rule, notice_days=9), issuers=[], version=1, **act(keeper))
            answers.append("changed")
        except Refused:
            answers.append("refused")
        finally:
            connection.close()

    thread = threading.Thread(target=change)
    thread.start()
    batch = make_batch(rule=rule)
    stop.wait()
    thread.join()

    assert answers == ["refused"]
    batch.refresh_from_db()
    assert batch.rule.notice_days == 5


def test_nothing_entered_in_the_middle_reaches_a_running_batch(cast, keeper):
    batch = make_running_batch(cast.city)
    began = batch.stages.get(kind="applying").starts_at.date()
    own = {"region": cast.city, "category": cast.one.category}
    rule = make_rule(**own)
    other = make_rule(region=cast.city)
    case = sent(other) | own | {"regulation": other.regulation, "level": Level.CITY, "kind": None}
    case.pop("region")

    assert used_by(rule) == ["进行中的批次"]
    with pytest.raises(Refused, match="已开始申报，按当日的条件办理"):
        add_rule(dict(case), issuers=[], **act(keeper))
    with pytest.raises(Refused, match="已开始申报，按当日的条件办理"):
        copy_rule(rule, starts_on=began, **act(keeper))
    assert copy_rule(rule, starts_on=began + timedelta(days=1), **act(keeper))
    assert add_rule(case | {"starts_on": began + timedelta(days=1)}, issuers=[], **act(keeper))


def test_others_keep_no_rules(cast, keeper):
    rule = make_rule(region=cast.city)

    for stranger in (cast.city_officer, cast.province_officer, cast.east_officer):
        with pytest.raises(Refused, match="本市可签发的审核人员"):
            edit_rule(rule, sent(rule), issuers=[], version=1, **act(stranger))


def test_a_second_editor_is_told(cast, keeper):
    rule = make_rule(region=cast.city)
    edit_rule(rule, sent(rule, notice_days=7), issuers=[], version=1, **act(keeper))

    with pytest.raises(Stale):
        edit_rule(rule, sent(rule, notice_days=9), issuers=[], version=1, **act(keeper))


# --- a new day


def test_a_copy_holds_from_its_day_and_the_old_one_until_then(cast, keeper):
    old = make_rule(region=cast.city, notice_days=5)
    old = confirm_values(old, {"notice_days": ("示例", "第九条")}, version=1, **act(keeper))
    body = make_issuing_body(cast.city)
    edit_rule(old, sent(old), issuers=[body], version=2, **act(keeper))
    day = date(2027, 1, 1)

    new = copy_rule(old, starts_on=day, **act(keeper))

    case = {"kind": make_kind(), "category": None, "region": cast.city}
    find = HonourRule.objects.for_case
    assert find(Level.CITY, on=day - timedelta(days=1), **case).pk == old.pk
    assert find(Level.CITY, on=day, **case).pk == new.pk
    assert new.sources.get(field="notice_days").article == "第九条"
    assert new.issuers.get().body == body
    old.refresh_from_db()
    assert (old.ends_on, new.copied_from) == (day, old)


def test_terms_of_titles_follow_the_copy_from_its_day(cast, keeper):
    old = make_rule(region=cast.city, term_years=5)
    new = copy_rule(old, starts_on=date(2027, 1, 1), values={"term_years": 3}, **act(keeper))
    rules, kind = list(HonourRule.objects.select_related("regulation")), make_kind()

    assert rule_for(rules, Level.CITY, kind, date(2026, 12, 31)) == old
    assert rule_for(rules, Level.CITY, kind, date(2027, 1, 1)) == new


COPIES = [
    (date(2024, 1, 1), "须晚于原来的适用日期"),
    (date(2031, 1, 1), "须早于这一天"),
]


@pytest.mark.parametrize(("day", "sentence"), COPIES)
def test_a_copy_fits_between_its_neighbours(cast, keeper, day, sentence):
    old = make_rule(region=cast.city, ends_on=date(2030, 1, 1))

    with pytest.raises(Refused, match=sentence):
        copy_rule(old, starts_on=day, **act(keeper))


def test_a_copy_taken_back_lets_the_old_rule_hold_on(cast, keeper):
    old = make_rule(region=cast.city)
    new = copy_rule(old, starts_on=date(2027, 1, 1), **act(keeper))

    with pytest.raises(Refused, match="还有新的一条"):
        drop_rule(old, **act(keeper))
    drop_rule(new, **act(keeper))

    old.refresh_from_db()
    assert old.ends_on is None


# --- confirming


def test_a_value_is_confirmed_with_document_and_article(cast, keeper):
    rule = make_rule(region=cast.city)

    confirm_values(rule, {"ban_years": ("示例办法", "第十八条")}, version=1, **act(keeper))

    source = rule.sources.get()
    assert (source.document, source.article, source.confirmed) == ("示例办法", "第十八条", True)
    line = AuditEvent.objects.about(rule).get()
    assert line.after["fields"] == {"ban_years": "示例办法第十八条"}


def test_a_rule_is_confirmed_when_its_last_value_is(cast, keeper):
    rule = make_rule(region=cast.city)
    every = dict.fromkeys(HonourRule.VALUES, ("示例办法", ""))
    rule = confirm_values(rule, every, version=1, **act(keeper))
    assert HonourRule.objects.get().confirmed

    doubt_value(rule, "ban_years", version=2, **act(keeper))

    assert not HonourRule.objects.get().confirmed


CONFIRMING = [
    ({}, "请勾选"),
    ({"ban_years": (" ", "")}, "依据的文件"),
    ({"pk": ("甲", "")}, "请勾选"),
]


@pytest.mark.parametrize(("found", "sentence"), CONFIRMING)
def test_confirming_is_refused_with_a_sentence(cast, keeper, found, sentence):
    with pytest.raises(Refused, match=sentence):
        confirm_values(make_rule(), found, version=1, **act(keeper))


# --- pages


def test_the_list_shows_what_is_in_force_or_all(client, cast, keeper):
    make_rule(region=cast.city)
    over = make_rule(region=cast.city, ends_on=date(2025, 1, 1))
    client.force_login(cast.east_officer)

    url = reverse("units:rules")
    now = {each.pk for each in client.get(url).context["rows"]}
    every = {each.pk for each in client.get(url, {"show": "all"}).context["rows"]}

    assert over.pk in every - now


@pytest.mark.parametrize("name", ["units:rules", "units:unconfirmed"])
def test_a_page_asks_the_same_at_one_rule_and_three(client, cast, keeper, name):
    client.force_login(keeper)
    make_rule(region=cast.city)
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse(name))
    for level in (Level.COUNTY, Level.REGION):
        make_rule(level, region=cast.city)

    with CaptureQueriesContext(connection) as three:
        client.get(reverse(name))

    assert len(three) == len(one)


def test_one_page_lists_everything_in_doubt_with_where_to_mend_it(client, cast, keeper):
    load_settings(at=NOON)
    rule = make_rule(region=cast.city)
    client.force_login(keeper)

    page = client.get(reverse("units:unconfirmed")).content.decode()

    assert f"{reverse('units:rule-confirm', args=[rule.pk])}?value=ban_years" in page
    waiting = Setting.objects.filter(confirmed=False)
    for each in waiting:
        assert reverse("portal:reference-row", args=["settings", each.pk]) in page
    assert waiting


def fields_of(rule, **changes):
    """A browser's form of a rule, as sent."""
    data = {}
    for name, value in as_filled(rule).items():
        if isinstance(value, bool):
            data |= {name: "on"} if value else {}
        elif isinstance(value, list):
            data[name] = "、".join(map(str, value)) if name == "reminder_days" else value
        else:
            data[name] = "" if value is None else value
    return data | changes


def test_a_rule_is_changed_on_its_page(client, cast, keeper):
    rule = make_rule(region=cast.city)
    one, two = (make_issuing_body(cast.city, name) for name in ("示例甲部", "示例乙部"))
    client.force_login(keeper)
    changes = {"notice_days": "7", f"issuer_{two.pk}": "1", f"issuer_{one.pk}": "2"}

    client.post(reverse("units:rule-edit", args=[rule.pk]), fields_of(rule, **changes))

    rule.refresh_from_db()
    assert rule.notice_days == 7
    assert [each.body for each in rule.issuers.all()] == [two, one]


FAULTS = [
    ({"self_check_due": "11-31x"}, "self_check_due"),
    ({"self_check_due": "02-30"}, "self_check_due"),
    ({"number_format": "{编号}号"}, "number_format"),
    ({"name_format": "{年份"}, "name_format"),
    ({"reminder_days": "三十"}, "reminder_days"),
    ({"requires_level": "city"}, "requires_level"),
]


@pytest.mark.parametrize(("changes", "field"), FAULTS)
def test_a_value_that_cannot_be_is_said_at_its_field(cast, keeper, changes, field):
    rule = make_rule(region=cast.city)

    form = ValuesForm(fields_of(rule, **changes), user=keeper, rule=rule)

    assert not form.is_valid()
    assert field in form.errors


def test_two_departments_do_not_share_a_place(cast, keeper):
    rule = make_rule(region=cast.city)
    bodies = [make_issuing_body(cast.city, name) for name in ("示例甲部", "示例乙部")]
    numbers = {f"issuer_{each.pk}": "1" for each in bodies}

    form = ValuesForm(fields_of(rule, **numbers), user=keeper, rule=rule)

    assert not form.is_valid()
    assert "次序有重复" in str(form.errors)


def test_there_is_one_place_to_edit_a_rule(client, cast, keeper):
    client.force_login(keeper)

    assert client.get("/reference/honour-rules/").status_code == 404
    assert reverse("units:rules") in client.get(reverse("portal:reference")).content.decode()
