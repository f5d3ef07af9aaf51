"""Messages beyond the portal: wanted ones go out once, in their time, and survive a dead server."""

import hashlib
import hmac
import json
import smtplib
import socket
import threading
from datetime import datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import StreamRequestHandler, TCPServer
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from portal.models import Delivery, NewsChoice, Notification
from portal.operations import news
from portal.quiet import due_at
from portal.tasks import send_news
from tests.factories import NOON, make_job, make_notification, make_officer, make_region

pytestmark = pytest.mark.django_db
Channel, State = Delivery.Channel, Delivery.State


@pytest.fixture
def officer():
    return make_officer(make_region())


@pytest.fixture
def by_mail(officer, settings):
    settings.EMAIL_HOST, settings.NEWS_GATEWAY_URL = "127.0.0.1", ""
    return choose(officer, email="office@example.org", by_email=True)


def choose(user, **fields):
    return NewsChoice.objects.create(user=user, since=NOON - timedelta(days=1), **fields)


def go(at=NOON):
    """One minute of the clock: plan, then send what is due."""
    news.plan(at)
    news.give_up_silent(at)
    for (channel, user_id, _), ids in news.due_groups(at).items():
        news.send_group(channel, user_id, ids, at)


def states():
    return sorted(Delivery.objects.values_list("state", flat=True))


def test_a_wanted_message_goes_out_once(by_mail, officer):
    make_notification(officer, "示例：称号临近到期", url="/units/1/")
    go()
    go(NOON + timedelta(hours=1))

    assert [letter.subject for letter in mail.outbox] == ["示例：称号临近到期"]
    assert mail.outbox[0].to == ["office@example.org"]
    assert states() == [State.SENT]


def test_line_breaks_in_a_message_do_not_break_the_subject(by_mail, officer):
    make_notification(officer, "申请退出：一\r\nBcc: nobody@example.org\n二")
    go()

    assert [letter.subject for letter in mail.outbox] == ["申请退出：一 Bcc: nobody@example.org 二"]


def test_a_letter_that_cannot_be_written_stops_nobody_elses(by_mail, officer):
    other = make_officer(officer.region)
    choose(other, email="other@example.org", by_email=True)
    NewsChoice.objects.filter(user=officer).update(email="a@example.org\r\nBcc: b")
    for each in (officer, other):
        make_notification(each)
    go()

    poisoned = Delivery.objects.get(notification__user=officer)
    assert (poisoned.state, poisoned.attempts) == (State.WAITING, 1)
    assert poisoned.error.startswith("BadHeaderError")
    assert [letter.to for letter in mail.outbox] == [["other@example.org"]]


def test_messages_of_one_moment_share_a_letter(by_mail, officer):
    for number in range(3):
        make_notification(officer, f"示例 {number}")
    go()

    assert len(mail.outbox) == 1
    assert all(f"示例 {number}" in mail.outbox[0].body for number in range(3))


def test_nobody_hears_what_they_did_not_ask_for(officer, settings):
    settings.EMAIL_HOST = "127.0.0.1"
    make_notification(officer)
    go()

    assert mail.outbox == [] and states() == []


def test_messages_older_than_the_choice_stay_where_they_are(by_mail, officer):
    NewsChoice.objects.update(since=NOON + timedelta(minutes=1))
    make_notification(officer)
    go()

    assert states() == []


def test_a_dead_mail_server_loses_nothing(by_mail, officer, settings, monkeypatch):
    def refuse(self):
        raise ConnectionRefusedError("没有回应")

    make_notification(officer)
    with monkeypatch.context() as dead:
        dead.setattr(EmailBackend, "open", refuse)
        go()
        go(NOON + timedelta(minutes=2))
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.attempts) == (State.WAITING, 2)
    assert "没有回应" in waiting.error

    go(waiting.due_at)

    assert len(mail.outbox) == 1 and states() == [State.SENT]


def away(self):
    raise OSError("断开")


def refuse(self, letters):
    raise smtplib.SMTPRecipientsRefused({"office@example.org": (550, b"unknown")})


def attempts(number):
    """So many rounds of the clock, each when the message is due; the last moment."""
    at = NOON
    for _ in range(number):
        go(at)
        at = Delivery.objects.get().due_at
    return at


def test_a_server_that_is_away_for_a_week_loses_nothing(by_mail, officer, monkeypatch):
    make_notification(officer)
    with monkeypatch.context() as dead:
        dead.setattr(EmailBackend, "open", away)
        at = attempts(24 * 7)
        assert at > NOON + timedelta(days=6)
        assert states() == [State.WAITING]
    go(at)

    assert len(mail.outbox) == 1 and states() == [State.SENT]


def test_after_a_month_or_many_refusals_the_failure_is_visible(by_mail, officer, monkeypatch):
    make_notification(officer)
    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    attempts(len(news.WAITS) + 1)
    assert states() == [State.FAILED]

    monkeypatch.setattr(EmailBackend, "open", away)
    Delivery.objects.update(state=State.WAITING, attempts=1, due_at=NOON)
    Notification.objects.update(created_at=NOON - timedelta(days=31))
    go()
    assert states() == [State.FAILED]


def test_after_an_outage_of_the_portal_what_it_had_not_planned_still_goes_out(by_mail, officer):
    NewsChoice.objects.update(since=NOON - timedelta(days=20))
    make_notification(officer)
    Notification.objects.update(created_at=NOON - timedelta(days=10))
    go()

    assert len(mail.outbox) == 1


def test_a_second_attempt_and_a_late_sender_keep_out_of_the_quiet_hours(
    by_mail, officer, monkeypatch
):
    evening = NOON.replace(hour=13, minute=58)  # 21:58 in Beijing
    NewsChoice.objects.update(quiet_from=time(22), quiet_until=time(7))
    make_notification(officer)
    with monkeypatch.context() as dead:
        dead.setattr(EmailBackend, "open", away)
        go(evening)
        go(evening + timedelta(minutes=1))
    late = timezone.localtime(Delivery.objects.get().due_at)
    assert f"{late:%d %H:%M}" == "23 07:00"

    Delivery.objects.update(due_at=evening)
    go(evening + timedelta(hours=3))
    assert mail.outbox == []
    go(late)
    assert len(mail.outbox) == 1


def test_mail_that_may_have_left_is_not_sent_again(by_mail, officer):
    make_notification(officer)
    news.plan(NOON)
    Delivery.objects.update(state=State.SENDING, claimed_at=NOON)

    go(NOON + timedelta(hours=1))

    assert mail.outbox == [] and states() == [State.UNSURE]


def test_two_senders_share_no_message(by_mail, officer):
    make_notification(officer)
    news.plan(NOON)
    ids = list(Delivery.objects.values_list("pk", flat=True))

    first = news.send_group(Channel.EMAIL, officer.pk, ids, NOON)
    second = news.send_group(Channel.EMAIL, officer.pk, ids, NOON)

    assert (first, second, len(mail.outbox)) == (1, 0, 1)


def test_who_has_left_gets_no_mail(by_mail, officer):
    make_notification(officer)
    news.plan(NOON)
    officer.is_active = False
    officer.save()
    go(NOON + timedelta(minutes=1))

    assert mail.outbox == [] and states() == [State.DROPPED]


@pytest.mark.parametrize(
    ("hour", "start", "end", "daily", "expected"),
    [
        (12, None, None, False, "22 12:00"),
        (23, time(22), time(7), False, "23 07:00"),
        (3, time(22), time(7), False, "22 07:00"),
        (12, time(22), time(7), False, "22 12:00"),
        (13, time(12), time(14), False, "22 14:00"),
        (9, None, None, True, "23 08:30"),
        (8, None, None, True, "22 08:30"),
        (8, time(8), time(9), True, "22 09:00"),
    ],
)
def test_quiet_hours_and_the_digest_put_a_message_off(hour, start, end, daily, expected):
    at = timezone.make_aware(datetime(2026, 11, 22, hour))

    moment = due_at(at, daily=daily, quiet_from=start, quiet_until=end)

    assert f"{timezone.localtime(moment):%d %H:%M}" == expected


@pytest.fixture
def gateway(settings):
    """A gateway on this machine's loopback that keeps what it was sent."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((dict(self.headers), body))
            self.send_response(503 if len(received) == 1 else 200)
            self.end_headers()

        def log_message(self, *args):
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.NEWS_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/in"
    settings.NEWS_GATEWAY_SECRET, settings.EMAIL_HOST = "示例密钥", ""
    yield received
    server.shutdown()
    server.server_close()


def test_the_gateway_gets_a_signed_message_and_the_same_key_when_repeated(gateway, officer):
    choose(officer, by_gateway=True)
    make_notification(officer, "示例消息")
    go()
    go(NOON + timedelta(minutes=2))

    (first, _), (second, body) = gateway
    expected = hmac.new(
        "示例密钥".encode(), second["X-Portal-Time"].encode() + b"." + body, hashlib.sha256
    )
    assert first["X-Portal-Key"] == second["X-Portal-Key"]
    assert second["X-Portal-Signature"] == expected.hexdigest()
    assert json.loads(body)["to"] == officer.username
    assert states() == [State.SENT]


def test_what_was_called_together_is_repeated_alone_under_its_key(gateway, officer):
    """Or the gateway, which knows the key, would take the newcomer for a message it has had."""
    choose(officer, by_gateway=True)
    make_notification(officer, "先到")
    go()
    make_notification(officer, "后到")
    go(NOON + timedelta(minutes=2))

    told = [(heads["X-Portal-Key"], json.loads(body)["messages"]) for heads, body in gateway]
    assert [[each["text"] for each in messages] for _, messages in told] == [
        ["先到"],
        ["先到"],
        ["后到"],
    ]
    assert told[0][0] == told[1][0] != told[2][0]
    assert states() == [State.SENT, State.SENT]


@pytest.fixture
def post_office(settings):
    """A mail server on this machine's loopback that hangs up after the word it is told."""
    asked = SimpleNamespace(hang_up="", letters=0)

    class Handler(StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 ready\r\n")
            while (word := self.rfile.readline()[:4].strip().upper().decode()) != asked.hang_up:
                self.answer(word)
                if word in ("QUIT", ""):
                    return

        def answer(self, word):
            if word != "DATA":
                self.wfile.write(b"250 ok\r\n")
                return
            self.wfile.write(b"354 go on\r\n")
            while self.rfile.readline() != b".\r\n":
                pass
            asked.letters += 1
            if asked.hang_up != "END":
                self.wfile.write(b"250 taken\r\n")
                return
            self.connection.shutdown(socket.SHUT_RDWR)

    server = TCPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
    settings.NEWS_GATEWAY_URL = ""
    yield asked
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("hang_up", "state", "letters"),
    [
        ("EHLO", State.WAITING, 0),
        ("RCPT", State.WAITING, 0),
        ("END", State.UNSURE, 1),
        ("-", State.SENT, 1),
    ],
)
def test_mail_is_only_given_up_once_its_letter_was_handed_over(
    post_office, officer, hang_up, state, letters
):
    choose(officer, email="office@example.org", by_email=True)
    make_notification(officer)
    post_office.hang_up = hang_up
    go()
    assert (states(), post_office.letters) == ([state], letters)

    post_office.hang_up = "-"
    go(NOON + timedelta(hours=2))
    assert post_office.letters == 1


def test_the_job_sends_what_is_due(by_mail, officer):
    make_notification(officer)
    news.plan(NOON)

    send_news(job_id=make_job(None, name="portal.send_news").pk)

    assert len(mail.outbox) == 1


def test_the_page_keeps_the_choice_and_asks_for_an_address(client, officer, settings):
    settings.EMAIL_HOST = "127.0.0.1"
    client.force_login(officer)
    told = {"by_email": "on", "email": "", "pace": "daily", "version": 1}

    answer = client.post("/account/news/", told)
    assert "请填写工作邮箱" in answer.content.decode()

    client.post(
        "/account/news/",
        told | {"email": "a@example.org", "quiet_from": "22:00", "quiet_until": "7:30"},
    )
    kept = NewsChoice.objects.get()
    assert (kept.email, kept.quiet_until) == ("a@example.org", time(7, 30))


def test_without_channels_the_page_says_so(client, officer, settings):
    settings.EMAIL_HOST = settings.NEWS_GATEWAY_URL = ""
    client.force_login(officer)

    assert "尚未接通" in client.get("/account/news/").content.decode()
