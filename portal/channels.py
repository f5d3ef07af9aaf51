"""The ways out: mail and a signed gateway call. Each says what became of it, and never raises.

The gateway (政务微信 or 钉钉) gets JSON with a signature over time and body, and the key of the
delivery: a call repeated with the same key is the same message. Mail has no such key, so mail of
which nobody knows whether it left is not sent again; before the letter itself is handed over it
certainly has not.
"""

import hashlib
import hmac
import json
import smtplib
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.utils import formatdate

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from portal.models import Delivery

Channel = Delivery.Channel
TIMEOUT = 10  # seconds


@dataclass(frozen=True)
class Outcome:
    """Sent, certainly not sent, or unknown; with the reason."""

    state: str
    error: str = ""
    is_away: bool = False  # nobody answered: not the message's fault


SENT = Outcome("sent")


def configured():
    """The channels this installation has."""
    ways = {Channel.EMAIL: settings.EMAIL_HOST, Channel.GATEWAY: settings.NEWS_GATEWAY_URL}
    return [channel for channel, address in ways.items() if address]


def send(channel, deliveries, user, choice):
    """Bring one person's messages out in one mail or one call."""
    return _mail(deliveries, choice) if channel == Channel.EMAIL else _call(deliveries, user)


def _mail(deliveries, choice):
    connection = get_connection(timeout=TIMEOUT)
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        return _not_sent(error, is_away=True)
    handed_over = _watch(connection)
    try:
        connection.send_messages([_letter(deliveries, choice, connection)])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        return _not_sent(error)
    except ValueError as error:  # a header or an address that no letter can bear
        return Outcome("unsure", _words(error)) if handed_over else _not_sent(error)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome("unsure", _words(error)) if handed_over else _not_sent(error, is_away=True)
    finally:
        _close(connection)
    return SENT


def _watch(connection):
    """A list that is empty as long as the letter itself has not been handed over."""
    handed_over, session = [], getattr(connection, "connection", None)
    if session is not None:
        send_data = session.data
        session.data = lambda text: handed_over.append(True) or send_data(text)
    return handed_over


def _close(connection):
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        return


def _letter(deliveries, choice, connection):
    lines = [_line(each) for each in deliveries]
    title = settings.COMMISSION_NAME + "民族团结进步示范单位管理平台"
    first = deliveries[0].notification.text
    subject = first if len(lines) == 1 else f"{len(lines)} 条新消息：{first}"
    return EmailMessage(
        subject=" ".join(subject.split())[:80],
        body="\n\n".join([*lines, f"——{title}（系统自动发送，请勿回复）"]),
        to=[choice.email],
        connection=connection,
        headers={"Message-ID": f"<{deliveries[0].bundle}@portal>", "Date": formatdate()},
    )


def _line(delivery):
    news = delivery.notification
    return f"{news.text}\n{settings.PORTAL_ADDRESS}{news.url}" if news.url else news.text


def _call(deliveries, user):
    body = json.dumps(_message(deliveries, user), ensure_ascii=False).encode()
    stamp = str(int(deliveries[0].claimed_at.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Portal-Key": deliveries[0].bundle,
        "X-Portal-Time": stamp,
        "X-Portal-Signature": signature(stamp, body),
    }
    request = urllib.request.Request(settings.NEWS_GATEWAY_URL, body, headers, method="POST")
    try:
        with _opener().open(request, timeout=TIMEOUT):
            return SENT
    except urllib.error.HTTPError as error:
        return _not_sent(error, is_away=error.code >= 500)
    except (OSError, ValueError) as error:
        return _not_sent(error, is_away=True)  # or unknown: the key makes a second call harmless


def signature(stamp, body):
    """HMAC-SHA256 over the time and the body, in hex; the gateway computes the same."""
    key = settings.NEWS_GATEWAY_SECRET.encode()
    return hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _message(deliveries, user):
    messages = [
        {"text": each.notification.text, "url": settings.PORTAL_ADDRESS + each.notification.url}
        for each in deliveries
    ]
    return {"to": user.username, "messages": messages}


def _opener():
    """Follows no redirect: the signed message goes to the address that was set, or nowhere."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args, **kwargs):
            return None

    return urllib.request.build_opener(Stay)


def _not_sent(error, *, is_away=False):
    return Outcome("waiting", _words(error), is_away)


def _words(error):
    return f"{type(error).__name__}: {error}"[:200]
