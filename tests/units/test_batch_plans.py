"""A batch in preparation: what is laid for it, and what may still be changed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.errors import Refused
from portal.models import AuditEvent
from portal.versions import Stale
from tests.factories import (
    NOON,
    make_batch,
    make_body,
    make_category,
    make_issuing_body,
    make_kind,
    make_rule,
    make_running_batch,
    make_submitted,
)
from units.models import Batch, Quota, RecommendingBody, RuleIssuer
from units.operations.batch_plans import (
    PAPERS,
    edit_plan,
    lay_timetable,
    plan_batch,
    renew_rule,
    set_quotas,
    set_requirements,
)
from units.operations.rules import copy_rule
from units.readiness import laid
from units.recommenders import bodies_for

START = date(2026, 12, 1)


def values(**fields):
    return {"kind": make_kind(), "number": 7, "name": "", "year": 2026, **fields}


def plan(cast, **fields):
    return plan_batch(values(**fields), starts_on=START, actor=cast.city_officer, at=NOON)


def act(cast):
    return {"actor": cast.city_officer, "at": NOON}


def test_planning_takes_the_rule_its_issuers_and_six_stages(cast):
    rule, body = make_rule(region=cast.city), make_issuing_body(cast.city)
    RuleIssuer.objects.create(rule=rule, body=body, position=1)

    batch = plan(cast)

    assert (str(batch), batch.rule, batch.state) == ("盟市级第七批", rule, Batch.State.DRAFT)
    assert [each.body for each in batch.issuers.all()] == [body]
    assert [each.kind for each in batch.stages.all()] == [
        "applying", "reviewing", "inspecting", "deliberating", "notice", "deciding",
    ]  # fmt: skip
    assert AuditEvent.objects.about(batch).get().action == "batch.plan"


def test_documents_and_places_come_from_the_last_batch_run_here(cast):
    make_rule(region=cast.city)
    first = plan(cast, number=6)
    rows = [{"name": "创建工作总结", "kind": "document", "category": None, "least": 1, "most": 1}]
    first = set_requirements(first, rows, version=1, **act(cast))
    body = make_body(cast.east)
    set_quotas(first, {(body.pk, None): 4}, places=3, version=2, **act(cast))

    second = plan(cast)

    assert [each.name for each in second.requirements.all()] == ["创建工作总结"]
    assert second.quotas.get().places == 4
    assert first.requirements.count() == 1


def test_a_case_that_no_document_covers_is_refused(cast):
    make_rule(region=cast.city)
    base = make_kind("教育基地", family="base")

    with pytest.raises(Refused, match="没有适用于盟市级“教育基地”的评选条件"):
        plan(cast, kind=base)

    assert not Batch.objects.exists()


def test_a_township_plans_no_batch(cast):
    with pytest.raises(Refused, match="自治区、市、旗县三级"):
        plan_batch(values(), starts_on=START, actor=cast.sumu_officer, at=NOON)


def test_a_number_is_used_once(cast):
    make_rule(region=cast.city)
    plan(cast)

    with pytest.raises(Refused, match="已经登记过"):
        plan(cast)


def test_a_rule_changed_in_the_middle_leaves_batch_and_application_as_they_were(cast, settings):
    settings.HOME_REGION_CODE = cast.city.code
    cast.city_officer.may_sign = True
    old = make_rule(region=cast.city, notice_days=5)
    batch = make_running_batch(cast.city, rule=old)
    application = make_submitted(cast.one, batch, cast.east)

    copy_rule(old, starts_on=date(2026, 11, 1), values={"notice_days": 7}, **act(cast))

    batch.refresh_from_db()
    application.refresh_from_db()
    assert (batch.rule, application.rule) == (old, old)
    assert application.rule.notice_days == 5


def test_a_batch_in_preparation_is_moved_to_the_rule_in_force_on_request(cast, settings):
    settings.HOME_REGION_CODE = cast.city.code
    cast.city_officer.may_sign = True
    old = make_rule(region=cast.city)
    batch = plan(cast)
    new = copy_rule(old, starts_on=START, values={}, **act(cast))

    assert renew_rule(batch, **act(cast)).rule == new
    with pytest.raises(Refused, match="现行评选条件"):
        renew_rule(Batch.objects.get(pk=batch.pk), **act(cast))


def papers(batch, **fields):
    return {name: getattr(batch, name) for name in PAPERS} | fields


def test_papers_and_issuers_are_changed_together(cast):
    make_rule(region=cast.city)
    batch = plan(cast)
    bodies = [make_issuing_body(cast.city, name) for name in ("示例宣传部", "示例统战部")]

    edit_plan(
        batch, papers(batch, approval_no="示例1号"), issuers=bodies[::-1], version=1, **act(cast)
    )

    batch.refresh_from_db()
    assert (batch.approval_no, batch.version) == ("示例1号", 2)
    assert [each.body.name for each in batch.issuers.all()] == ["示例统战部", "示例宣传部"]


def test_an_open_batch_keeps_its_papers_but_for_notice_and_consulted(cast):
    batch = make_running_batch(cast.city)
    sent = papers(batch, number=9, notice_text="示例新通知", consulted=["示例局"])

    edit_plan(batch, sent, issuers=[], version=1, **act(cast))

    batch.refresh_from_db()
    assert (batch.number, batch.notice_text, batch.consulted) == (None, "示例新通知", ["示例局"])


def test_a_second_editor_of_a_plan_overwrites_nothing(cast):
    make_rule(region=cast.city)
    batch = plan(cast)
    edit_plan(batch, papers(batch, approval_no="甲"), issuers=[], version=1, **act(cast))

    with pytest.raises(Stale):
        edit_plan(batch, papers(batch, approval_no="乙"), issuers=[], version=1, **act(cast))

    batch.refresh_from_db()
    assert batch.approval_no == "甲"


def test_the_timetable_is_set_by_hand_only_in_preparation(cast):
    make_rule(region=cast.city)
    batch = plan(cast)
    stages = laid(batch.stages.all())
    later = [replace(each, ends_at=each.ends_at + timedelta(days=60)) for each in stages]

    lay_timetable(batch, later, version=1, **act(cast))

    assert batch.stages.get(kind="deciding").ends_at == later[-1].ends_at
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.OPEN)
    with pytest.raises(Refused, match="不能再改"):
        lay_timetable(batch, stages, version=2, **act(cast))


def test_a_timetable_that_runs_backwards_is_refused(cast):
    make_rule(region=cast.city)
    batch = plan(cast)
    stages = laid(batch.stages.all())

    wrong = [replace(stages[0], ends_at=stages[0].starts_at), *stages[1:]]
    with pytest.raises(Refused, match="申报的结束时间须晚于开始时间"):
        lay_timetable(batch, wrong, version=1, **act(cast))
    late = [replace(stages[0], ends_at=stages[-1].ends_at), *stages[1:]]
    with pytest.raises(Refused, match="审核推荐不能比申报先结束"):
        lay_timetable(batch, late, version=1, **act(cast))


def test_places_are_set_changed_and_taken_back_in_one_go(cast):
    make_rule(region=cast.city)
    batch, village, school = plan(cast), make_category(), make_category("学校")
    east, west = make_body(cast.east), make_body(cast.west)
    first = {(east.pk, village.pk): 2, (east.pk, school.pk): 1, (west.pk, None): 3}
    set_quotas(batch, first, places=6, version=1, **act(cast))

    second = {(east.pk, village.pk): 4, (west.pk, None): 3}
    set_quotas(batch, second, places=7, version=2, **act(cast))

    rows = {(q.body_id, q.category_id): q.places for q in Quota.objects.filter(batch=batch)}
    assert rows == second
    batch.refresh_from_db()
    assert batch.places == 7


def test_a_body_has_places_either_in_all_or_by_category(cast):
    make_rule(region=cast.city)
    batch, village, east = plan(cast), make_category(), make_body(cast.east)

    with pytest.raises(Refused, match="请只用一种"):
        set_quotas(
            batch, {(east.pk, village.pk): 2, (east.pk, None): 1}, places=3, version=1, **act(cast)
        )


def test_a_body_of_elsewhere_gets_no_places(cast):
    make_rule(region=cast.city)
    batch, township = plan(cast), make_body(cast.east_sumu)

    with pytest.raises(Refused, match="不向呼伦贝尔市推荐"):
        set_quotas(batch, {(township.pk, None): 1}, places=1, version=1, **act(cast))


def test_places_already_used_are_not_taken_back(cast):
    batch = make_running_batch(cast.city)
    make_submitted(cast.one, batch, cast.city, recommended_at=NOON)
    east = make_body(cast.east)

    with pytest.raises(Refused, match="已经推荐 1 家"):
        set_quotas(batch, {}, places=1, version=1, **act(cast))

    set_quotas(batch, {(east.pk, None): 1}, places=1, version=1, **act(cast))
    assert batch.quotas.get().places == 1


def test_two_documents_of_one_category_have_two_names(cast):
    make_rule(region=cast.city)
    batch = plan(cast)
    row = {"name": "照片", "kind": "photo", "category": None}

    with pytest.raises(Refused, match="同名"):
        set_requirements(batch, [row, row], version=1, **act(cast))


def test_documents_are_fixed_once_units_apply(cast):
    with pytest.raises(Refused, match="不能再改"):
        set_requirements(make_running_batch(cast.city), [], version=1, **act(cast))


def test_the_naming_office_hears_its_counties_its_lines_and_second_lines(cast):
    territorial = make_body(cast.east)
    line = RecommendingBody.objects.create(name="示例铁路", kind="line", region=cast.city)
    RecommendingBody.objects.create(name="示例旧线", kind="line", region=cast.city, is_active=False)
    make_body(cast.east_sumu)
    second = make_body(cast.west, also_to=cast.province)

    assert set(bodies_for(cast.city)) == {territorial, line, second}
    assert set(bodies_for(cast.province)) == {second}


def test_a_batch_in_preparation_is_its_own_office_s_affair(cast):
    batch = make_batch("第七批", region=cast.city, state=Batch.State.DRAFT)

    assert Batch.objects.visible_to(cast.city_officer).contains(batch)
    assert Batch.objects.visible_to(cast.province_officer).contains(batch)
    for other in (cast.east_officer, cast.clerk):
        assert not Batch.objects.visible_to(other).contains(batch)
