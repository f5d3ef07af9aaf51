"""What a batch leaves undecided when it ends: told as over, counted as nobody's work."""

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.errors import Refused
from portal.models import Notification
from tests.factories import (
    NOON,
    TODAY,
    make_application,
    make_requirement,
    make_running_batch,
    make_submitted,
    make_unit,
)
from tests.units.applying import fresh
from units.access import may_consult
from units.models import Application, Batch, Consultation
from units.operations import applications as act
from units.operations.application_files import may_add_scan
from units.operations.application_news import tell_of_end

A = Application.State
ENDED = [Batch.State.CANCELLED, Batch.State.DONE]


@pytest.fixture
def batch(cast):
    return make_running_batch(cast.city)


@pytest.fixture
def lying(cast, batch):
    """On the desk of the city when its batch ends."""
    return make_submitted(cast.one, batch, cast.city)


@pytest.fixture
def draft(cast, batch):
    cast.other.clerks.add(cast.clerk)
    return make_application(cast.other, batch)


def end(state=Batch.State.CANCELLED):
    Batch.objects.update(state=state)


def page_of(client, user, name, *args, **given):
    client.force_login(user)
    return client.get(reverse(f"units:{name}", args=args), given)


@pytest.mark.parametrize("state", ENDED)
def test_the_list_tells_it_as_over(client, cast, lying, state):
    shown = lambda: page_of(client, cast.city_officer, "applications").content.decode()
    assert '<span class="p-tag t-doing">审核中</span>' in shown()

    end(state)

    assert '<span class="p-tag t-off">随批次结束</span>' in shown()
    assert '<span class="p-tag t-doing">审核中</span>' not in shown()


def found_by(client, cast, state):
    rows = page_of(client, cast.city_officer, "applications", state=state).context["rows"]
    return {each.pk for each in rows}


@pytest.mark.parametrize("state", ENDED)
def test_the_filter_finds_it_among_those_that_are_over(client, cast, lying, state):
    end(state)
    other = make_running_batch(cast.city, "第八批")
    living = make_submitted(make_unit(cast.east), other, cast.city)
    named = make_application(make_unit(cast.east), lying.batch, state=A.NAMED, submitted_at=NOON)

    assert found_by(client, cast, "left_over") == {lying.pk}
    assert found_by(client, cast, A.REVIEWING) == {living.pk}
    assert found_by(client, cast, A.NAMED) == {named.pk}


def test_the_page_of_the_batch_counts_it_as_over(client, cast, batch, lying, draft):
    progress = lambda: page_of(client, cast.city_officer, "batch", batch.pk).context["progress"]
    assert ("审核中", "t-doing", 1) in progress()

    end()

    assert progress() == [("随批次结束", "t-off", 1)]


def test_its_own_page_tells_it_and_offers_no_move(client, cast, lying):
    shown = lambda: page_of(client, cast.clerk, "application", lying.pk)
    assert shown().context["steps"] == {"withdraw"}

    end()

    assert shown().context["steps"] == set()
    assert "随批次结束</span>" in shown().content.decode()


def test_the_unit_writes_in_it_no_more(client, cast, draft):
    end()
    values = {"version": 0, "values": {}, "actor": cast.clerk, "at": NOON}

    with pytest.raises(Refused, match="已取消，现在不能申报，没有保存"):
        act.save_part(draft, "deeds", **values)
    asked = make_requirement(draft.batch)
    files = page_of(client, cast.clerk, "material-files", draft.pk, asked.pk)
    assert not files.context["item"].may_change
    answer = page_of(client, cast.clerk, "application-fill", draft.pk)
    assert answer.url == draft.get_absolute_url()


def test_the_unit_takes_it_back_no_more(cast, lying):
    end()

    with pytest.raises(Refused, match="已取消，没有撤回"):
        act.withdraw_application(lying, note="示例", actor=cast.clerk, at=NOON)


def test_nobody_is_asked_about_it_and_no_scan_is_added(cast, lying):
    asks = lambda: [may_consult(cast.city_officer, fresh(lying)),
                    may_add_scan(cast.city_officer, fresh(lying))]  # fmt: skip
    assert asks() == [True, True]

    end()

    assert asks() == [False, False]


def test_an_answer_about_it_is_awaited_no_more(client, cast, lying):
    days = {"asked_on": TODAY - timedelta(days=9), "reply_by": TODAY - timedelta(days=2)}
    said = {"application": lying, "recorded_by": cast.city_officer, "body_name": "示例局"}
    asked = Consultation.objects.create(**days, **said)
    overdue = lambda: list(Consultation.objects.overdue(TODAY))
    assert overdue() == [asked] and asked.is_overdue(TODAY)
    assert "逾期未回" in page_of(client, cast.city_officer, "review", lying.pk).content.decode()

    end()

    asked = Consultation.objects.get()
    assert overdue() == [] and not asked.is_overdue(TODAY)
    for name, *args in (("review", lying.pk), ("consultations",), ("consultation", asked.pk)):
        page = page_of(client, cast.city_officer, name, *args).content.decode()
        assert "逾期未回</span>" not in page


def test_whose_unit_is_no_more_hears_of_running_ones_only(cast, lying):
    end()
    cast.one.closed_on = TODAY
    cast.one.save()

    tell_of_end(cast.one, at=NOON)

    assert not Notification.objects.exists()
