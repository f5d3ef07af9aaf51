"""What nobody types by accident: each is answered by a page or a sentence, never by a fault."""

import json

import pytest
from django.http import HttpResponseRedirect
from django.urls import reverse

from portal.models import Draft, User
from portal.operations.drafts import save_draft
from portal.text import folded
from tests import factories as make
from tests.factories import NOON
from tests.portal.test_drafts import KEY, keep

R = User.Role
LIGATURES = "ﷺ" * 40  # forty signs that are 720 letters when they are compared


@pytest.mark.parametrize("name", ["units:register", "units:batches", "portal:jobs"])
@pytest.mark.parametrize(
    "query", ["page=²", "size=²", "page=٣", "sort=--year", "sort=--name", "size=" + "1" * 3000]
)
def test_a_list_takes_any_address(client, cast, name, query):
    client.force_login(cast.city_officer)

    assert client.get(f"{reverse(name)}?{query}").status_code == 200


@pytest.mark.parametrize("pk", ["²", "9" * 30, "1" * 5000, "-1", ""])
def test_ticks_that_are_no_keys_are_nobody(client, cast, pk):
    client.force_login(make.make_user(R.SECURITY_ADMIN, cast.city))
    answer = client.post(reverse("portal:account-grants"), {"pk": pk}, follow=True)

    assert "没有勾选账号" in answer.content.decode()


@pytest.mark.parametrize("back", ["units", "-1", "portal:home", "javascript:alert(1)", "a.b"])
def test_a_way_back_that_is_no_address_leads_home(client, cast, back):
    client.force_login(cast.city_officer)
    answer = client.post(reverse("portal:view-choose"), {"page": "register", "back": back})

    assert answer.url == "/"


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_days_of_another_age_do_not_break_the_log(client, cast, day):
    client.force_login(make.make_user(R.AUDIT_ADMIN, cast.city))
    answer = client.get(reverse("portal:audit"), {"since": day, "until": day})

    assert answer.status_code == 200


@pytest.mark.parametrize("key", ["😀", "a\r\nSet-Cookie: a=b", "\0", "x" * 121])
def test_the_key_of_a_draft_is_a_plain_word(client, cast, key):
    client.force_login(cast.clerk)
    chosen = {"page": "register", "back": "/", "draft_key": key}
    answer = client.post(reverse("portal:view-choose"), chosen)

    assert isinstance(answer, HttpResponseRedirect)
    assert "draft_done" not in answer.cookies
    assert client.get(f"/drafts/{'x' * 121}/").status_code == 404


def test_a_draft_keeps_nothing_that_a_database_refuses(client, cast):
    client.force_login(cast.clerk)
    keep(client, [["name", "示例\0村"]])
    assert Draft.objects.get(key=KEY).data == [["name", "示例村"]]

    half = json.loads('"\\ud83d"')
    save_draft(KEY, fields=[("name", half)], actor=cast.clerk, at=NOON)
    assert Draft.objects.get(key=KEY).data == [["name", "?"]]


def test_a_user_name_does_not_grow_beyond_its_column(client, cast):
    wrong = {"username": LIGATURES, "password": "x"}
    assert client.post(reverse("portal:sign-in"), wrong).status_code == 200

    client.force_login(make.make_user(R.SYSTEM_ADMIN, cast.city))
    details = {"username": "ﷲ" * 20, "name": "甲", "proposed_role": R.OFFICER}
    answer = client.post(
        reverse("portal:account-new"), details | {"region": cast.east.pk, "region_text": ""}
    )
    assert "用户名最长 40 个字" in answer.content.decode()


def test_compared_text_holds_no_nul():
    assert folded("示例\0村") == "示例村"
