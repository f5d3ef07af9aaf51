"""Coming in and going out: passwords, one-use codes, and the two limits on guessing.

Five wrong tries from one address lock that name at that address for half an hour (axes); twenty
wrong tries a day, from wherever, lock the name for the day. No address is ever locked by itself,
so colleagues behind one address don't hinder each other. A name nobody has is treated alike.
"""

from datetime import timedelta

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.audit import record
from portal.errors import Busy, Refused
from portal.models import DailyTries, User

TRIES_A_DAY = 20
BACKEND = "portal.backends.OfficeBackend"
CONFIRMED = "confirmed_at"  # in the session: when the password was last given once more
WRONG_PASSWORD = "用户名或密码不对。"
WRONG_CODE = "用户名或登录码不对，或登录码已用过、已过期。"


class LockedOut(Refused):
    """Too many wrong tries; the sentence says when one may try again."""


def sign_in(request, *, username, password, at):
    """Open a session for whoever knows the password, or refuse in one of two sentences."""
    user = prove(request, username=username, password=password, at=at)
    open_session(request, user, at=at, action="user.sign_in")
    return user


@transaction.atomic
def note_confirmed(request, *, at):
    """Remember for a while that the person at the keyboard gave the password once more."""
    request.session[CONFIRMED] = at.timestamp()
    record(actor=request.user, action="user.confirm", target=request.user, at=at)


def confirm_person(request, *, password, at):
    """Ask a signed-in person's password again, within the same limits as signing in."""
    prove(
        request,
        username=request.user.username,
        password=password,
        at=at,
        sentence="密码不对，还没有办理。",
    )
    note_confirmed(request, at=at)


def prove(request, *, username, password, at, sentence=WRONG_PASSWORD):
    """Whose password this is; a wrong one counts as a try and is refused with `sentence`."""
    refuse_if_locked(request, username, at)
    take_try(username, at)
    try:
        user = authenticate(request, username=username, password=password)
    except Busy:
        give_back_try(username, at)
        raise
    if user is None:
        raise _wrong(request, username, at, sentence)
    give_back_try(username, at)
    return user


def fail_code(request, *, username, at):
    """Count a wrong one-use code like a wrong password at this address, and say so."""
    credentials = {"username": username}
    user_login_failed.send(__name__, credentials=credentials, request=request)
    return _wrong(request, username, at, WRONG_CODE)


def refuse_if_locked(request, username, at):
    """Raise LockedOut while this name may not be tried from this address."""
    if AxesProxyHandler.is_allowed(request, {"username": username}):
        return
    raise LockedOut(
        f"从这里输错的次数较多，为防他人猜测，请在 {_until(request, username)} 后再试。"
    )


def _until(request, username):
    tries = AccessAttempt.objects.filter(username=username, ip_address=request.axes_ip_address)
    last = tries.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    end = (last or timezone.now()) + timedelta(hours=settings.AXES_COOLOFF_TIME)
    return f"{timezone.localtime(end + timedelta(seconds=59)):%H:%M}"


def _wrong(request, username, at, sentence):
    left = settings.AXES_FAILURE_LIMIT - getattr(request, "axes_failures_since_start", 0)
    if left > 0:
        return Refused(f"{sentence}再错 {left} 次，半小时内不能从这里登录这个账号。")
    _record_lock(username, at, "半小时内从一个地址输错 5 次")
    return LockedOut(f"{sentence}请在 {_until(request, username)} 后再试，或向管理员领取登录码。")


def _record_lock(username, at, note):
    user = User.objects.filter(username=username).first()
    if user:
        record(actor=None, action="user.lock", target=user, at=at, note=note)


@transaction.atomic
def take_try(username, at):
    """Count a try before it is made, so that a burst cannot make more than the day allows."""
    day = timezone.localdate(at)
    tries, _ = DailyTries.objects.get_or_create(username=username, day=day)
    open_tries = DailyTries.objects.filter(pk=tries.pk, count__lt=TRIES_A_DAY)
    if not open_tries.update(count=F("count") + 1):
        raise LockedOut(
            f"这个用户名今天已输错 {TRIES_A_DAY} 次，请明天再试；急用时请向管理员领取一次性登录码。"
        )
    DailyTries.objects.filter(username=username, day__lt=day).delete()


def give_back_try(username, at):
    """The try was not a wrong one."""
    rows = DailyTries.objects.filter(username=username, day=timezone.localdate(at), count__gt=0)
    rows.update(count=F("count") - 1)


@transaction.atomic
def open_session(request, user, *, at, action):
    """Sign the person in and write who came, when, from where."""
    login(request, user, backend=BACKEND)
    record(actor=user, action=action, target=user, at=at)


@transaction.atomic
def sign_out(request, *, at):
    """End this session."""
    record(actor=request.user, action="user.sign_out", target=request.user, at=at)
    logout(request)


@transaction.atomic
def sign_out_everywhere(user, *, actor, at):
    """End every session of this account, this one included."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    record(actor=actor, action="user.sign_out_everywhere", target=user, at=at)


def lock_of(username, *, at):
    """Why this name cannot sign in just now, as a sentence; empty if it can."""
    since = at - timedelta(hours=settings.AXES_COOLOFF_TIME)
    recent = AccessAttempt.objects.filter(username=username, attempt_time__gte=since)
    tries = DailyTries.objects.filter(username=username, day=timezone.localdate(at))
    if tries.filter(count__gte=TRIES_A_DAY).exists():
        return f"今天已输错 {TRIES_A_DAY} 次，明天自动解除。"
    if recent.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT).exists():
        return "半小时内从一个地址输错 5 次，届时自动解除。"
    return ""


def forget_tries(username):
    """Let a name be tried again at once, everywhere."""
    reset(username=username)
    DailyTries.objects.filter(username=username).delete()
