"""Sessions in the database that slide without being rewritten on every request."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

REFRESH_AFTER = timedelta(minutes=1)


class SessionStore(DatabaseStore):
    """Remembers when its row ends, and moves that end at most once a minute."""

    ends_at = None

    def _get_session_from_db(self):
        row = super()._get_session_from_db()
        self.ends_at = row.expire_date if row else None
        return row

    def touch(self, now):
        """Move the end of the session, unless that was done within the last minute.

        A plain UPDATE: a session that somebody ended meanwhile stays ended, without an error.
        """
        end = now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        if self.ends_at and end - self.ends_at >= REFRESH_AFTER:
            self.model.objects.filter(session_key=self.session_key).update(expire_date=end)
            self.ends_at = end
