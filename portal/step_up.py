"""Deciding acts ask for the password once more, unless it was given within ten minutes.

A page that decides wears `@step_up(look)` outside `@once`: a wrong password must count, so nothing
of it may lie in the act's own transaction. What was typed on the page is carried along.
"""

from functools import wraps

from django import forms
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from portal.errors import Busy, Refused
from portal.forms.sign_in import password_input
from portal.operations.sign_in import CONFIRMED, LockedOut, confirm_person

MINUTES = 10
FIELD, COMING = "step_up_password", "step_up_coming"
STATUS = {LockedOut: 429, Busy: 503}


class PasswordForm(forms.Form):
    step_up_password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        widget=password_input("current-password"),
        error_messages={"required": "请填写密码。", "max_length": "密码最长 128 位。"},
    )


def is_fresh(session, at):
    """Was the password given once more within the last minutes? A clock set back asks again."""
    given = session.get(CONFIRMED)
    return given is not None and 0 <= at.timestamp() - given < MINUTES * 60


def step_up(look, *, when=None):
    """Ask for the password before the page; `look(request, …)` first says 404 to strangers.

    A page of which only a part decides says with `when(request, …)` which requests do.
    """

    def decorate(view):
        @wraps(view)
        @never_cache
        @sensitive_post_parameters(FIELD)
        def wrapped(request, *args, **kwargs):
            look(request, *args, **kwargs)
            if when is not None and not when(request, *args, **kwargs):
                return view(request, *args, **kwargs)
            if is_fresh(request.session, timezone.now()):
                return view(request, *args, **kwargs)
            return _asked(request) or view(request, *args, **kwargs)

        return wrapped

    return decorate


def _asked(request):
    """The page that asks, or the way on; None where the act may go on at once."""
    if FIELD not in request.POST:
        return _page(request, PasswordForm())
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        confirm_person(request, password=form.cleaned_data[FIELD], at=timezone.now())
    except Refused as refusal:
        form.add_error(FIELD, str(refusal))
        return _page(request, form, STATUS.get(type(refusal), 200))
    return redirect(request.get_full_path()) if COMING in request.POST else None


def _page(request, form, status=200):
    """What was typed goes along, out of sight; a page only being opened is opened afterwards."""
    context = {
        "form": form,
        "title": "请再次输入密码",
        "minutes": MINUTES,
        "carried": _carried(request),
        "coming": request.method != "POST" or COMING in request.POST,
        "drops_files": bool(request.FILES),
    }
    return render(request, "portal/step_up.html", context, status=status)


def _carried(request):
    left_out = {FIELD, COMING, "csrfmiddlewaretoken"}
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in left_out
    ]
