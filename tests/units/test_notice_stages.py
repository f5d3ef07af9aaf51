"""What publishing a notice does is read first; the batch's timetable follows the real notice."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.models import AuditEvent
from portal.operations.sign_in import CONFIRMED
from tests.factories import NOON
from tests.units.decided import make_two_proposed
from tests.units.test_notices import WORDS
from units.models import PublicNotice
from units.operations import notices as act


@pytest.fixture
def batch(cast):
    return make_two_proposed(cast)


def test_publishing_says_first_what_it_does_and_the_timetable_follows(batch, client, leader):
    now, office = timezone.now(), {"actor": leader}
    planned = act.initial_notice(batch, timezone.localdate())
    notice = act.draft_notice(batch, WORDS | planned, at=now, **office)
    url = reverse("units:notice-move", args=[notice.pk, "publish"])
    client.force_login(leader)
    session = client.session
    session[CONFIRMED] = now.timestamp()
    session.save()

    page = client.post(url, {"version": 1}).content.decode()
    unpublished = not PublicNotice.objects.published().exists()
    client.post(url, {"version": 1, "sure": "1"})

    assert unpublished and "公示 2 个单位" in page and "确认发布" in page
    assert (
        "批次的公示阶段原定 2027-01-31 至 2027-02-10，改为" in page and str(notice.last_day) in page
    )
    assert "批次的审定阶段原定" in page and "随公示发布结束" in page
    stages = {each.kind: each for each in batch.stages.all()}
    hung = stages["notice"]
    days = [timezone.localdate(each) for each in (hung.starts_at, hung.ends_at)]
    assert days == [notice.starts_on, notice.ends_on]
    assert stages["deliberating"].is_over(timezone.now())
    told = AuditEvent.objects.get(action="batch.follow_notice").after
    assert set(told) == {"测评验收", "审定", "公示"}


def test_a_notice_later_than_planned_moves_the_naming_along(batch, leader):
    batch.stages.filter(kind="deciding").update(starts_at=NOON, ends_at=NOON + timedelta(days=9))
    draft = act.draft_notice(batch, WORDS, actor=leader, at=NOON)

    act.publish_notice(draft, actor=leader, at=NOON)

    stage = batch.stages.get(kind="deciding")
    assert timezone.localdate(stage.starts_at) == draft.ends_on
    assert stage.ends_at - stage.starts_at == timedelta(days=9)
