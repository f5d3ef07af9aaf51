"""The story of a title: what happened once is told once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import NOON, TODAY, make_designation, make_rule
from units.models import DesignationEvent
from units.title_story import standing_notes, story


@pytest.mark.django_db
def test_a_naming_that_left_an_event_is_told_once(cast):
    title = make_designation(cast.one, named_on=TODAY, starts_on=TODAY, document_no="示例1号")
    for verb, label in (("name", "命名"), ("rectify", "责令整改")):
        told = {"verb": verb, "label": label, "state": "active", "recorded_at": NOON}
        DesignationEvent.objects.create(designation=title, happened_on=TODAY, **told)

    told = [each.text for each in story(title, user=cast.clerk)]

    assert sum("命名" in each for each in told) == 1
    assert any(each.startswith("责令整改") for each in told)


@pytest.mark.django_db
def test_a_move_tells_the_state_only_where_it_says_something_new(cast):
    title = make_designation(cast.one, named_on=TODAY, starts_on=TODAY)
    moves = (("rectify", "责令整改", "rectifying"), ("revoke", "撤销", "revoked"))
    for verb, label, state in moves:
        told = {"verb": verb, "label": label, "state": state, "recorded_at": NOON}
        DesignationEvent.objects.create(designation=title, happened_on=TODAY, **told)

    told = [each.text for each in story(title, user=cast.clerk)]

    assert "撤销" in told and "责令整改（状态：整改中）" in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("reverify", "不需要重新申报：由呼伦贝尔市列入复验"),
        ("reapply", "须重新申报：呼伦贝尔市启动批次"),
        ("both", "可以等呼伦贝尔市列入复验"),
    ],
)
def test_near_its_end_the_title_says_whether_to_wait_or_apply_anew(cast, client, policy, told):
    today = timezone.localdate()
    make_rule(expiry_policy=policy)
    title = make_designation(cast.one, ends_on=today + timedelta(days=8))

    [(_, words, _)] = standing_notes(title, today)
    client.force_login(cast.clerk)

    assert words.startswith("还有 7 天到期。")
    assert told in words and "向呼伦贝尔市审核人员询问" in words
    assert told in client.get("/").content.decode()
