"""A batch on its way: opened once everything is there, its stages ended by hand and by date."""

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection

from portal.errors import Refused
from portal.models import AuditEvent, Notification
from tests.factories import (
    NOON,
    make_application,
    make_body,
    make_issuing_body,
    make_officer,
    make_rule,
    make_running_batch,
)
from units.models import Batch, BatchIssuer, Deliberation, Quota, Requirement
from units.operations.running_batches import (
    cancel_batch,
    close_due_stages,
    close_stage,
    due_stages,
    extend_stage,
    open_batch,
    start_stage,
)
from units.readiness import lacks
from units.stages import Timetable

DAY = timedelta(days=1)


def ready_batch(cast, **fields):
    """A batch in preparation that lacks nothing."""
    fields.setdefault("rule", make_rule(region=cast.city))
    batch = make_running_batch(
        cast.city,
        state=Batch.State.DRAFT,
        places=10,
        approval_no="呼党办〔2026〕示例1号",
        notice_text="示例通知",
        shift=11,
        **fields,
    )
    BatchIssuer.objects.create(batch=batch, body=make_issuing_body(cast.city), position=1)
    Quota.objects.create(batch=batch, body=make_body(cast.east), places=12)
    Requirement.objects.create(batch=batch, name="照片", kind="photo", least=2, most=5)
    return batch


def act(cast):
    return {"actor": cast.city_officer, "at": NOON}


def stage_of(batch, kind):
    return batch.stages.get(kind=kind)


def test_a_batch_that_lacks_nothing_opens_and_those_who_recommend_hear_of_it(cast):
    batch = ready_batch(cast)

    open_batch(batch, **act(cast))

    batch.refresh_from_db()
    assert batch.state == Batch.State.OPEN
    assert AuditEvent.objects.about(batch).get().action == "batch.open"
    told = Notification.objects.get(user=cast.east_officer)
    assert "已启动" in told.text
    assert not Notification.objects.filter(user=cast.west_officer).exists()


LACKING = [
    ({"approval_no": ""}, "须有批准文号"),
    ({"notice_text": " "}, "还没有填写申报通知"),
    ({"places": None}, "还没有填写总名额"),
    ({"places": 13}, "已分配 12 个名额，少于总名额 13 个"),
]


@pytest.mark.parametrize(("fields", "sentence"), LACKING)
def test_each_thing_that_is_missing_is_said_in_a_sentence(cast, fields, sentence):
    batch = ready_batch(cast)
    Batch.objects.filter(pk=batch.pk).update(**fields)

    with pytest.raises(Refused, match=sentence):
        open_batch(batch, **act(cast))

    batch.refresh_from_db()
    assert batch.state == Batch.State.DRAFT


def test_without_anything_every_lack_is_listed(cast):
    batch = make_running_batch(cast.city, state=Batch.State.DRAFT, shift=-400)
    batch.stages.filter(kind="notice").delete()

    told = "".join(each.text for each in lacks(batch, NOON))

    for words in ("批准文号", "申报通知", "部门", "缺少：公示", "已经过去", "总名额", "申报材料"):
        assert words in told


def test_more_places_than_the_rule_allows_do_not_open(cast):
    batch = ready_batch(cast, rule=make_rule(region=cast.city, most_places=9))

    with pytest.raises(Refused, match="超过评选条件规定的每批 9 个"):
        open_batch(batch, **act(cast))


def test_a_notice_shorter_than_the_rule_does_not_open(cast):
    batch = ready_batch(cast)
    notice = stage_of(batch, "notice")
    batch.stages.filter(pk=notice.pk).update(ends_at=notice.starts_at + 2 * DAY)

    with pytest.raises(Refused, match="公示只有"):
        open_batch(batch, **act(cast))


def test_a_rule_that_has_been_followed_by_another_does_not_open(cast):
    batch = ready_batch(cast)
    make_rule(region=cast.city)

    with pytest.raises(Refused, match="新的一条适用"):
        open_batch(batch, **act(cast))


def test_only_the_naming_office_opens(cast):
    batch = ready_batch(cast)

    for stranger in (cast.province_officer, cast.east_officer, cast.clerk):
        with pytest.raises(Refused, match="审核人员办理"):
            open_batch(batch, actor=stranger, at=NOON)


def test_of_two_officers_who_open_a_batch_read_earlier_the_second_is_refused(cast):
    batch, colleague = ready_batch(cast), make_officer(cast.city)
    same = Batch.objects.get(pk=batch.pk)
    open_batch(batch, **act(cast))

    with pytest.raises(Refused, match="当前状态下您不能执行"):
        open_batch(same, actor=colleague, at=NOON)

    assert AuditEvent.objects.about(batch).filter(action="batch.open").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_open_at_once_exactly_one_does(cast):
    batch, colleague = ready_batch(cast), make_officer(cast.city)
    answers, start = [], threading.Barrier(2)

    def press(officer):
        start.wait()
        try:
            open_batch(batch, actor=officer, at=NOON)
            answers.append("opened")
        except Refused:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[who]) for who in (cast.city_officer, colleague)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    close_old_connections()

    assert sorted(answers) == ["opened", "refused"]


def test_a_stage_closed_by_hand_is_over_at_once_and_says_why(cast):
    batch = make_running_batch(cast.city)

    close_stage(stage_of(batch, "applying"), reason="各地已报齐", **act(cast))

    sheet = Timetable.of(batch, NOON)
    assert sheet.current.kind == "reviewing"
    assert "各地已报齐" in sheet.why_not("applying")
    line = AuditEvent.objects.about(batch).get()
    assert (line.action, line.note, line.after["stage"]) == (
        "batch.close_stage",
        "各地已报齐",
        "申报",
    )


CLOSING = [
    ("inspecting", "说明", "还没有开始"),
    ("applying", "  ", "须写明原因"),
]


@pytest.mark.parametrize(("kind", "reason", "sentence"), CLOSING)
def test_closing_is_refused_with_a_sentence(cast, kind, reason, sentence):
    batch = make_running_batch(cast.city)

    with pytest.raises(Refused, match=sentence):
        close_stage(stage_of(batch, kind), reason=reason, **act(cast))


def test_a_stage_is_closed_once(cast):
    batch = make_running_batch(cast.city)
    stage = stage_of(batch, "applying")
    same = stage_of(batch, "applying")
    close_stage(stage, reason="报齐", **act(cast))

    with pytest.raises(Refused, match="已于"):
        close_stage(same, reason="再结束一次", **act(cast))


def test_the_clock_enters_each_end_once_at_the_date_it_had(cast):
    batch = make_running_batch(cast.city, shift=-15)
    stage = stage_of(batch, "applying")

    first, again = close_due_stages(NOON), close_due_stages(NOON)

    assert [each.pk for each in first] == [stage.pk]
    assert again == []
    was = stage.ends_at
    stage.refresh_from_db()
    assert (stage.closed_at, stage.closed_by) == (was, None)
    line = AuditEvent.objects.about(batch).get()
    assert (line.action, line.actor, line.at) == ("batch.stage_due", None, NOON)


def test_a_stage_that_waits_for_a_person_is_not_closed_by_its_date(cast):
    batch = make_running_batch(cast.city, shift=-15)
    batch.stages.update(closes_by_date=False)

    assert close_due_stages(NOON) == []
    assert Timetable.of(batch, NOON).current.kind == "applying"


def test_a_batch_in_preparation_or_cancelled_has_no_due_stages(cast):
    batch = make_running_batch(cast.city, shift=-15)
    cancel_batch(batch, reason="示例", **act(cast))

    assert not due_stages(NOON).exists()


def test_more_time_is_given_with_a_reason_and_units_with_drafts_hear_of_it(cast):
    batch = make_running_batch(cast.city)
    make_application(cast.one, batch)
    stage = stage_of(batch, "applying")

    later = stage.ends_at + 3 * DAY
    extend_stage(stage, ends_at=later, reason="天气原因", **act(cast))

    stage.refresh_from_db()
    assert stage.ends_at == later
    assert "延长到" in Notification.objects.get(user=cast.clerk).text
    line = AuditEvent.objects.about(batch).get()
    assert (line.action, line.note) == ("batch.extend_stage", "天气原因")


def test_the_later_stages_move_along_when_asked(cast):
    batch = make_running_batch(cast.city)
    before = {each.kind: (each.starts_at, each.ends_at) for each in batch.stages.all()}
    stage = stage_of(batch, "applying")

    extend_stage(
        stage, ends_at=stage.ends_at + 7 * DAY, reason="延期", shift_later=True, **act(cast)
    )

    after = {each.kind: (each.starts_at, each.ends_at) for each in batch.stages.all()}
    assert after["applying"] == (before["applying"][0], before["applying"][1] + 7 * DAY)
    assert after["reviewing"] == (before["reviewing"][0], before["reviewing"][1] + 7 * DAY)
    assert after["deciding"] == tuple(each + 7 * DAY for each in before["deciding"])


EXTENDING = [
    (-1, "有事", "须晚于原来的"),
    (25, "有事", "早于新的申报截止"),
    (3, "", "须写明原因"),
]


@pytest.mark.parametrize(("days", "reason", "sentence"), EXTENDING)
def test_extending_is_refused_with_a_sentence(cast, days, reason, sentence):
    batch = make_running_batch(cast.city)
    stage = stage_of(batch, "applying")

    with pytest.raises(Refused, match=sentence):
        extend_stage(stage, ends_at=stage.ends_at + days * DAY, reason=reason, **act(cast))


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_stage_that_is_over_is_opened_again(cast, by_hand):
    batch = make_running_batch(cast.city, shift=0 if by_hand else -15)
    if by_hand:
        close_stage(stage_of(batch, "applying"), reason="点错", **act(cast))
    else:
        close_due_stages(NOON)
    assert not Timetable.of(batch, NOON).is_on("applying")

    planned, review = stage_of(batch, "applying").ends_at, stage_of(batch, "reviewing").ends_at
    told = {"ends_at": NOON + 3 * DAY, "reason": "补报", "shift_later": True}
    extend_stage(stage_of(batch, "applying"), **told, **act(cast))

    later = max(NOON + 3 * DAY - planned, timedelta(0))
    assert stage_of(batch, "reviewing").ends_at == review + later
    stage = stage_of(batch, "applying")
    assert Timetable.of(batch, NOON).is_on("applying")
    assert (stage.closed_at, stage.close_reason, stage.ends_at) == (None, "", NOON + 3 * DAY)
    assert AuditEvent.objects.get(action="batch.reopen_stage").note == "补报"
    assert len(close_due_stages(NOON + 4 * DAY)) == 1


def test_applying_is_not_opened_again_when_nobody_could_review(cast):
    batch = make_running_batch(cast.city, shift=-31)

    with pytest.raises(Refused, match="请先重新开放审核推荐"):
        told = {"ends_at": NOON + DAY, "reason": "补报"}
        extend_stage(stage_of(batch, "applying"), **told, **act(cast))


def test_once_the_list_is_being_signed_nothing_before_it_is_opened_again(cast):
    batch = make_running_batch(cast.city, shift=-15)
    Deliberation.objects.create(
        batch=batch, state="signing", created_at=NOON, created_by=cast.city_officer
    )

    with pytest.raises(Refused, match="名单已提交会签，申报不能重新开放"):
        told = {"ends_at": NOON + DAY, "reason": "补报"}
        extend_stage(stage_of(batch, "applying"), **told, **act(cast))


def test_a_stage_begins_early_only_after_those_before_it(cast):
    batch = make_running_batch(cast.city)
    inspecting = stage_of(batch, "inspecting")
    with pytest.raises(Refused, match="申报、审核推荐还没有结束"):
        start_stage(inspecting, reason="提前", **act(cast))

    for kind in ("applying", "reviewing"):
        close_stage(stage_of(batch, kind), reason="报齐", **act(cast))
    start_stage(inspecting, reason="提前验收", **act(cast))

    assert Timetable.of(batch, NOON).is_on("inspecting")


def test_cancelling_needs_a_reason_and_tells_the_units_that_applied(cast):
    batch = make_running_batch(cast.city)
    make_application(cast.one, batch)
    with pytest.raises(Refused, match="须填写说明"):
        cancel_batch(batch, reason=" ", **act(cast))

    cancel_batch(batch, reason="上级要求暂停", **act(cast))

    batch.refresh_from_db()
    assert batch.state == Batch.State.CANCELLED
    assert "上级要求暂停" in Notification.objects.get(user=cast.clerk).text


def test_nobody_beside_the_naming_office_moves_a_stage(cast):
    stage = stage_of(make_running_batch(cast.city), "applying")

    for stranger in (cast.province_officer, cast.east_officer):
        with pytest.raises(Refused, match="审核人员办理"):
            close_stage(stage, actor=stranger, at=NOON, reason="越权")
