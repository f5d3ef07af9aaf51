"""What the answer of a gateway means for the message: refused it, or not there to take it."""

from types import SimpleNamespace
from urllib.error import HTTPError, URLError

import pytest

from portal import channels
from portal.models import Delivery
from tests.factories import NOON


@pytest.mark.parametrize(
    ("trouble", "is_away"),
    [
        (HTTPError("", 400, "", None, None), False),
        (HTTPError("", 403, "", None, None), False),
        (HTTPError("", 500, "", None, None), True),
        (HTTPError("", 503, "", None, None), True),
        (URLError("refused"), True),
        (TimeoutError(), True),
    ],
)
def test_a_gateway_that_answers_and_refuses_is_not_away(trouble, is_away, settings, monkeypatch):
    settings.NEWS_GATEWAY_URL = "http://127.0.0.1:1/in"

    def fail(*args, **kwargs):
        raise trouble

    monkeypatch.setattr(channels, "_opener", lambda: SimpleNamespace(open=fail))
    news = SimpleNamespace(text="示例消息", url="/messages/")
    delivery = SimpleNamespace(notification=news, bundle="0" * 32, claimed_at=NOON)

    outcome = channels.send(
        Delivery.Channel.GATEWAY, [delivery], SimpleNamespace(username="shi"), None
    )

    assert (outcome.state, outcome.is_away) == ("waiting", is_away)
