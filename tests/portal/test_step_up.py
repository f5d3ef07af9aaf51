"""Deciding acts ask for the password once more, within the limits of signing in."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.test import Client
from django.urls import path
from django.utils import timezone

from portal.gate import roles_only
from portal.models import AuditEvent, DailyTries, FormKey, User
from portal.once import once
from portal.operations.sign_in import CONFIRMED
from portal.step_up import MINUTES, is_fresh, step_up
from portal.urls import urlpatterns as portal_patterns
from tests.factories import NOON, make_officer, make_region

PASSWORD = "Portal-2026-x"
done = []


def look(request, pk):
    if pk != 7:
        raise Http404


@roles_only(User.Role.OFFICER)
@step_up(look)
@once
def decide(request, pk):
    if request.method == "POST":
        done.append(request.POST.getlist("note"))
        return HttpResponseRedirect("/")
    return HttpResponse("确认办理")


urlpatterns = [path("decide/<int:pk>/", decide), *portal_patterns]


@pytest.fixture
def client(db, settings):
    settings.ROOT_URLCONF = __name__
    done.clear()
    client = Client()
    client.force_login(make_officer(make_region(), username="leader"))
    return client


def test_the_page_opens_only_after_the_password_and_says_so_in_the_audit_log(client):
    asked = client.get("/decide/7/")
    answer = client.post("/decide/7/", {"step_up_password": PASSWORD, "step_up_coming": "1"})
    page = client.get("/decide/7/")

    assert "请再次输入密码" in asked.content.decode()
    assert (answer.status_code, answer.url) == (302, "/decide/7/")
    assert page.content.decode() == "确认办理"
    assert done == []
    assert AuditEvent.objects.filter(action="user.confirm").count() == 1


def test_what_was_typed_is_carried_along_and_acted_on_once(client):
    sent = {"note": ["第一段", "<第二段>"], "form_key": "k" * 32}
    asked = client.post("/decide/7/", sent).content.decode()
    client.post("/decide/7/", {**sent, "step_up_password": PASSWORD})
    client.post("/decide/7/", {**sent, "step_up_password": PASSWORD})

    assert '<input type="hidden" name="note" value="第一段">' in asked
    assert 'value="&lt;第二段&gt;"' in asked
    assert done == [["第一段", "<第二段>"]]
    assert FormKey.objects.count() == 1


def test_a_wrong_password_does_nothing_and_counts_as_a_try(client):
    answer = client.post("/decide/7/", {"note": "x", "step_up_password": "wrong"})

    assert "密码不对，还没有办理。再错 4 次" in answer.content.decode()
    assert 'value="wrong"' not in answer.content.decode()
    assert done == []
    assert DailyTries.objects.get(username="leader").count == 1
    assert "wrong" not in str(AccessAttempt.objects.values_list("post_data", flat=True))


def test_after_five_wrong_ones_the_right_one_waits_too(client):
    for _ in range(5):
        client.post("/decide/7/", {"step_up_password": "wrong"})

    answer = client.post("/decide/7/", {"step_up_password": PASSWORD})

    assert answer.status_code == 429
    assert done == []


def test_a_stranger_gets_404_before_anybody_asks(client):
    assert client.get("/decide/8/").status_code == 404
    assert client.post("/decide/8/", {"step_up_password": PASSWORD}).status_code == 404
    assert not AuditEvent.objects.filter(action="user.confirm").exists()


def test_signing_in_alone_is_not_giving_it_once_more(client):
    client.logout()
    client.post("/sign-in/", {"username": "leader", "password": PASSWORD})

    assert "请再次输入密码" in client.get("/decide/7/").content.decode()


def test_it_lasts_ten_minutes_and_not_a_moment_longer_nor_into_the_past():
    session = {CONFIRMED: NOON.timestamp()}

    assert is_fresh(session, NOON)
    assert is_fresh(session, NOON + timedelta(minutes=MINUTES) - timedelta(milliseconds=1))
    assert not is_fresh(session, NOON + timedelta(minutes=MINUTES))
    assert not is_fresh(session, NOON - timedelta(seconds=1))
    assert not is_fresh({}, NOON)


def test_an_old_confirmation_asks_again(client):
    session = client.session
    session[CONFIRMED] = (timezone.now() - timedelta(minutes=11)).timestamp()
    session.save()

    assert "请再次输入密码" in client.get("/decide/7/").content.decode()


def test_a_lost_file_leads_back_to_the_page_instead_of_acting_without_it(client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    asked = client.post("/decide/7/", {"file": SimpleUploadedFile("a.pdf", b"x")})

    assert "所选文件没有保留" in asked.content.decode()
    assert 'name="step_up_coming"' in asked.content.decode()
