"""What stands in the way of a decision is told with names, and then nothing of it happens."""

from datetime import date, timedelta

import pytest

from portal.errors import Refused
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.units.decided import draft, make_city, make_draft, make_notice, make_proposed
from units.models import (
    Application,
    Batch,
    Designation,
    DesignationEvent,
    HonourRule,
    NamingDecision,
    Objection,
    PublicNotice,
    Unit,
)
from units.operations import decisions as act

A, S = Application.State, NamingDecision.State


@pytest.fixture
def city(cast):
    return make_city(cast)


def refused(city, decision, sentence):
    """It is refused with this sentence, and nothing at all has come of it."""
    with pytest.raises(Refused, match=sentence) as told:
        act.apply_decision(decision, **city.leader)
    assert "没有命名任何一家" in str(told.value)
    assert NamingDecision.objects.get(pk=decision.pk).state == S.DRAFT
    assert not DesignationEvent.objects.filter(verb="name").exists()
    assert not Application.objects.filter(state=A.NAMED).exists()


def test_a_number_is_given_once(city):
    draft(city)
    other, leaders, _ = make_proposed(
        city.cast.city, [make.make_unit(city.cast.west)], name="第八批"
    )
    with pytest.raises(Refused, match="文号“呼民委发〔2026〕31号”已用于“关于命名第七批"):
        make_draft(other, leaders[0], document_no="呼民委发【2026】第31号")

    make.make_batch("第二批", region=city.cast.city, document_no="呼民委发〔2016〕5号")
    with pytest.raises(Refused, match="已用于“盟市级第二批”"):
        make_draft(other, leaders[0], document_no="呼民委发[2016]5号")
    assert NamingDecision.objects.count() == 1


def test_the_database_itself_refuses_a_repeated_number(city, monkeypatch):
    draft(city)
    monkeypatch.setattr(act, "_check_number", lambda decision, at: None)
    other, leaders, _ = make_proposed(
        city.cast.city, [make.make_unit(city.cast.west)], name="第八批"
    )

    with pytest.raises(Refused, match="已经存在"):
        make_draft(other, leaders[0])


def test_the_number_of_a_dropped_draft_is_free_again(city):
    decision = draft(city)
    with pytest.raises(Refused, match="须填写说明"):
        act.drop_decision(decision, note="", **city.leader)
    act.drop_decision(decision, note="文号重编", **city.leader)

    assert draft(city).state == S.DRAFT


@pytest.mark.parametrize(
    ("papers", "sentence"),
    [
        ({"document_no": "  "}, "请填写文号"),
        ({"decided_on": TODAY + timedelta(days=1)}, "决定日期在今天之后"),
    ],
)
def test_papers_that_cannot_be_are_refused(city, papers, sentence):
    with pytest.raises(Refused, match=sentence):
        draft(city, **papers)


def test_a_batch_has_one_decision_and_needs_somebody_proposed(city):
    draft(city)
    with pytest.raises(Refused, match="已经有命名决定"):
        draft(city, document_no="呼民委发〔2026〕32号")

    empty = make.make_running_batch(city.cast.city, "第八批")
    with pytest.raises(Refused, match="没有拟命名的单位"):
        make_draft(empty, city.leaders[0])


def test_an_open_notice_or_objection_stands_in_the_way(city):
    decision, notice = draft(city), PublicNotice.objects.get()
    Objection.objects.create(notice=notice, received_at=NOON, text="示例", source="online")
    refused(city, decision, "还有 1 件异议没有办结")

    Objection.objects.update(state=Objection.State.DISMISSED)
    PublicNotice.objects.update(state=PublicNotice.State.OPEN)
    refused(city, decision, "公示“示例公示”还没有结束")

    PublicNotice.objects.update(state=PublicNotice.State.CANCELLED)
    refused(city, decision, "还没有经过公示")


def test_nobody_is_named_whom_the_public_has_not_read_about(city):
    decision = draft(city)
    PublicNotice.objects.all()[0].entries.filter(unit_name="示例甲村").delete()
    refused(city, decision, "“示例甲村”没有列入公示名单")

    make_notice(city.batch, city.rows[:1])
    act.apply_decision(decision, **city.leader)


def test_a_decision_is_not_older_than_the_end_of_its_notice(city):
    decision = draft(city, decided_on=TODAY - timedelta(days=3))

    refused(city, decision, "决定日期早于公示结束的日期 2026-11-21")


def test_an_application_taken_off_is_told_by_name(city):
    decision = draft(city)
    Application.objects.filter(pk=city.rows[1].pk).update(state=A.STRUCK)
    refused(city, decision, "“示例乙校”已不是拟命名单位，请重新生成名单")

    act.refresh_decision(decision, **city.leader)
    act.apply_decision(decision, **city.leader)
    assert Designation.objects.count() == 2


def test_one_proposed_after_drafting_is_missed_by_name(city):
    decision = draft(city)
    late = make.make_unit(city.cast.west, "示例丁村")
    row = make.make_candidate(late, city.batch, 80, state=A.PROPOSED)
    make_notice(city.batch, [row])

    refused(city, decision, "“示例丁村”是拟命名单位，不在名单里")


def test_a_unit_closed_or_merged_or_renamed_meanwhile_is_told_by_name(city):
    decision = draft(city)
    heir = city.units[2]
    Unit.objects.filter(pk=city.units[0].pk).update(closed_on=TODAY)
    Unit.objects.filter(pk=city.units[1].pk).update(closed_on=TODAY, successor=heir)
    Unit.objects.filter(pk=heir.pk).update(name="示例新丙校")

    for sentence in (
        "“示例甲村”已于 2026-11-22 注销",
        "“示例乙校”已并入“示例新丙校”",
        "“示例丙校”已更名为“示例新丙校”，请重新生成名单",
    ):
        refused(city, decision, sentence)


def test_a_unit_is_not_named_twice_at_one_level(city):
    decision = draft(city)
    make.make_designation(city.units[0], kind=city.batch.kind, ends_on=date(2029, 1, 1))

    refused(city, decision, "“示例甲村”已有在有效期内的盟市级示范单位称号，不能重复命名")


@pytest.mark.parametrize("state", ["revoked", "withdrawn", "renewed", "superseded", "voided"])
def test_a_title_that_has_ended_is_no_second_one(city, state):
    make.make_designation(
        city.units[0], kind=city.batch.kind, ends_on=date(2029, 1, 1), state=state
    )
    make.make_designation(city.units[1], level="county", ends_on=date(2029, 1, 1))
    make.make_designation(city.units[2], ends_on=TODAY, starts_on=date(2021, 11, 22))

    act.apply_decision(draft(city), **city.leader)

    assert Application.objects.filter(state=A.NAMED).count() == 3


def test_where_the_rule_says_so_a_title_running_out_is_followed_by_the_new_one(city):
    rule = {"expiry_policy": HonourRule.ExpiryPolicy.BOTH, "reverify_months": 6}
    HonourRule.objects.filter(pk=city.batch.rule_id).update(**rule)
    old = make.make_designation(city.units[0], kind=city.batch.kind, ends_on=date(2027, 5, 1))

    act.apply_decision(draft(city), **city.leader)

    old.refresh_from_db()
    new = Designation.objects.get(unit=city.units[0], batch=city.batch)
    assert (old.state, old.superseded_by) == ("renewed", new)
    assert old.events.get().happened_on == TODAY


def test_one_that_still_runs_long_is_not_followed(city):
    HonourRule.objects.filter(pk=city.batch.rule_id).update(expiry_policy="both")
    make.make_designation(city.units[0], kind=city.batch.kind, ends_on=date(2027, 6, 1))

    refused(city, draft(city), "不能重复命名")


def test_without_approval_or_departments_or_an_open_batch_nothing_is_named(city):
    decision = draft(city)
    Batch.objects.update(approval_no="")
    refused(city, decision, "没有登记批准文号")
    Batch.objects.update(approval_no="示例")
    decision.issuers.all().delete()
    refused(city, decision, "没有签发部门")
    Batch.objects.update(state=Batch.State.CANCELLED)
    refused(city, decision, "批次已取消，不能再命名")
