"""Double clicks, back buttons, retries and second tabs: one form instance acts once."""

from functools import wraps

from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect
from django.utils import timezone

from portal.models import FormKey


def once(view):
    """Run a POST view at most once per `form_key`; a replay is led to where the first one led."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        return act_once(request, lambda: view(request, *args, **kwargs))

    return wrapped


def act_once(request, act):
    """The answer of `act()`, in one transaction with the key of the form that asks for it.

    For views that read a file before they act: no reading in a transaction.
    """
    key = request.POST.get("form_key", "") if request.method == "POST" else ""
    key = key.replace("\0", "")[:64]
    if not key:
        return act()
    try:
        return _first(act, request, key)
    except _Replay:
        return _where_it_led(request, key)


class _Replay(Exception):
    pass


class _Kept(Exception):
    """Carries an answer out of a transaction to be rolled back: the form was not accepted."""

    def __init__(self, response):
        self.response = response


def _first(act, request, key):
    try:
        with transaction.atomic():
            taken = _take(request, key)
            response = act()
            if response.status_code not in (302, 303):
                raise _Kept(response)
            FormKey.objects.filter(pk=taken.pk).update(url=response.headers["Location"])
            return response
    except _Kept as kept:
        return kept.response


def _take(request, key):
    try:
        with transaction.atomic():
            return FormKey.objects.create(key=key, user=request.user, created_at=timezone.now())
    except IntegrityError:
        raise _Replay from None


def _where_it_led(request, key):
    first = FormKey.objects.filter(key=key, user=request.user).first()
    return HttpResponseRedirect(first.url if first and first.url else request.path)
