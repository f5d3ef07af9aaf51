"""Objections from the public: not in floods, not in vain, and never answered by a fault."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from portal.models import Hit, Setting
from portal.operations.reference import load_settings
from tests.factories import NOON, make_file, make_notice, make_running_batch
from units.models import Objection, PublicNotice
from units.operations import objections
from units.views import public

SAID = {
    "entry": None,
    "source": "online",
    "is_anonymous": True,
    "name": "",
    "contact": "",
    "text": "材料与事实不符。",
}


@pytest.fixture
def open_now(cast, leader):
    return make_notice(make_running_batch(cast.city), leader, at=timezone.now())


def post(client, notice, key="0" * 32, from_="127.0.0.1", **words):
    told = {"text": "情况反映", "is_anonymous": "1", "form_key": key} | words
    url = reverse("public:objection-new", args=[notice.code])
    return client.post(url, told, REMOTE_ADDR=from_)


def test_one_who_holds_a_whole_network_does_not_flood_a_notice(open_now, client, monkeypatch):
    monkeypatch.setattr(public, "OF_A_NEIGHBOURHOOD", 2)
    asked = lambda n, place: post(
        client, open_now, key=f"{n:032x}", from_=f"2001:db8:{place}:{n:x}::1"
    )

    answers = [asked(n, "1") for n in (1, 2, 3)] + [asked(4, "2")]

    assert [answer.status_code for answer in answers] == [302, 302, 200, 302]
    assert "网段一天内提交的异议过多，没有保存" in answers[2].content.decode()
    assert Objection.objects.count() == 3


def test_a_notice_takes_so_many_an_hour_from_the_public_and_all_from_the_office(
    open_now, client, leader
):
    load_settings(at=NOON)
    Setting.objects.filter(code="objections_an_hour", confirmed=False).update(value=1)
    now = timezone.now()
    say = lambda hours, **who: objections.file_objection(
        open_now, SAID | who.pop("said", {}), at=now - timedelta(hours=hours), **who
    )
    say(2)
    say(0)

    answer = post(client, open_now)
    say(0, actor=leader, said={"source": "phone"})

    assert "一小时内收到的网上异议过多，没有保存任何内容" in answer.content.decode()
    assert "0470-0000000" in answer.content.decode()
    assert Objection.objects.count() == 3


def test_what_comes_to_a_notice_that_is_over_is_not_even_looked_at(open_now, client, monkeypatch):
    monkeypatch.setattr(public, "receive_files", lambda *_, **__: pytest.fail("looked at"))
    PublicNotice.objects.update(state="closed")

    answer = post(client, open_now, files=SimpleUploadedFile("示例.pdf", b"%PDF-1.4"))

    assert "现在不接受网上异议" in answer.content.decode()
    assert not Hit.objects.exists()


def test_a_form_of_one_notice_sent_to_another_is_answered_with_a_sentence(open_now, client, leader):
    batch = make_running_batch(open_now.batch.region, "第八批")
    other = make_notice(batch, leader, at=timezone.now())

    first, second = post(client, open_now), post(client, other)

    assert first.status_code == 302
    assert "已用于另一公示的异议，没有保存任何内容" in second.content.decode()


@pytest.mark.parametrize("code", ["a/b", "..", "a\r\nb", "查询码", " / "])
def test_a_code_that_is_none_is_not_found(open_now, client, code):
    answer = client.post(reverse("public:objection-find"), {"code": code}, follow=True)

    assert answer.status_code in (200, 404)


def test_a_code_is_found_however_it_is_typed(open_now, client):
    made = objections.file_objection(open_now, SAID, at=timezone.now())
    typed = f" {made.code[:8]}-{made.code[8:].upper()} "

    answer = client.post(reverse("public:objection-find"), {"code": typed})

    assert answer.url == reverse("public:objection", args=[made.code])


@pytest.mark.parametrize("name", ["notice", "notice-pdf", "objection-new", "objection"])
def test_an_address_with_a_nul_is_nobodys(open_now, client, name):
    assert client.get(reverse(f"public:{name}", args=["\0"])).status_code == 404


def test_what_came_with_an_objection_stays_in_no_cache(open_now, client, cast, leader):
    file = make_file(cast.city_officer)
    objection = objections.file_objection(open_now, SAID, stored=[file], at=timezone.now())
    client.force_login(leader)

    args = [objection.pk, objection.files.get().pk]
    answer = client.get(reverse("units:objection-file", args=args))

    assert "no-store" in answer.headers["Cache-Control"]
