"""审定: the line, departures with reasons, joint sign-off of the list as it stands, settling."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from portal.errors import Refused
from portal.models import AuditEvent, Notification
from portal.versions import Stale
from tests import factories as make
from tests.factories import NOON, TODAY
from units.deliberating import Docket
from units.deliberation_panels import waits_for
from units.models import Application, Batch, Deliberation, SignOff
from units.operations import deliberations as act
from units.ranking import Verdict

A, S = Application.State, Deliberation.State


@pytest.fixture
def city(cast):
    """Five candidates for three places, three departments; the deliberating stage is on."""
    batch = make.make_running_batch(cast.city, places=3, shift=-65)
    leaders = make.make_issuers(batch, "市委宣传部", "市委统战部", "市民族事务委员会")
    units = [make.make_unit(cast.east_sumu, f"示例{name}村") for name in "甲乙丙丁戊"]
    totals = [96, 95, 94, 93, 92]
    rows = [make.make_candidate(*pair, total) for *pair, total in zip_up(units, batch, totals)]
    return SimpleNamespace(
        cast=cast, batch=batch, leaders=leaders, rows=rows, person=person(cast.city_officer)
    )


def zip_up(units, batch, totals):
    return [(unit, batch, total) for unit, total in zip(units, totals, strict=True)]


def person(user):
    return {"actor": user, "at": NOON}


def minutes(city, **fields):
    values = {"held_on": TODAY, "place": "", "attended": "三部门", "minutes": "同意。", **fields}
    version = Docket(city.batch).deliberation.version
    return act.keep_minutes(city.batch, values, version=version, **city.person)


def presented(city):
    minutes(city)
    act.present(city.batch, **person(city.leaders[2]))
    return Docket(city.batch)


def sign(city, number, digest=None):
    docket = Docket(city.batch)
    body = docket.bodies[number]
    digest = docket.digest if digest is None else digest
    return act.sign_list(city.batch, body, digest=digest, **person(city.leaders[number]))


def states(city):
    return list(Application.objects.order_by("pk").values_list("state", flat=True))


def test_the_line_runs_at_the_places_of_the_batch_until_it_is_moved(city):
    assert [each.chosen for each in Docket(city.batch).ranking.places] == [True] * 3 + [False] * 2

    act.set_cut(city.batch, 2, version=0, **city.person)

    docket = Docket(city.batch)
    assert (docket.cut, docket.limit) == (2, 3)
    assert len(docket.ranking.chosen) == 2
    event = AuditEvent.objects.get(action="deliberation.set_cut")
    assert (event.before, event.after) == ({"命名线": 3}, {"命名线": 2})


def test_the_line_is_not_moved_beyond_the_places(city):
    with pytest.raises(Refused, match="超出批次名额 3 家，须先改名额批复"):
        act.set_cut(city.batch, 4, version=0, **city.person)

    assert Docket(city.batch).cut == 3


def test_of_two_who_move_the_line_the_second_is_told(city):
    act.set_cut(city.batch, 2, version=0, **city.person)

    with pytest.raises(Stale):
        act.set_cut(city.batch, 1, version=0, **city.person)
    act.set_cut(city.batch, 1, version=2, **city.person)
    assert Docket(city.batch).cut == 1


def test_a_departure_has_its_reason_and_its_audit_line(city):
    first, fourth = city.rows[0], city.rows[3]
    act.choose(city.batch, first, chosen=False, reason="同一苏木已有两家", **city.person)
    act.choose(city.batch, fourth, chosen=True, reason="该旗尚无嘎查村", **city.person)

    ranking = Docket(city.batch).ranking
    assert [each.pk for each in ranking.departures] == [first.pk, fourth.pk]
    assert {each.pk for each in ranking.chosen} == {row.pk for row in city.rows[1:4]}
    event = AuditEvent.objects.filter(action="deliberation.choose").order_by("pk").first()
    assert event.after == {"单位": "示例甲村", "入选": False, "理由": "同一苏木已有两家"}

    act.unchoose(city.batch, first, **city.person)
    assert Docket(city.batch).ranking[first.pk].chosen
    with pytest.raises(Refused, match="没有调整可撤销"):
        act.unchoose(city.batch, first, **city.person)


@pytest.mark.parametrize(
    ("row", "chosen", "reason", "sentence"),
    [
        (0, False, "  ", "请写明理由"),
        (0, True, "好", "按名次已是这个结果"),
        (4, False, "差", "按名次已是这个结果"),
    ],
)
def test_what_is_no_departure_is_refused(city, row, chosen, reason, sentence):
    with pytest.raises(Refused, match=sentence):
        act.choose(city.batch, city.rows[row], chosen=chosen, reason=reason, **city.person)

    assert Docket(city.batch).departures == {}


def test_nobody_brings_in_a_vetoed_one(city):
    Application.objects.filter(pk=city.rows[4].pk).update(vetoed=True)

    with pytest.raises(Refused, match="一票否决，不能入选"):
        act.choose(city.batch, city.rows[4], chosen=True, reason="照顾", **city.person)


def test_one_withdrawn_meanwhile_is_told_by_name(city):
    Application.objects.filter(pk=city.rows[3].pk).update(state=A.WITHDRAWN)

    with pytest.raises(Refused, match="“示例丁村”已不在待审定之列"):
        act.choose(city.batch, city.rows[3], chosen=True, reason="照顾", **city.person)


def test_officers_elsewhere_decide_nothing(city):
    for user in (city.cast.east_officer, city.cast.province_officer, city.cast.clerk):
        with pytest.raises(Refused, match="由呼伦贝尔市审定"):
            act.choose(city.batch, city.rows[3], chosen=True, reason="照顾", **person(user))


def test_ties_must_be_decided_before_the_list_is_presented(city):
    Application.objects.filter(pk__in=[row.pk for row in city.rows[2:4]]).update(total=94)
    minutes(city)

    with pytest.raises(
        Refused, match=r"“示例丙村”“示例丁村”同为 94\.00 分，在命名线上并列，只有 1 个名额"
    ):
        act.present(city.batch, **person(city.leaders[0]))
    act.choose(city.batch, city.rows[2], chosen=True, reason="初验分较高", **city.person)
    act.choose(city.batch, city.rows[3], chosen=False, reason="初验分较低", **city.person)
    act.present(city.batch, **person(city.leaders[0]))

    assert Docket(city.batch).ranking[city.rows[2].pk].verdict == Verdict.TIED


def test_a_list_without_minutes_signers_or_departments_is_not_presented(city):
    with pytest.raises(Refused, match="还没有填写会议日期和纪要"):
        act.present(city.batch, **person(city.leaders[0]))

    body = Docket(city.batch).bodies[1]
    body.signers.clear()
    with pytest.raises(Refused, match="“市委统战部”还没有可会签的人员"):
        act.present(city.batch, **person(city.leaders[0]))

    city.batch.issuers.all().delete()
    with pytest.raises(Refused, match="还没有登记命名部门"):
        act.present(city.batch, **person(city.leaders[0]))


def test_presenting_needs_a_signing_officer_and_the_stage_begun(city):
    minutes(city)
    with pytest.raises(Refused, match="不能执行“提交会签”"):
        act.present(city.batch, **city.person)

    early = {"actor": city.leaders[0], "at": NOON - timedelta(days=30)}
    with pytest.raises(Refused, match=r"审定尚未开始.*没有提交会签"):
        act.present(city.batch, **early)


def test_presenting_tells_the_signers_and_keeps_what_was_presented(city):
    docket = presented(city)

    assert (docket.state, docket.deliberation.digest) == (S.SIGNING, docket.digest)
    told = Notification.objects.order_by("pk").values_list("user", flat=True)
    assert sorted(told) == sorted(each.pk for each in city.leaders)


def test_while_departments_sign_nothing_is_changed(city):
    presented(city)

    for change in (
        lambda: act.set_cut(city.batch, 2, version=1, **city.person),
        lambda: act.choose(city.batch, city.rows[0], chosen=False, reason="x", **city.person),
        lambda: act.unchoose(city.batch, city.rows[0], **city.person),
        lambda: minutes(city, place="三楼"),
    ):
        with pytest.raises(Refused, match="名单会签中，不能修改；请先收回"):
            change()


def test_the_last_signature_settles_everything_at_once(city):
    Application.objects.filter(pk=city.rows[4].pk).update(vetoed=True)
    act.choose(city.batch, city.rows[0], chosen=False, reason="同一苏木已有两家", **city.person)
    act.choose(city.batch, city.rows[3], chosen=True, reason="替补第 1 名", **city.person)
    presented(city)

    sign(city, 2)
    sign(city, 0)
    assert set(states(city)) == {A.ACCEPTED}
    sign(city, 1)

    docket = Docket(city.batch)
    assert docket.state == S.SETTLED
    assert states(city) == [A.PASSED_OVER, *[A.PROPOSED] * 3, A.PASSED_OVER]
    reasons = list(Application.objects.order_by("pk").values_list("reason", flat=True))
    assert reasons == ["同一苏木已有两家", "", "", "替补第 1 名", "一票否决，不能入选。"]
    assert AuditEvent.objects.filter(action="application.propose").count() == 3
    event = AuditEvent.objects.about(city.rows[0]).get()
    assert event.after == {"state": "passed_over", "名次": 1, "理由": "同一苏木已有两家"}
    assert docket.ranking.chosen and docket.digest == docket.deliberation.digest


def test_one_passed_over_reads_why(city):
    Application.objects.filter(pk=city.rows[3].pk).update(total=70)
    Application.objects.filter(pk=city.rows[4].pk).update(total=None)
    extra = make.make_unit(city.cast.west, "示例己村")
    make.make_candidate(extra, city.batch, 91)
    presented(city)
    for number in range(3):
        sign(city, number)

    reasons = list(Application.objects.order_by("pk").values_list("reason", flat=True))
    assert reasons[3:] == [
        "总分 70.00 分，未达到申报线 80.00 分。",
        "没有验收得分，未入选。",
        "总分 91.00 分，排第 4 名，本批次入选名额 3 家。",
    ]


def test_each_signs_for_their_own_department_and_once(city):
    presented(city)
    docket = Docket(city.batch)
    first, second = docket.bodies[:2]

    with pytest.raises(Refused, match="您不是“市委统战部”的签发人员"):
        act.sign_list(city.batch, second, digest=docket.digest, **person(city.leaders[0]))
    first.signers.add(city.cast.city_officer)
    with pytest.raises(Refused, match="您不是“市委宣传部”的签发人员"):
        act.sign_list(city.batch, first, digest=docket.digest, **city.person)
    sign(city, 0)
    with pytest.raises(Refused, match="“市委宣传部”已经会签过"):
        sign(city, 0)

    stranger = make.make_issuing_body(city.cast.city, "市外的部门", signers=[city.leaders[0]])
    with pytest.raises(Refused, match="不是本批次的命名部门"):
        act.sign_list(city.batch, stranger, digest=docket.digest, **person(city.leaders[0]))
    assert SignOff.objects.count() == 1


def test_one_person_signs_a_list_for_one_department(city):
    bodies = Docket(city.batch).bodies
    mine = city.leaders[0]
    for body in bodies:
        body.signers.add(mine)
    docket = presented(city)
    obj = docket.deliberation
    assert waits_for(obj, mine)
    assert len(Docket(city.batch, user=mine).to_sign) == 3
    sign(city, 0)

    with pytest.raises(Refused, match=f"您已代表“{bodies[0].name}”会签这份名单.*没有会签"):
        act.sign_list(city.batch, bodies[1], digest=docket.digest, **person(mine))

    assert Docket(city.batch, user=mine).to_sign == []
    assert not waits_for(obj, mine)
    sign(city, 1)
    sign(city, 2)
    assert Docket(city.batch).is_settled


def test_a_list_that_changed_on_its_way_is_not_signed(city):
    docket = presented(city)
    with pytest.raises(Refused, match="您打开之后名单有变动"):
        sign(city, 0, digest="0" * 64)

    Application.objects.filter(pk=city.rows[0].pk).update(total=97)
    with pytest.raises(Refused, match="提交会签后，名单里的得分或申报有变动"):
        sign(city, 0, digest=docket.digest)
    assert not SignOff.objects.exists()


def test_one_who_withdraws_while_departments_sign_stops_them(city):
    presented(city)
    sign(city, 0)
    Application.objects.filter(pk=city.rows[4].pk).update(state=A.WITHDRAWN)

    with pytest.raises(Refused, match="请经办人收回后重新提交"):
        sign(city, 1)


def test_signatures_outlive_a_take_back_without_change_and_fall_with_any_change(city):
    presented(city)
    sign(city, 0)
    leader = person(city.leaders[2])
    with pytest.raises(Refused, match="须填写说明"):
        act.take_back(city.batch, note=" ", **leader)
    act.take_back(city.batch, note="补纪要", **leader)
    assert [each.is_valid for each in Docket(city.batch).signatures] == [True, False, False]

    act.choose(city.batch, city.rows[0], chosen=False, reason="材料不实", **city.person)
    act.present(city.batch, **leader)

    assert [each.is_valid for each in Docket(city.batch).signatures] == [False] * 3
    for number in range(3):
        sign(city, number)
    assert Docket(city.batch).is_settled
    assert SignOff.objects.count() == 3


def test_a_settled_or_cancelled_batch_is_not_deliberated_again(city):
    presented(city)
    for number in range(3):
        sign(city, number)
    with pytest.raises(Refused, match="名单已审定"):
        sign(city, 0)

    Batch.objects.filter(pk=city.batch.pk).update(state=Batch.State.CANCELLED)
    with pytest.raises(Refused, match="已取消，不能再审定"):
        minutes(city)


def test_reading_costs_the_same_for_one_and_for_three(city, django_assert_num_queries):
    act.choose(city.batch, city.rows[4], chosen=True, reason="照顾", **city.person)

    def read():
        docket = Docket(city.batch)
        return docket.faults(), docket.balance().cell(), docket.counties, docket.signatures

    Application.objects.exclude(pk=city.rows[0].pk).update(state=A.WITHDRAWN)
    with django_assert_num_queries(8):
        read()
    Application.objects.update(state=A.ACCEPTED)
    with django_assert_num_queries(8):
        read()
