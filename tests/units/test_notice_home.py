"""What the naming office finds on its home page about notices and objections."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.models import Notification
from tests.factories import make_issuers, make_notice, make_running_batch
from units.models import PublicNotice
from units.operations import objections
from units.operations.objection_reminders import remind_of_objections

SAID = {"entry": None, "source": "online", "is_anonymous": True, "text": "示例情况"}


@pytest.fixture
def batch(cast):
    return make_running_batch(cast.city)


def home(client, person):
    client.force_login(person)
    return client.get(reverse("portal:home")).content.decode()


def test_an_objection_waits_there_until_it_is_settled(batch, client, leader, cast):
    now = timezone.now()
    notice = make_notice(batch, leader, at=now)
    made = objections.file_objection(notice, SAID | {"name": "", "contact": ""}, at=now)
    made = objections.handle_objection(made, actor=leader, at=now)

    words = f"{made.due_on} 前办结"
    whose = f"{cast.city.name}可签发的审核人员（{leader.name}）"
    assert whose in home(client, cast.city_officer)
    assert f"认定由{whose}办理。" in client.get(made.get_absolute_url()).content.decode()
    assert whose not in home(client, leader)
    assert words in home(client, leader)
    assert words not in home(client, cast.east_officer)
    told = {"findings": "不属实", "answer": "经核实不属实。"}
    objections.dismiss_objection(made, **told, actor=leader, at=now)
    assert words not in home(client, leader)


def test_who_signs_for_another_department_finds_no_objections_there(batch, client, leader):
    now = timezone.now()
    other, host = make_issuers(batch, "示例宣传部", "示例民委")
    notice = make_notice(batch, leader, at=now)
    made = objections.file_objection(notice, SAID | {"name": "", "contact": ""}, at=now)

    assert made.get_absolute_url() in home(client, host)
    assert made.get_absolute_url() in home(client, leader)
    assert made.get_absolute_url() not in home(client, other)

    list(remind_of_objections(made.due_on, now))
    late = Notification.objects.filter(text__contains="逾期").values_list("user", flat=True)
    assert host.pk in late and other.pk not in late


def test_a_draft_waits_there_to_be_published(batch, client, leader):
    make_notice(batch, leader, state=PublicNotice.State.DRAFT, published_at=None, title="示例公示")

    page = home(client, leader)

    assert "示例公示" in page and "待发布" in page


def test_a_clerk_is_not_shown_the_office_s_pages(batch, client, leader, cast):
    client.force_login(cast.clerk)

    assert client.get(make_notice(batch, leader).get_absolute_url()).status_code == 403
