"""命名决定: drafted, applied once and whole, with everything that follows from it."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.errors import Refused
from portal.models import AuditEvent, Notification
from portal.versions import Stale
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.units.decided import PAPERS, draft, make_city, make_draft, make_proposed
from units.deciding import Dossier
from units.models import Application, Batch, Designation, HonourRule, NamingDecision
from units.operations import decisions as act

A, S = Application.State, NamingDecision.State


@pytest.fixture
def city(cast):
    return make_city(cast)


def test_the_draft_lists_everyone_proposed_by_category_and_region(city):
    decision = draft(city)

    assert decision.document_no == "呼民委发〔2026〕31号"
    lines = list(decision.lines.values_list("position", "unit_name", "region_name", "title"))
    title = "全市民族团结进步示范单位"
    assert lines == [
        (1, "示例丙校", "东旗", title),
        (2, "示例乙校", "西旗", title),
        (3, "示例甲村", "东旗", title),
    ]
    names = list(decision.issuers.values_list("position", "name"))
    assert names == [(1, "市委宣传部第七批"), (2, "市民族事务委员会第七批")]


def test_a_rules_own_formula_names_the_title(city):
    HonourRule.objects.filter(pk=city.batch.rule_id).update(
        name_format="{级别}民族团结进步示范区{种类}（{类别}，{批次}）"
    )
    line = draft(city).lines.first()

    assert line.title == "全市民族团结进步示范区示范单位（学校，第七批）"


def test_applying_makes_titles_events_and_news_and_finishes_the_batch(city):
    decision = act.apply_decision(draft(city), **city.leader)

    assert (decision.state, decision.applied_at) == (S.APPLIED, NOON)
    titles = Designation.objects.order_by("pk")
    assert titles.count() == 3
    first = titles.get(unit=city.units[0])
    assert (first.level, first.kind, first.batch) == ("city", city.batch.kind, city.batch)
    assert (first.starts_on, first.ends_on) == (TODAY, date(2031, 11, 22))
    assert (first.rule, first.document_no) == (city.batch.rule, "呼民委发〔2026〕31号")
    assert (first.named_on, first.named_year, first.state) == (TODAY, 2026, "active")
    event = first.events.get()
    assert (event.verb, event.happened_on, event.recorded_by) == ("name", TODAY, city.leaders[0])
    row = Application.objects.get(pk=city.rows[0].pk)
    assert (row.state, row.designation) == (A.NAMED, first)
    assert decision.lines.get(unit=city.units[0]).designation == first
    batch = Batch.objects.get(pk=city.batch.pk)
    assert (batch.state, batch.document_no, batch.named_on, batch.year) == (
        Batch.State.DONE,
        "呼民委发〔2026〕31号",
        TODAY,
        2026,
    )


def test_every_effect_has_its_audit_line(city):
    decision = act.apply_decision(draft(city), **city.leader)

    told = AuditEvent.objects.values_list("action", flat=True)
    counted = {action: list(told).count(action) for action in set(told)}
    assert counted == {
        "namingdecision.draft": 1,
        "namingdecision.apply": 1,
        "designation.name": 3,
        "application.name": 3,
        "batch.finish": 1,
    }
    line = AuditEvent.objects.about(decision).first()
    assert line.after == {"state": "applied", "命名": 3, "文号": "呼民委发〔2026〕31号"}


def test_clerks_hear_of_their_title_and_others_that_they_were_passed_over(city):
    other = make.make_unit(city.cast.west, "示例丁村")
    make.make_candidate(other, city.batch, 60, state=A.PASSED_OVER)

    act.apply_decision(draft(city), **city.leader)

    text = Notification.objects.get(user=city.units[0].clerks.get()).text
    assert text == (
        "你单位已被命名为“全市民族团结进步示范单位”（呼民委发〔2026〕31号），有效期至 2031-11-21。"
    )
    assert "你单位本次未入选" in Notification.objects.get(user=other.clerks.get()).text
    assert Notification.objects.count() == 4


def test_a_rule_without_years_falls_back_on_the_setting_and_else_gives_no_end(city):
    HonourRule.objects.filter(pk=city.batch.rule_id).update(term_years=None)

    act.apply_decision(draft(city), **city.leader)

    assert set(Designation.objects.values_list("ends_on", flat=True)) == {None}


def test_the_rule_of_the_application_counts_not_the_one_of_today(city):
    own = make.make_rule(term_years=3)
    Application.objects.filter(pk=city.rows[0].pk).update(rule=own)

    act.apply_decision(draft(city), **city.leader)

    title = Designation.objects.get(unit=city.units[0])
    assert (title.rule, title.ends_on) == (own, date(2029, 11, 22))


def test_it_takes_effect_once(city):
    decision = draft(city)
    read_earlier = NamingDecision.objects.get(pk=decision.pk)
    act.apply_decision(decision, **city.leader)

    with pytest.raises(Refused, match="已生效，没有再次生效"):
        act.apply_decision(read_earlier, **city.leader)
    assert Designation.objects.count() == 3


def test_only_a_signing_officer_of_the_naming_region_applies_it(city):
    decision = draft(city)
    for user, sentence in (
        (city.cast.city_officer, "不能执行"),
        (make.make_officer(city.cast.east, may_sign=True), "由呼伦贝尔市办理"),
        (make.make_officer(city.cast.province, may_sign=True), "由呼伦贝尔市办理"),
    ):
        with pytest.raises(Refused, match=sentence):
            act.apply_decision(decision, actor=user, at=NOON)
    assert not Designation.objects.exists()


def test_a_draft_is_edited_by_version_and_not_once_it_is_in_force(city):
    decision = draft(city)
    values = {**PAPERS, "document_no": "呼民委发〔2026〕33号"}
    act.edit_decision(decision, values, version=1, **city.leader)
    with pytest.raises(Stale):
        act.edit_decision(decision, PAPERS, version=1, **city.leader)

    act.apply_decision(decision, **city.leader)
    for change in (
        lambda: act.edit_decision(decision, PAPERS, version=2, **city.leader),
        lambda: act.refresh_decision(decision, **city.leader),
    ):
        with pytest.raises(Refused, match="已生效，不能修改"):
            change()
    with pytest.raises(Refused, match="不能执行“作废”"):
        act.drop_decision(NamingDecision.objects.get(), note="x", **city.leader)


def test_the_preview_says_what_will_be_made(city):
    dossier = Dossier(draft(city))

    terms = {(each.starts_on, each.ends_on) for each in dossier.namings}
    assert terms == {(TODAY, date(2031, 11, 22))}
    assert dossier.obstacles(TODAY) == []
    assert not Designation.objects.exists()


def test_all_or_nothing_even_when_the_last_step_fails(city, monkeypatch):
    decision = draft(city)

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("units.operations.naming.notify_all", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        act.apply_decision(decision, **city.leader)

    assert not Designation.objects.exists()
    assert Batch.objects.get().state == Batch.State.OPEN


def test_applying_costs_the_same_for_one_and_for_three(city, django_assert_num_queries):
    other, leaders, _ = make_proposed(
        city.cast.city, [make.make_unit(city.cast.west)], name="第八批"
    )
    one, three = make_draft(other, leaders[0], document_no="示例8号"), draft(city)
    with CaptureQueriesContext(connection) as first:
        act.apply_decision(one, actor=leaders[0], at=NOON)
    with CaptureQueriesContext(connection) as second:
        act.apply_decision(three, **city.leader)

    assert len(first) == len(second)
