"""Messages to a person: written by acts, read by their owner."""

from django.db import transaction

from portal.models import Notification


def notify(user, text, *, url="", at):
    """Leave one person a line, in the transaction of the act it tells of."""
    return Notification.objects.create(user=user, text=text[:300], url=url, created_at=at)


def notify_all(lines, *, at):
    """Leave many people a line each, as (person, text, address), in one statement a thousand."""
    rows = (
        Notification(user=user, text=text[:300], url=url, created_at=at)
        for user, text, url in lines
    )
    return Notification.objects.bulk_create(rows, batch_size=1000)


@transaction.atomic
def mark_read(notifications, *, at):
    """Mark unread messages of a queryset within the owner's scope as read; says how many.

    Without an audit line: it tells of the reader's eyes, not of an act.
    """
    return notifications.filter(read_at=None).update(read_at=at)
