"""record() and record_all(): the only writers of audit lines, which stand or fall with the act."""

import hmac
import json
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC
from operator import attrgetter

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from portal.bulk import insert_rows
from portal.models import AuditEvent

address = ContextVar("address", default="")  # where the request came from; a middleware sets it

SEALED_FIELDS = [
    "at",
    "actor_id",
    "actor_label",
    "action",
    "target_type",
    "target_id",
    "target_label",
    "before",
    "after",
    "note",
    "address",
    "nonce",
]
COLUMNS = [*SEALED_FIELDS, "mac", "chain"]  # all that is known before the sealer comes
COLUMNS_OF = attrgetter(*COLUMNS)


def record(**told):
    """Write one audit line in the caller's transaction; takes what `line_of` takes."""
    event = line_of(**told)
    event.save(force_insert=True)
    return event


def record_all(lines):
    """Write many lines made by `line_of` in the caller's transaction, a few statements in all."""
    insert_rows(AuditEvent, COLUMNS, map(COLUMNS_OF, lines))


def line_of(*, actor, action, target, at, before=None, after=None, note=""):
    """An audit line ready to be written; `actor` None means the portal itself."""
    event = AuditEvent(
        at=at,
        actor=actor,
        actor_label=f"{actor.username}（{actor.get_role_display()}）" if actor else "系统",
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_label=str(target)[:200],
        before=plain(before or {}),
        after=plain(after or {}),
        note=note,
        address=address.get(),
    )
    event.mac = mac_of(event)
    return event


@contextmanager
def without_address():
    """For acts of people who need not say who they are: the line doesn't tell from where."""
    token = address.set("")
    try:
        yield
    finally:
        address.reset(token)


def plain(value):
    """`value` as any database will give it back: only what JSON knows, whole numbers whole."""
    if isinstance(value, dict) and all(
        type(each) is str for pair in value.items() for each in pair
    ):
        return value  # is so already; the clock writes thousands of such
    text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return json.loads(text, parse_float=_number, parse_constant=str)


def _number(text):
    """PostgreSQL gives 1e16 back as an integer; the line must read the same before and after."""
    number = float(text)
    return int(number) if number.is_integer() else number


def mac_of(event):
    """HMAC-SHA256 over what the line says; changes with any word of it."""
    words = {name: getattr(event, name) for name in SEALED_FIELDS}
    words["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(words, sort_keys=True, ensure_ascii=False)
    return signed(text)


def signed(text):
    """HMAC-SHA256 of `text` under the audit key."""
    return hmac.digest(settings.AUDIT_KEY.encode(), text.encode(), "sha256").hex()
