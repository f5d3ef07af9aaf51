"""What is typed is not lost: drafts, sessions that end, tokens that go stale."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import ERROR, add_message
from django.contrib.sessions.models import Session
from django.http import HttpResponseRedirect
from django.test import Client, RequestFactory

from portal.models import Draft
from portal.operations.drafts import save_draft, settle_after
from tests.factories import NOON, make_user

KEY = "units-7-edit-0"


def keep(client, fields, key=KEY):
    body = json.dumps({"fields": fields})
    return client.post(f"/drafts/{key}/", body, content_type="application/json")


def test_a_draft_comes_back_with_the_time_it_was_kept(client, cast):
    client.force_login(cast.clerk)
    with time_machine.travel(NOON, tick=False):
        client.force_login(cast.clerk)
        assert keep(client, [["name", "示例"], ["tick", "a"], ["tick", "b"]]).status_code == 200
        answer = client.get(f"/drafts/{KEY}/").json()

    assert answer["fields"] == [["name", "示例"], ["tick", "a"], ["tick", "b"]]
    assert answer["spoken"] == "12:00"


def test_a_draft_is_its_owners_alone(client, cast):
    save_draft(KEY, fields=[("name", "示例")], actor=cast.clerk, at=NOON)

    client.force_login(cast.other_clerk)

    assert client.get(f"/drafts/{KEY}/").json() == {"fields": []}
    client.delete(f"/drafts/{KEY}/")
    assert Draft.objects.count() == 1


def test_passwords_and_tokens_are_never_kept(cast):
    words = [("new_password", "秘密"), ("csrfmiddlewaretoken", "x"), ("code", "y"), ("a", "b")]
    save_draft(KEY, fields=words, actor=cast.clerk, at=NOON)

    assert Draft.objects.get().data == [["a", "b"]]


@pytest.mark.parametrize("body", ["[]", '{"fields": 1}', '{"fields": [["a"]]}', "\xff"])
def test_a_draft_in_another_shape_is_refused(client, cast, body):
    client.force_login(cast.clerk)

    answer = client.post(f"/drafts/{KEY}/", body, content_type="application/json")

    assert answer.status_code == 400
    assert not Draft.objects.exists()


def test_a_draft_that_is_too_long_stays_in_the_browser(client, cast):
    client.force_login(cast.clerk)

    answer = keep(client, [["text", "字" * 200_001]])

    assert answer.status_code == 409
    assert "已存在本机" in answer.json()["detail"]


def test_saving_a_draft_is_cheap(client, cast, django_assert_max_num_queries):
    client.force_login(cast.clerk)
    keep(client, [["a", "b"]])

    with django_assert_max_num_queries(3):
        keep(client, [["a", "c"]])


def handed_in(user, response, *, level=None):
    request = RequestFactory().post("/x/", {"draft_key": KEY})
    request.user = user
    from django.contrib.messages.storage.cookie import CookieStorage

    request._messages = CookieStorage(request)
    if level:
        add_message(request, level, "没有保存。")
    save_draft(KEY, fields=[("a", "b")], actor=user, at=NOON)
    settle_after(request, response)
    return response


def test_a_form_that_was_accepted_loses_its_draft(cast):
    response = handed_in(cast.clerk, HttpResponseRedirect("/done/"))

    assert not Draft.objects.exists()
    assert response.cookies["draft_done"].value == KEY


@pytest.mark.parametrize(("url", "level"), [("/done/", ERROR), ("/sign-in/?next=/x/", None)])
def test_a_form_that_was_refused_or_met_the_sign_in_page_keeps_it(cast, url, level):
    handed_in(cast.clerk, HttpResponseRedirect(url), level=level)

    assert Draft.objects.exists()


def test_without_a_session_the_script_is_told_so(client, db):
    assert keep(client, []).status_code == 401
    assert client.post("/ping/").json() == {"signed_in": False}


def test_a_form_handed_in_after_the_session_ended_leads_back_to_its_page(client):
    response = client.post(
        "/password/", {"a": "b"}, headers={"referer": "http://testserver/units/7/edit/?tab=2"}
    )

    assert response.url == "/sign-in/?next=%2Funits%2F7%2Fedit%2F%3Ftab%3D2&kept=1"


def test_a_foreign_page_does_not_choose_where_sign_in_leads(client):
    response = client.post("/password/", headers={"referer": "https://evil.example/units/"})

    assert response.url == "/sign-in/?next=%2Fpassword%2F&kept=1"


def ends_at():
    return Session.objects.get().expire_date


def test_a_session_slides_but_is_written_at_most_once_a_minute(client, cast):
    with time_machine.travel(NOON, tick=False) as clock:
        client.force_login(cast.clerk)
        clock.shift(timedelta(seconds=50))
        client.post("/ping/")
        assert ends_at() == NOON + timedelta(minutes=30)
        clock.shift(timedelta(seconds=20))
        client.post("/ping/")
        assert ends_at() == NOON + timedelta(minutes=31, seconds=10)


def test_half_an_hour_without_a_click_ends_the_session(client, cast):
    with time_machine.travel(NOON, tick=False) as clock:
        client.force_login(cast.clerk)
        clock.shift(timedelta(minutes=30, seconds=1))
        assert client.post("/ping/").json() == {"signed_in": False}


def test_a_timer_of_the_page_does_not_keep_the_session_alive(client, cast):
    with time_machine.travel(NOON, tick=False) as clock:
        client.force_login(cast.clerk)
        clock.shift(timedelta(minutes=20))
        client.post("/ping/", headers={"X-Background": "1"})
        assert ends_at() == NOON + timedelta(minutes=30)


def test_a_session_deleted_meanwhile_stays_deleted_without_an_error(client, cast):
    client.force_login(cast.clerk)
    Session.objects.all().delete()

    assert client.post("/ping/").status_code == 200
    assert not Session.objects.exists()


STALE = {"csrfmiddlewaretoken": "x" * 64, "name": "示例单位\n第二行", "password": "秘密的话"}


def stale_post(user, **headers):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client.post("/password/", STALE, headers=headers)


def test_a_stale_token_gives_back_what_was_typed_without_passwords(cast):
    answer = stale_post(cast.clerk, origin="http://testserver")
    text = answer.content.decode()

    assert answer.status_code == 403
    assert "示例单位\n第二行" in text and "重新提交" in text
    assert "秘密的话" not in text


def test_a_form_from_elsewhere_gets_no_second_chance(cast):
    text = stale_post(cast.clerk, origin="https://evil.example").content.decode()

    assert "重新提交" not in text.split("<section")[-1].split("</h1>")[-1]
    assert "示例单位" not in text


def test_drafts_of_long_ago_are_cleared_away(cast):
    save_draft("old", fields=[("a", "b")], actor=cast.clerk, at=NOON - timedelta(days=31))
    save_draft("new", fields=[("a", "b")], actor=cast.clerk, at=NOON)

    assert [draft.key for draft in Draft.objects.all()] == ["new"]


def test_the_account_menu_leads_everywhere_it_should(client, db):
    client.force_login(make_user("unassigned"))

    text = client.get("/password/").content.decode()

    assert 'action="/sign-out/"' in text and "/sign-out/everywhere/" in text


def test_a_person_keeps_a_hundred_drafts_and_the_oldest_goes_first(cast):
    for number in range(102):
        at = NOON + timedelta(minutes=number)
        save_draft(f"form-{number}", fields=[("a", "b")], actor=cast.clerk, at=at)

    kept = Draft.objects.order_by("saved_at").values_list("key", flat=True)
    assert (len(kept), kept[0]) == (100, "form-2")
