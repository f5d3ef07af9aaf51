"""What has been handed in, read back: the standing content, and what differs from the last time."""

import hashlib
import json

from units.contents import changes, content_of
from units.models import Application


def canonical(content):
    """The one text of a content, the same for the same content: keys sorted, no spaces."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content):
    """SHA-256 of a content."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def submissions_of(application):
    """Every submission, the last first."""
    return list(application.submissions.select_related("submitted_by").order_by("-number"))


def changes_since_last(application):
    """{section key: [Change …]} against the submission before; of one being mended, so far."""
    made = [each.content for each in submissions_of(application)[:2]]
    if application.state in Application.OPEN and made:
        return changes(made[0], content_of(application))
    return changes(made[1], made[0]) if len(made) > 1 else {}


def told(found):
    """Changes as plain values, as a submission keeps them."""
    return [
        {"section": key, "name": each.name, "label": each.label, "old": each.old, "new": each.new}
        for key, rows in found.items()
        for each in rows
    ]
