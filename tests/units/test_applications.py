"""A unit's application: begun, filled in, handed in with a receipt, mended, withdrawn."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.errors import Refused
from portal.models import AuditEvent, Notification
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.units.applying import COMPLETE, fresh, returned, submit
from units.application_parts import count_words
from units.models import (
    Application,
    Batch,
    BatchStage,
    Deliberation,
    RecommendingBody,
    Submission,
)
from units.operations import applications as act
from units.operations.handing_in import missing_of, submit_application
from units.operations.mergers import merge_unit
from units.operations.running_batches import close_due_stages
from units.submissions import changes_since_last, digest

S = Application.State


@pytest.fixture
def batch(cast):
    return make.make_running_batch(cast.city)


@pytest.fixture
def body(cast):
    return make.make_body(cast.east)


@pytest.fixture
def draft(cast, batch, body):
    """Complete, and not handed in."""
    return make.make_application(cast.one, batch, **COMPLETE)


def begin(cast, batch, body, actor=None, at=NOON):
    way = {"category": cast.one.category, "body": body}
    return act.start_application(cast.one, batch, **way, actor=actor or cast.clerk, at=at)


def test_beginning_keeps_the_rule_and_says_who_began(cast, batch, body):
    cast.one.contact_name = "示例联系人"
    cast.one.save()

    made = begin(cast, batch, body)

    assert (made.rule, made.state, made.contact_name) == (batch.rule, S.DRAFT, "示例联系人")
    entry = AuditEvent.objects.about(made).get()
    assert (entry.actor, entry.action) == (cast.clerk, "application.start")


def test_only_the_units_own_clerk_begins(cast, batch, body):
    with pytest.raises(Refused, match="“示例东嘎查”不由您填报，没有开始申报。"):
        begin(cast, batch, body, actor=cast.other_clerk)


def test_a_second_application_of_the_unit_is_refused(cast, batch, body):
    begin(cast, batch, body)

    with pytest.raises(Refused, match="一个单位在一批中只能申报一次。没有开始申报。"):
        begin(cast, batch, body)


def test_a_body_of_another_banner_does_not_recommend_the_unit(cast, batch):
    with pytest.raises(Refused, match="不能经“西旗”推荐"):
        begin(cast, batch, make.make_body(cast.west))


def test_a_line_may_be_chosen_instead_of_the_place(cast, batch, body):
    line = RecommendingBody.objects.create(
        name="铁路系统", kind=RecommendingBody.Kind.LINE, region=cast.city
    )

    made = begin(cast, batch, line)
    act.save_part(made, "pledge", version=0, values={"pledged": True}, actor=cast.clerk, at=NOON)
    Application.objects.filter(pk=made.pk).update(**COMPLETE)
    submit(made, cast)

    made = fresh(made)
    assert (made.body, made.desk, made.at_line_desk) == (line, cast.city, True)


def test_saving_a_part_is_no_act_and_is_kept(cast, draft):
    values = {"summary": "新的做法", "deeds": "新的事迹"}

    kept = act.save_part(draft, "deeds", version=0, values=values, actor=cast.clerk, at=NOON)

    assert (fresh(draft).deeds, act.version_of(kept, "deeds")) == ("新的事迹", 1)
    assert not AuditEvent.objects.about(draft).exists()


def test_of_two_people_in_one_part_none_overwrites_the_other(cast, draft):
    colleague = make.make_clerk(cast.one)
    theirs = {"summary": "同事写的", "deeds": "同事的事迹"}
    act.save_part(draft, "deeds", version=0, values=theirs, actor=colleague, at=NOON)

    with pytest.raises(act.StalePart) as told:
        mine = {"summary": "我写的", "deeds": "我的事迹"}
        act.save_part(draft, "deeds", version=0, values=mine, actor=cast.clerk, at=NOON)

    assert fresh(draft).deeds == "同事的事迹"
    assert told.value.current.edits["deeds"]["by"] == colleague.pk


def test_two_people_in_two_parts_do_not_meet(cast, draft):
    colleague = make.make_clerk(cast.one)
    basics = {name: COMPLETE.get(name, "") for name in act.FIELDS["basics"]}
    act.save_part(
        draft, "basics", version=0, values={**basics, "nature": "机关"}, actor=colleague, at=NOON
    )
    act.save_part(
        draft, "deeds", version=0, values={"deeds": "我的事迹"}, actor=cast.clerk, at=NOON
    )

    assert (fresh(draft).nature, fresh(draft).deeds) == ("机关", "我的事迹")


def test_what_stands_there_already_counts_as_saved(cast, draft):
    values = {"summary": "做法", "deeds": "事迹"}
    for _ in range(2):
        act.save_part(draft, "deeds", version=0, values=values, actor=cast.clerk, at=NOON)

    assert act.version_of(fresh(draft), "deeds") == 1


@pytest.mark.parametrize(("typed", "kept"), [("120人", 120), (" 35 户 ", 35), ("", None)])
def test_a_count_is_taken_as_people_write_it(cast, draft, typed, kept):
    values = {**dict.fromkeys(act.FIELDS["basics"], ""), "staff_count": typed}

    act.save_part(draft, "basics", version=0, values=values, actor=cast.clerk, at=NOON)

    assert fresh(draft).staff_count == kept


def test_a_count_that_is_none_is_refused_and_nothing_is_lost(cast, draft):
    values = {**COMPLETE, "staff_count": "一百多"}

    with pytest.raises(Refused, match="请填整数，没有保存。"):
        act.save_part(draft, "basics", version=0, values=values, actor=cast.clerk, at=NOON)

    assert fresh(draft).staff_count == 120


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("民族团结", 4), ("2026年，12次", 5), ("AAA level 5A", 3), ("一\n 二　三", 3)],
)
def test_words_are_counted_as_word_processors_do(text, words):
    assert count_words(text) == words


def test_a_category_may_be_asked_for_another_length_of_deeds(cast, batch, draft):
    own = {str(cast.one.category_id): [10, 12]}
    Batch.objects.update(deeds_least=1, deeds_most=4, deeds_by_category=own)

    assert [each.text for each in missing_of(fresh(draft))] == [
        "事迹材料 4 字，至少 10 字，还差 6 字。"
    ]
    Application.objects.update(category=make.make_category("学校"))
    assert missing_of(fresh(draft)) == []


def test_everything_missing_is_listed_with_where_it_is(cast, batch, body):
    batch.deeds_least = 10
    batch.save()
    make.make_requirement(batch, "工作总结")
    make.make_requirement(batch, "照片", kind="photo", least=2, most=5)
    make.make_requirement(batch, "宣传片", kind="video", is_required=False)
    made = begin(cast, batch, body)
    Application.objects.filter(pk=made.pk).update(deeds="才四个字", contact_phone="无")

    told = [(each.part, each.text) for each in missing_of(fresh(made))]

    assert told == [
        ("basics", "请填写单位性质。"),
        ("basics", "请填写职工（户）总数。"),
        ("basics", "请填写地址。"),
        ("basics", "请填写联系人。"),
        ("basics", "工作电话只写数字、横线和分机，例如 0470-8221234。"),
        ("deeds", "请用一句话写明主要做法。"),
        ("deeds", "事迹材料 4 字，至少 10 字，还差 6 字。"),
        ("documents", "“工作总结”还差 1 份。"),
        ("photos", "“照片”还差 2 份。"),
        ("pledge", "请阅读并勾选承诺。"),
    ]


def test_handing_in_moves_it_to_the_first_desk_with_a_receipt(cast, draft):
    made = submit(draft, cast)

    draft = fresh(draft)
    assert (draft.state, draft.desk, draft.desk_since) == (S.REVIEWING, cast.east_sumu, NOON)
    assert draft.receipt_no == made.receipt_no == f"SB2026-{draft.batch_id:04d}-00001"
    assert digest(Submission.objects.get().content) == made.sha256 == draft.receipt_sha256
    entry = AuditEvent.objects.about(draft).get()
    assert entry.after["receipt"] == made.receipt_no


def test_receipts_of_a_batch_are_numbered_without_a_gap(cast, batch, draft):
    second = make.make_application(
        make.make_unit(cast.east_sumu), batch, body=draft.body, **COMPLETE
    )
    numbers = [
        submit_application(fresh(each), actor=each.created_by, at=NOON).receipt_no
        for each in (draft, second)
    ]

    assert [each[-5:] for each in numbers] == ["00001", "00002"]


def test_one_second_late_is_refused_and_nothing_is_lost(cast, batch, draft):
    end = BatchStage.objects.get(batch=batch, kind="applying").ends_at

    with pytest.raises(Refused, match="截止。没有提交，填写的内容都在。"):
        submit(draft, cast, at=end + timedelta(seconds=1))
    with pytest.raises(Refused):
        submit(draft, cast, at=end)

    assert (fresh(draft).state, fresh(draft).deeds) == (S.DRAFT, "示例事迹")
    assert submit(draft, cast, at=end - timedelta(microseconds=1))


def test_who_arrived_in_time_is_in_though_the_clock_entered_the_end_first(cast, batch, draft):
    end = batch.stages.get(kind="applying").ends_at
    close_due_stages(end + timedelta(seconds=5))

    with pytest.raises(Refused, match="申报已于 2026 年 12 月 2 日 12:00 截止。没有提交"):
        submit(draft, cast, at=end)
    made = submit(draft, cast, at=end - timedelta(seconds=1))

    assert made.receipt_no


def test_an_incomplete_one_is_refused_with_what_is_missing(cast, draft):
    Application.objects.filter(pk=draft.pk).update(summary="", pledged=False)

    with pytest.raises(Refused, match="还差 2 项，没有提交，填写的内容都在。"):
        submit(draft, cast)


def test_what_has_changed_about_the_unit_is_judged_again(cast, draft):
    cast.one.closed_on, cast.one.successor = TODAY, cast.other
    cast.one.save()

    with pytest.raises(Refused, match="并入“示例西社区”，不能再申报"):
        submit(draft, cast)


def test_whoever_has_the_application_hears_that_the_unit_was_merged(cast, draft):
    submit(draft, cast)
    into = make.make_unit(cast.east_sumu, "示例新嘎查")

    merge_unit(cast.one, into=into, actor=cast.east_officer, at=NOON, on=TODAY)

    said = "“示例东嘎查”已并入“示例新嘎查”，“盟市级第七批”的申报不能再提交或上报。"
    told = Notification.objects.filter(text=said).values_list("user", flat=True)
    assert set(told) == {cast.clerk.pk, cast.sumu_officer.pk}


def test_a_unit_that_moved_chooses_its_body_anew(cast, draft):
    cast.one.region = cast.west
    cast.one.save()

    with pytest.raises(Refused, match="现属西旗，不能再经“东旗”推荐"):
        submit(draft, cast)


def test_handing_in_twice_makes_one_receipt(cast, draft):
    earlier = fresh(draft)
    submit(draft, cast)

    with pytest.raises(Refused, match="这份申报审核中，没有提交"):
        submit_application(earlier, actor=cast.clerk, at=NOON)

    assert Submission.objects.count() == 1


def test_a_returned_one_comes_back_with_its_changes_kept(cast, draft):
    submit(draft, cast)
    returned(draft, cast, deeds="请写明人数")
    values = {"summary": "示例做法", "deeds": "示例事迹，参加 300 人"}
    act.save_part(draft, "deeds", version=0, values=values, actor=cast.clerk, at=NOON)

    so_far = changes_since_last(fresh(draft))
    made = submit(draft, cast, at=NOON + timedelta(hours=1))

    assert [each.label for each in so_far["deeds"]] == ["事迹材料"]
    assert made.number == 2
    assert made.changes == [
        {
            "section": "deeds",
            "name": "deeds",
            "label": "事迹材料",
            "old": "示例事迹",
            "new": "示例事迹，参加 300 人",
        }
    ]
    assert changes_since_last(fresh(draft))["deeds"][0].new == "示例事迹，参加 300 人"


def test_a_returned_one_may_come_back_after_applying_while_reviews_go_on(cast, batch, draft):
    submit(draft, cast)
    returned(draft, cast)

    submit(draft, cast, at=NOON + timedelta(days=20))

    assert fresh(draft).state == S.REVIEWING
    returned(draft, cast)
    with pytest.raises(Refused, match=r"审核推荐已于 .* ?截止。没有提交"):
        submit(draft, cast, at=NOON + timedelta(days=30))


def test_a_submission_cannot_be_changed_or_deleted(cast, draft):
    made = submit(draft, cast)

    for write in (
        lambda: Submission.objects.filter(pk=made.pk).update(content={}),
        lambda: Submission.objects.filter(pk=made.pk).update(sha256="0" * 64),
        lambda: Submission.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()

    assert Submission.objects.filter(pk=made.pk).update(pdf=None) == 1


def test_withdrawing_needs_a_reason_and_tells_the_desk(cast, draft):
    submit(draft, cast)
    with pytest.raises(Refused, match="须填写说明"):
        act.withdraw_application(fresh(draft), note=" ", actor=cast.clerk, at=NOON)

    act.withdraw_application(fresh(draft), note="单位搬迁", actor=cast.clerk, at=NOON)

    draft = fresh(draft)
    assert (draft.state, draft.desk, draft.reason) == (S.WITHDRAWN, None, "单位搬迁")
    told = Notification.objects.filter(user=cast.sumu_officer).order_by("pk")
    assert ["提交" in told[0].text, "撤回了" in told[1].text] == [True, True]


def test_after_withdrawing_the_unit_may_begin_again_with_what_it_wrote(cast, batch, body, draft):
    act.withdraw_application(fresh(draft), note="重写", actor=cast.clerk, at=NOON)

    again = begin(cast, batch, body)

    assert (again.deeds, again.nature) == ("示例事迹", "事业单位")


def test_once_the_list_is_being_signed_nobody_withdraws(cast, batch, draft):
    submit(draft, cast)
    Application.objects.update(state=S.ACCEPTED)
    Deliberation.objects.create(
        batch=batch, state="signing", created_at=NOON, created_by=cast.city_officer
    )

    with pytest.raises(Refused, match="名单已提交会签，没有撤回。请联系呼伦贝尔市。"):
        act.withdraw_application(fresh(draft), note="不报了", actor=cast.clerk, at=NOON)


def test_another_category_is_checked_before_it_is_taken(cast, batch, draft):
    school = make.make_category("学校")
    way = {"body": draft.body, "actor": cast.clerk, "at": NOON}

    act.choose_way(draft, category=school, **way)
    make.make_body(cast.east).quotas.create(batch=batch, category=cast.one.category, places=1)

    assert fresh(draft).category == school
    with pytest.raises(Refused, match="东旗在本批次没有“医院”类的名额，只收：嘎查村。没有保存。"):
        act.choose_way(draft, category=make.make_category("医院"), **way)


def test_officers_see_an_application_from_submission_on(cast, draft):
    assert not Application.objects.visible_to(cast.sumu_officer).exists()
    submit(draft, cast)

    assert Application.objects.visible_to(cast.sumu_officer).get() == draft
    assert not Application.objects.visible_to(cast.west_officer).exists()
