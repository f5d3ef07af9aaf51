"""The moves of the review desk: who, from which desk to which, with what kept and told."""

from datetime import timedelta

import pytest

from portal.errors import Refused
from portal.models import AuditEvent, Notification
from tests.factories import NOON, make_body, make_officer, make_rule, make_running_batch
from tests.units.desks import (
    fresh,
    give_places,
    make_file,
    on_desk,
    recommended,
    said,
)
from units.models import Application, Batch, Deliberation, Opinion
from units.operations.desks import (
    accept_application,
    forward_application,
    reject_application,
    return_application,
)
from units.operations.opinions import record_approvals

A, K = Application.State, Opinion.Kind
AFTER = NOON + timedelta(days=31)


@pytest.fixture
def batch(cast):
    return make_running_batch(cast.city)


@pytest.fixture
def application(cast, batch):
    """On the desk of the 苏木."""
    return on_desk(cast, batch, cast.east_sumu, "示例丙嘎查")


def test_an_application_goes_from_desk_to_desk_up_to_the_naming_region(cast, application):
    for officer in (cast.sumu_officer, cast.east_officer):
        forward_application(fresh(application), actor=officer, at=NOON)
    accept_application(fresh(application), actor=cast.city_officer, at=NOON)

    told = application.opinions.values_list("kind", "region__name")
    assert list(told) == [
        (K.FORWARD, "东苏木"),
        (K.RECOMMEND, "东旗"),
        (K.ACCEPT, "呼伦贝尔市"),
    ]
    assert fresh(application).state == A.ACCEPTED


def test_passing_on_moves_the_desk_and_keeps_the_words_and_the_stamp(cast, application):
    stamp = make_file(cast.sumu_officer)

    forward_application(
        application, actor=cast.sumu_officer, at=NOON, said=said("材料齐全。", file=stamp)
    )

    application = fresh(application)
    opinion = application.opinions.get()
    assert (application.desk, application.desk_since) == (cast.east, NOON)
    assert (opinion.text, opinion.file, opinion.given_by) == (
        "材料齐全。",
        stamp,
        cast.sumu_officer,
    )
    event = AuditEvent.objects.get(action="application.forward")
    assert (event.note, event.after["desk"]) == ("材料齐全。", "东旗")


def test_the_next_desk_and_the_units_clerk_are_told(cast, application):
    clerk = application.created_by
    application.unit.clerks.add(clerk)

    forward_application(application, actor=cast.sumu_officer, at=NOON)

    told = Notification.objects.filter(user__in=[cast.east_officer, clerk])
    texts = {each.user: each.text for each in told}
    assert texts[cast.east_officer] == "待审核：示例丙嘎查（盟市级第七批），东苏木同意上报。"
    assert texts[clerk] == "示例丙嘎查（盟市级第七批）：东苏木同意上报，现在由东旗审核。"


def test_the_forward_of_the_recommending_desk_is_the_recommendation(cast, batch):
    recommended(cast, batch, 1)
    application = on_desk(cast, batch, cast.east)

    forward_application(application, actor=cast.east_officer, at=NOON)

    application = fresh(application)
    assert (application.recommended_at, application.recommended_rank) == (NOON, 2)
    assert application.opinions.get().body == application.body


def test_one_too_many_is_refused_with_the_numbers(cast, batch):
    body = make_body(cast.east)
    give_places(batch, body, 1, category=cast.one.category)
    give_places(batch, body, 5)
    recommended(cast, batch, 1)
    application = on_desk(cast, batch, cast.east, "示例丁嘎查")

    with pytest.raises(Refused) as refusal:
        forward_application(application, actor=cast.east_officer, at=NOON)

    assert str(refusal.value).startswith("东旗“嘎查村”名额 1 家，已推荐 1 家，没有余额。")
    assert "“示例丁嘎查”没有推荐" in str(refusal.value)
    assert fresh(application).desk == cast.east
    assert not application.opinions.exists()


def test_the_bodys_total_binds_where_its_categories_leave_room(cast, batch):
    give_places(batch, make_body(cast.east), 1)
    recommended(cast, batch, 1)

    with pytest.raises(Refused, match="东旗名额 1 家，已推荐 1 家"):
        forward_application(on_desk(cast, batch, cast.east), actor=cast.east_officer, at=NOON)


def test_a_body_without_a_line_in_the_quotas_has_no_place(cast, batch):
    give_places(batch, make_body(cast.west), 3)

    with pytest.raises(Refused, match="本批次没有分给东旗“嘎查村”的名额"):
        forward_application(on_desk(cast, batch, cast.east), actor=cast.east_officer, at=NOON)


def test_a_place_given_back_is_free_again_and_the_gap_closes(cast, batch):
    give_places(batch, make_body(cast.east), 2)
    first, second = recommended(cast, batch, 1), recommended(cast, batch, 2)
    third = on_desk(cast, batch, cast.east)

    return_application(first, actor=cast.city_officer, at=NOON, said=said("请补充照片。"))
    forward_application(third, actor=cast.east_officer, at=NOON)

    ranks = [fresh(each).recommended_rank for each in (first, second, third)]
    assert ranks == [None, 1, 2]


def test_every_step_of_the_approval_route_comes_before_the_recommendation(cast):
    step = "旗市区统战工作领导小组同意"
    batch = make_running_batch(cast.city, rule=make_rule(approval_route=[step]))
    application = on_desk(cast, batch, cast.east)

    with pytest.raises(Refused, match=f"报批程序还没有完成：{step}"):
        forward_application(application, actor=cast.east_officer, at=NOON)
    paper = said("会议同意。", file=make_file(cast.east_officer))
    record_approvals([application], step=step, said=paper, actor=cast.east_officer, at=NOON)
    forward_application(application, actor=cast.east_officer, at=NOON)

    assert [each.kind for each in application.opinions.all()] == [K.APPROVAL, K.RECOMMEND]


@pytest.mark.parametrize(
    ("desk", "step", "with_file", "sentence"),
    [
        ("east", "领导小组同意", False, "请上传批准文件"),
        ("east", "别的程序", True, "没有“别的程序”这一程序"),
        ("east_sumu", "领导小组同意", True, "不在您的待办中"),
    ],
)
def test_an_approval_without_its_document_step_or_desk_is_refused(
    cast, desk, step, with_file, sentence
):
    batch = make_running_batch(cast.city, rule=make_rule(approval_route=["领导小组同意"]))
    application = on_desk(cast, batch, getattr(cast, desk))
    paper = said(file=make_file(cast.east_officer) if with_file else None)

    with pytest.raises(Refused, match=sentence):
        record_approvals([application], step=step, said=paper, actor=cast.east_officer, at=NOON)

    assert not application.opinions.exists()


def test_giving_back_keeps_a_remark_for_each_section_and_frees_the_desk(cast, application):
    remarks = {"deeds": " 写具体做法。 ", "photos": "", "forged": "x"}

    return_application(application, actor=cast.sumu_officer, at=NOON, said=said(remarks=remarks))

    application = fresh(application)
    opinion = application.opinions.get()
    assert (application.state, application.desk) == (A.RETURNED, None)
    assert (opinion.remarks, opinion.text) == ({"deeds": "写具体做法。"}, "请按各部分的意见修改。")


@pytest.mark.parametrize("move", [return_application, reject_application])
def test_giving_back_and_turning_down_want_a_reason(cast, application, move):
    with pytest.raises(Refused, match="须填写说明"):
        move(application, actor=cast.sumu_officer, at=NOON, said=said(" "))


def test_turning_down_tells_the_unit_why(cast, application):
    reject_application(
        application, actor=cast.sumu_officer, at=NOON, said=said("近两年有未办结的整改。")
    )

    application = fresh(application)
    assert (application.state, application.reason) == (A.REJECTED, "近两年有未办结的整改。")


@pytest.mark.parametrize("officer", ["east_officer", "west_officer", "city_officer"])
def test_only_the_desk_that_holds_it_may_move_it(cast, application, officer):
    with pytest.raises(Refused, match="您不能执行“同意上报”"):
        forward_application(application, actor=getattr(cast, officer), at=NOON)

    assert fresh(application).desk == cast.east_sumu


def test_two_officers_one_passing_on_one_giving_back_exactly_one_does(cast, batch):
    first = on_desk(cast, batch, cast.east)
    second = fresh(first)

    forward_application(first, actor=cast.east_officer, at=NOON)
    with pytest.raises(Refused, match="刚刚被他人处理"):
        return_application(second, actor=make_officer(cast.east), at=NOON, said=said("请补充。"))

    assert fresh(first).desk == cast.city
    assert [each.kind for each in first.opinions.all()] == [K.RECOMMEND]


def test_what_was_on_the_screen_must_still_be_so(cast, application):
    with pytest.raises(Refused, match="刚刚被他人处理"):
        forward_application(
            application, actor=cast.sumu_officer, at=NOON, said=said(seen=application.moves - 1)
        )


def test_after_the_reviewing_stage_nothing_is_passed_on_or_given_back(cast, application):
    with pytest.raises(Refused, match="审核推荐已于 2026 年 12 月 22 日 12:00 截止。"):
        forward_application(application, actor=cast.sumu_officer, at=AFTER)
    with pytest.raises(Refused, match="退回后单位来不及再提交"):
        return_application(application, actor=cast.sumu_officer, at=AFTER, said=said("请补充。"))


def test_what_came_in_time_may_be_accepted_until_the_deliberation_has_settled(cast, batch):
    early, late = recommended(cast, batch, 1), recommended(cast, batch, 2)

    accept_application(early, actor=cast.city_officer, at=AFTER)
    Deliberation.objects.create(
        batch=batch,
        state=Deliberation.State.SETTLED,
        created_at=NOON,
        created_by=cast.city_officer,
    )
    with pytest.raises(Refused, match="本批次已经审定。"):
        accept_application(late, actor=cast.city_officer, at=AFTER)

    assert (fresh(early).state, fresh(late).state) == (A.ACCEPTED, A.REVIEWING)


def test_a_lower_desk_cannot_accept_and_the_last_cannot_pass_on(cast, application, batch):
    with pytest.raises(Refused, match="还没有上报到呼伦贝尔市，不能受理"):
        accept_application(application, actor=cast.sumu_officer, at=NOON)
    with pytest.raises(Refused, match="已在呼伦贝尔市，请受理或退回"):
        forward_application(recommended(cast, batch, 1), actor=cast.city_officer, at=NOON)


def test_in_a_batch_that_was_called_off_nothing_moves(cast, application):
    Batch.objects.update(state=Batch.State.CANCELLED)

    with pytest.raises(Refused, match="已取消，不能再审核"):
        forward_application(application, actor=cast.sumu_officer, at=NOON)


def test_a_unit_that_was_merged_meanwhile_goes_no_further(cast, application):
    unit = application.unit
    unit.closed_on, unit.successor = NOON.date(), cast.one
    unit.save()

    with pytest.raises(Refused, match="已于 2026-11-22 并入“示例东嘎查”"):
        forward_application(fresh(application), actor=cast.sumu_officer, at=NOON)
