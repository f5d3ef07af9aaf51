"""代办委托: dated, to a colleague in sight, one at a time, audited, ended early by either."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.errors import Refused
from portal.models import AuditEvent, User
from tests.factories import make_clerk, make_issuing_body, make_officer, make_running_batch
from tests.units.desks import on_desk
from units.access import acts_for, holds_desk
from units.desks import desk_of
from units.holdings import Holding, colleagues_of
from units.models import Application, Delegation, RecommendingBody
from units.operations.delegations import end_delegation, hand_over_desk
from units.operations.desks import people_at

TODAY = timezone.localdate()
NOW = timezone.now()


def hand_over(cast, to=None, first=0, last=5, actor=None):
    return hand_over_desk(
        cast.east_officer,
        to=to or cast.city_officer,
        starts_on=timezone.localdate() + timedelta(days=first),
        ends_on=timezone.localdate() + timedelta(days=last),
        reason="休假",
        actor=actor or cast.east_officer,
        at=timezone.now(),
    )


def test_both_are_told_and_the_audit_keeps_the_days(cast):
    made = hand_over(cast)

    assert cast.east.pk in Holding.of(cast.city_officer).givers
    event = AuditEvent.objects.about(made).get()
    assert (event.action, event.after["taker"]) == ("delegation.add", cast.city_officer.name)
    last = timezone.localdate() + timedelta(days=4)
    assert f" 至 {last}。" in cast.city_officer.notifications.get().text


@pytest.mark.parametrize("who", ["west_officer", "sumu_officer", "clerk"])
def test_only_somebody_who_sees_the_desk_may_take_it(cast, who):
    with pytest.raises(Refused, match="只能委托本地区或上一级地区的审核人员"):
        hand_over(cast, to=getattr(cast, who))


def test_own_colleagues_come_first_and_signers_of_departments_above_not_at_all(cast):
    own, signer = make_officer(cast.east), make_officer(cast.city, may_sign=True)
    make_issuing_body(region=cast.city).signers.add(signer)

    assert [*colleagues_of(cast.east_officer)] == [own, cast.city_officer]
    assert hand_over(cast, to=own).pk


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (-1, 5, "从今天或以后开始"),
        (3, 3, "最后一天不能早于开始日期"),
        (0, 181, "最长 180 天"),
    ],
)
def test_its_days_lie_ahead_and_are_not_too_many(cast, first, last, sentence):
    with pytest.raises(Refused, match=sentence):
        hand_over(cast, first=first, last=last)


def test_one_desk_is_handed_to_one_person_at_a_time(cast):
    hand_over(cast, first=2, last=6)

    last = timezone.localdate() + timedelta(days=5)
    with pytest.raises(Refused, match=f"至 {last} 已委托.*时间重叠"):
        hand_over(cast, to=make_officer(cast.city), first=5, last=9)
    assert hand_over(cast, first=6, last=9).pk


def test_nobody_hands_over_another_persons_desk(cast):
    with pytest.raises(Refused, match="只能委托自己经办的审核"):
        hand_over(cast, actor=cast.city_officer)


@pytest.mark.parametrize("who", ["east_officer", "city_officer"])
def test_either_ends_it_early_and_the_other_hears_of_it(cast, who):
    made = hand_over(cast)

    end_delegation(made, actor=getattr(cast, who), at=timezone.now())

    assert cast.east.pk not in Holding.of(cast.city_officer).givers
    other = cast.east_officer if who == "city_officer" else cast.city_officer
    assert other.notifications.filter(text__contains="提前收回").count() == 1


def test_a_giver_who_moves_on_takes_no_desk_along(client, cast):
    mate = make_officer(cast.east)
    hand_over(cast, to=mate)
    batch = make_running_batch(cast.city)
    application = on_desk(cast, batch, cast.east)
    assert holds_desk(mate, application) and mate in people_of(application)

    move(cast.east_officer, cast.city)

    above = on_desk(cast, batch, cast.city, recommended_at=NOW, recommended_rank=1)
    assert not holds_desk(mate, above)
    assert Holding.of(mate).regions == [cast.east.pk]
    assert mate not in people_of(above)
    client.force_login(mate)
    assert "人员有变动，不再代办" in client.get(reverse("units:delegations")).content.decode()


def test_a_taker_who_moves_elsewhere_keeps_no_desk(client, cast):
    mate = make_officer(cast.east)
    hand_over(cast, to=mate)
    application = on_desk(cast, make_running_batch(cast.city), cast.east)

    move(mate, cast.city)  # above: sees it all the same
    assert holds_desk(mate, application)

    move(mate, cast.west)
    assert not holds_desk(mate, application)
    assert Holding.of(mate).regions == [cast.west.pk]
    client.force_login(mate)
    assert application.unit.name not in client.get(reverse("units:desk")).content.decode()


def move(user, region):
    user.region = region
    user.save()


def people_of(application):
    return people_at(desk_of(application), application)


class TestLine:
    """A line body's applications are read by those who work for it, as long as they do."""

    @pytest.fixture
    def application(self, cast):
        body = RecommendingBody.objects.create(name="示例铁路", kind="line", region=cast.city)
        body.members.add(cast.east_officer)
        return on_desk(
            cast, make_running_batch(cast.city), cast.city, region=cast.west, body=body,
            at_line_desk=True,
        )  # fmt: skip

    def reads(self, user, application):
        seen = Application.objects.visible_to(user).filter(pk=application.pk).exists()
        holds = holds_desk(user, application)
        assert holds == (application.body_id in Holding.of(user).bodies)
        assert holds == acts_for(user, application.body) == seen
        return seen

    @pytest.mark.parametrize("lost", [{"is_active": False}, {"role": "unassigned"}])
    def test_a_stand_in_reads_while_the_giver_is_an_officer(self, cast, application, lost):
        mate = make_officer(cast.east)
        hand_over(cast, to=mate)
        assert self.reads(mate, application)

        User.objects.filter(pk=cast.east_officer.pk).update(**lost)

        assert not self.reads(mate, application)

    def test_a_member_reads_as_an_officer_of_a_body_in_use(self, cast, application):
        member = cast.east_officer
        assert self.reads(member, application)
        member.role = "auditor"
        assert not self.reads(member, application)

        member.role = "officer"
        RecommendingBody.objects.update(is_active=False)
        application.body.refresh_from_db()
        assert not self.reads(member, application)


def test_what_has_ended_or_is_anothers_cannot_be_ended(cast):
    made = hand_over(cast)
    with pytest.raises(Refused, match="只有委托人和受托人"):
        end_delegation(made, actor=cast.west_officer, at=timezone.now())
    end_delegation(made, actor=cast.east_officer, at=timezone.now())

    with pytest.raises(Refused, match="已经结束"):
        end_delegation(made, actor=cast.east_officer, at=timezone.now())


class TestPages:
    url = reverse("units:delegations")

    def test_the_last_day_typed_is_a_day_of_it(self, client, cast):
        client.force_login(cast.east_officer)
        last = timezone.localdate() + timedelta(days=4)
        sent = {"taker": cast.city_officer.pk, "last_on": f"{last}", "reason": "休假"}

        client.post(self.url, {**sent, "starts_on": f"{timezone.localdate()}"})

        assert Delegation.objects.get().ends_on == last + timedelta(days=1)

    def test_both_see_it(self, client, cast):
        hand_over(cast)

        for user, word in ((cast.east_officer, "收回"), (cast.city_officer, "交回")):
            client.force_login(user)
            page = client.get(self.url).content.decode()
            assert "代办中" in page
            assert word in page

    def test_only_colleagues_in_sight_can_be_chosen(self, client, cast):
        client.force_login(cast.east_officer)

        answer = client.post(
            self.url,
            {"taker": cast.west_officer.pk, "starts_on": f"{TODAY}", "last_on": f"{TODAY}"},
        )

        assert answer.status_code == 200
        assert not Delegation.objects.exists()

    def test_a_stranger_cannot_end_it(self, client, cast):
        made = hand_over(cast)
        client.force_login(cast.west_officer)

        url = reverse("units:delegation-end", args=[made.pk])

        assert client.post(url).status_code == 404

    def test_clerks_have_no_desk(self, client, cast):
        client.force_login(make_clerk(cast.one))

        assert client.get(self.url).status_code == 403
