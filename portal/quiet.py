"""When a message may go out: quiet hours and the daily digest, as arithmetic."""

from datetime import datetime, time, timedelta

from django.utils import timezone

DIGEST = time(8, 30)  # before the working day


def due_at(at, *, daily, quiet_from, quiet_until):
    """The first moment from `at` on at which a message may leave."""
    moment = _next(at, DIGEST) if daily else at
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return moment
    local = timezone.localtime(moment)
    return _next(moment, quiet_until) if _is_quiet(local, quiet_from, quiet_until) else moment


def _is_quiet(local, start, end):
    """Inside the quiet hours, which may run over midnight."""
    now = local.timetz().replace(tzinfo=None)
    return start <= now < end if start < end else now >= start or now < end


def _next(at, clock):
    """The next time the clock shows this, `at` itself included."""
    local = timezone.localtime(at)
    today = timezone.make_aware(datetime.combine(local.date(), clock))
    return today if today >= at else today + timedelta(days=1)
