"""Acts that decide ask for the password first; nothing happens before it is given."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import NOON, make_issuing_body, make_officer, make_rule
from tests.units.decided import make_city
from tests.units.follow_up import make_ending, order
from units.models import Application, Objection, PublicNotice, Rectification
from units.operations.rectification_items import ask_extension

ASKS = "请再次输入密码"
PASSWORD = {"step_up_password": "Portal-2026-x"}
DAY = timezone.localdate().isoformat()


def url(name, *args):
    return reverse(f"units:{name}", args=args)


@pytest.fixture
def leader(client, cast):
    made = make_officer(cast.city, may_sign=True)
    client.force_login(made)
    return made


def test_an_objection_is_upheld_behind_the_password_and_read_without(client, cast, leader):
    city = make_city(cast)
    notice = PublicNotice.objects.get()
    notice.state = PublicNotice.State.OPEN
    notice.save()
    entry = notice.entries.first()
    said = {"source": "online", "text": "示例", "received_at": NOON, "state": "handling"}
    made = Objection.objects.create(notice=notice, entry=entry, **said)
    page = url("objection", made.pk)
    sent = {"findings": "属实", "answer": "已取消", "entry": entry.pk, "uphold": ""}

    assert ASKS not in client.get(page).content.decode()
    asked = client.post(page, sent).content.decode()
    state = Application.objects.get(pk=city.rows[0].pk).state
    client.post(page, {**sent, **PASSWORD})

    assert ASKS in asked and state == Application.State.PROPOSED
    assert 'name="uphold"' in asked  # the button pressed goes along
    made.refresh_from_db()
    assert made.state == Objection.State.UPHELD
    assert Application.objects.get(pk=city.rows[0].pk).state == Application.State.STRUCK


def test_orders_to_mend_are_given_lengthened_and_failed_behind_the_password(client, cast, leader):
    make_rule()
    sent = {"source": "spot", "on": DAY, "items": "档案不全", "note": "抽查"}
    title = make_ending(cast.one)
    assert ASKS in client.post(url("rectification-new", title.pk), sent).content.decode()
    assert not Rectification.objects.exists()
    made = order(title, leader)
    asked = ask_extension(made, reason="施工期长", actor=cast.clerk, at=NOON)
    steps = [
        url("rectification-step", made.pk, "fail"),
        url("rectification-extension-answer", made.pk, asked.pk, "grant"),
    ]

    answers = [client.post(each, {"note": "示例"}).content.decode() for each in steps]
    back = client.post(url("rectification-step", made.pk, "send_back"), {"note": "示例"})

    assert all(ASKS in each for each in answers)
    assert ASKS not in back.content.decode()
    made.refresh_from_db()
    asked.refresh_from_db()
    assert (made.state, asked.state) == (Rectification.State.OPEN, "asked")


def test_who_signs_for_a_department_is_changed_behind_the_password(client, cast, leader):
    body, other = make_issuing_body(cast.city), make_officer(cast.city, may_sign=True)
    page = url("issuing-body", body.pk)
    sent = {"name": body.name, "region": cast.city.pk, "position": 1, "is_active": "on"}
    sent |= {"signers": [other.pk], "version": 1}

    assert ASKS not in client.get(page).content.decode()
    assert ASKS in client.post(page, sent).content.decode()
    assert not body.signers.exists()

    client.post(page, {**sent, **PASSWORD})
    assert body.signers.get() == other
