"""Many at once: only those in which nothing differs, decided again when the button is pressed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.errors import Refused
from portal.models import Draft, Notification
from tests.factories import NOON, make_body, make_rule, make_running_batch
from tests.units.desks import fresh, give_places, hand_in, make_file, on_desk, recommended, said
from units.models import Application, Consultation, HonourRule, Opinion
from units.operations.approving import MOST, approve_many, judge, rows_to_judge
from units.operations.desks import forward_application, return_application
from units.operations.opinions import record_approvals


@pytest.fixture
def batch(cast):
    return make_running_batch(cast.city)


def verdicts(cast, *applications, actor=None):
    rows = rows_to_judge([each.pk for each in applications])
    found = judge(rows, actor=actor or cast.east_officer, at=NOON)
    return {each.application.pk: each.reasons for each in found}


def approve(cast, *applications, whole=False, text="同意。", actor=None):
    return approve_many(
        [each.pk for each in applications],
        seen={each.pk: each.moves for each in applications},
        text=text,
        whole=whole,
        actor=actor or cast.east_officer,
        at=NOON,
    )


def test_those_without_a_difference_go_with_one_comment(cast, batch):
    rows = [on_desk(cast, batch, cast.east) for _ in range(3)]

    approve(cast, *rows)

    assert {fresh(each).desk for each in rows} == {cast.city}
    assert [fresh(each).recommended_rank for each in rows] == [1, 2, 3]
    assert set(Opinion.objects.values_list("kind", "text")) == {("recommend", "同意。")}


def test_a_desk_to_which_many_come_hears_of_it_once(cast, batch):
    approve(cast, *[on_desk(cast, batch, cast.east) for _ in range(3)])

    told = Notification.objects.filter(user=cast.city_officer)
    assert [each.text[:16] for each in told] == ["待审核：东旗同意推荐 3 件，有"]


def test_at_the_naming_region_approving_means_accepting(cast, batch):
    rows = [recommended(cast, batch, rank) for rank in (1, 2)]

    approve(cast, *rows, actor=cast.city_officer)

    assert {fresh(each).state for each in rows} == {Application.State.ACCEPTED}


def test_a_remark_of_the_desk_below_stands_in_the_way(cast, batch):
    application = on_desk(cast, batch, cast.east_sumu)
    forward_application(
        application, actor=cast.sumu_officer, at=NOON, said=said(remarks={"deeds": "户数待核。"})
    )

    assert verdicts(cast, application) == {application.pk: ["下级经办有逐节意见"]}


def test_what_this_desk_gave_back_is_looked_at_by_itself(cast, batch):
    application = on_desk(cast, batch, cast.east)
    return_application(application, actor=cast.east_officer, at=NOON, said=said("请补充。"))
    later = NOON + timedelta(hours=1)
    Application.objects.update(state="reviewing", desk=cast.east, desk_since=later)
    hand_in(fresh(application), at=later)

    assert verdicts(cast, application) == {application.pk: ["退回后重新提交，内容有改动"]}


def test_words_typed_on_the_review_page_are_not_passed_over(cast, batch):
    application = on_desk(cast, batch, cast.east)
    key = f"application-{application.pk}-review"
    draft = {"user": cast.east_officer, "key": key, "saved_at": NOON}
    Draft.objects.create(data=[["text", " "], ["remark_deeds", "数字不对"]], **draft)

    assert verdicts(cast, application) == {application.pk: ["您在审核页写了意见，还没有提交"]}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("none", "征求意见还有 1 家没有回复"), ("objected", "征求意见中 1 家有不同意见")],
)
def test_what_another_body_said_or_has_not_said_stands_in_the_way(cast, batch, answer, reason):
    application = on_desk(cast, batch, cast.east)
    days = {"asked_on": NOON.date(), "reply_by": NOON.date()}
    Consultation.objects.create(
        application=application, body_name="市公安局", answer=answer,
        recorded_by=cast.city_officer, **days,
    )  # fmt: skip

    assert verdicts(cast, application) == {application.pk: [reason]}


def test_the_preview_counts_the_places_one_after_the_other(cast, batch):
    give_places(batch, make_body(cast.east), 2)
    rows = [on_desk(cast, batch, cast.east) for _ in range(3)]

    told = verdicts(cast, *rows)

    assert [told[each.pk] for each in rows[:2]] == [[], []]
    assert told[rows[2].pk] == ["东旗名额 2 家，已推荐 2 家，没有余额"]


def test_one_that_stays_takes_no_place_from_the_others(cast, batch):
    give_places(batch, make_body(cast.east), 1)
    first, second = on_desk(cast, batch, cast.east), on_desk(cast, batch, cast.east)
    Draft.objects.create(
        user=cast.east_officer,
        key=f"application-{first.pk}-review",
        data=[["text", "x"]],
        saved_at=NOON,
    )

    told = verdicts(cast, first, second)

    assert (len(told[first.pk]), told[second.pk]) == (1, [])


def test_a_missing_approval_is_named(cast):
    batch = make_running_batch(cast.city, rule=make_rule(approval_route=["领导小组同意"]))
    rows = [on_desk(cast, batch, cast.east) for _ in range(2)]
    paper = said(file=make_file(cast.east_officer))
    person = {"actor": cast.east_officer, "at": NOON}

    record_approvals(rows[:1], step="领导小组同意", said=paper, **person)

    assert list(verdicts(cast, *rows).values()) == [[], ["报批程序还没有完成：领导小组同意"]]


def test_all_or_none_does_nothing_while_one_has_to_stay(cast, batch):
    give_places(batch, make_body(cast.east), 1)
    rows = [on_desk(cast, batch, cast.east) for _ in range(2)]

    with pytest.raises(Refused, match="有 1 件不能一并办理，没有办理任何一件"):
        approve(cast, *rows, whole=True)

    assert {fresh(each).desk for each in rows} == {cast.east}


def test_each_that_may_goes_and_the_others_say_why(cast, batch):
    give_places(batch, make_body(cast.east), 1)
    rows = [on_desk(cast, batch, cast.east) for _ in range(2)]

    told = approve(cast, *rows)

    assert [each.may for each in told] == [True, False]
    assert [fresh(each).desk for each in rows] == [cast.city, cast.east]


def test_what_was_moved_after_the_preview_stays(cast, batch):
    application = on_desk(cast, batch, cast.east)
    Application.objects.update(moves=application.moves + 2)

    told = approve(cast, application)

    assert told[0].reasons == ["您打开之后有人办理过"]
    assert fresh(application).desk == cast.east


def test_what_lies_elsewhere_is_not_touched(cast, batch):
    application = on_desk(cast, batch, cast.west, region=cast.west)

    assert verdicts(cast, application) == {application.pk: ["已不在您的待办中"]}
    approve(cast, application)
    assert fresh(application).desk == cast.west


def test_nothing_and_too_many_are_refused(cast):
    for keys in ([], list(range(1, MOST + 2))):
        with pytest.raises(Refused, match="没有办理任何一件"):
            approve_many(keys, seen={}, text="", whole=False, actor=cast.east_officer, at=NOON)


@pytest.mark.usefixtures("noon")
class TestPages:
    @pytest.fixture
    def client(self, client, cast):
        client.force_login(cast.east_officer)
        return client

    def test_the_bar_leads_to_a_preview_of_what_is_ticked(self, client, cast, batch):
        rows = [on_desk(cast, batch, cast.east, f"示例{each}嘎查") for each in "甲乙丙"]
        sent = {"act": "approve", "scope": "picked", "pk": [each.pk for each in rows[:2]]}

        page = client.post(reverse("units:desk-bulk"), sent, follow=True).content.decode()

        assert "同意 2 件" in page
        assert "示例丙嘎查" not in page

    def test_pressing_passes_them_on_and_says_how_many(self, client, cast, batch):
        rows = [on_desk(cast, batch, cast.east) for _ in range(2)]
        sent = {"pk": [each.pk for each in rows], "whole": "0", "text": "同意。"}
        sent |= {f"moves_{each.pk}": each.moves for each in rows}

        answer = client.post(reverse("units:desk-approve"), sent, follow=True)

        assert "已同意 2 件。" in answer.content.decode()

    def test_keys_of_others_lead_back_with_a_word(self, client, cast, batch):
        stranger = on_desk(cast, batch, cast.west, "示例西边", region=cast.west)
        url = f"{reverse('units:desk-approve')}?pk={stranger.pk}&pk=abc"

        page = client.get(url, follow=True).content.decode()

        assert "没有选中您待办的申报" in page
        assert "示例西边" not in page

    def test_the_preview_costs_the_same_at_one_row_and_at_three(self, client, cast, batch):
        give_places(batch, make_body(cast.east), 9)
        HonourRule.objects.filter(pk=batch.rule_id).update(approval_route=["领导小组同意"])
        keys = [f"pk={on_desk(cast, batch, cast.east).pk}" for _ in range(3)]

        def statements(count):
            with CaptureQueriesContext(connection) as told:
                client.get(f"{reverse('units:desk-approve')}?{'&'.join(keys[:count])}")
            return len(told)

        client.get(reverse("units:desk"))
        assert statements(3) == statements(1) <= 30
