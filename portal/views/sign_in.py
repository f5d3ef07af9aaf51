"""登录、退出、改密."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from portal.errors import Busy, Refused
from portal.forms.sign_in import ChangePasswordForm, CodeForm, SignInForm
from portal.operations.passwords import change_password as change
from portal.operations.passwords import find_code, use_code
from portal.operations.sign_in import (
    LockedOut,
    fail_code,
    open_session,
    refuse_if_locked,
)
from portal.operations.sign_in import (
    sign_in as enter,
)
from portal.operations.sign_in import (
    sign_out as leave,
)
from portal.operations.sign_in import (
    sign_out_everywhere as leave_everywhere,
)

STATUS = {LockedOut: 429, Busy: 503}


def as_answered(request, response, credentials):
    """Axes asks what to show somebody locked out: the page has said it already."""
    return response


def destination(request):
    """Where to go after signing in: a local page, or the workbench."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    local = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if local and asked.isprintable() else reverse("portal:home")


@never_cache
@sensitive_post_parameters()
def sign_in(request):
    """User name and password."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(destination(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _enter(request, form)
    return _page(request, form, "password")


def _enter(request, form):
    try:
        enter(request, **form.cleaned_data, at=timezone.now())
    except Refused as refusal:
        return _refused(request, form, "password", refusal)
    return redirect(destination(request))


@never_cache
@sensitive_post_parameters()
def sign_in_with_code(request):
    """A one-use code from a printed slip, and at once a password of one's own."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _enter_with_code(request, form)
    return _page(request, form, "code")


def _enter_with_code(request, form):
    try:
        found = _found(request, form, timezone.now())
        if not form.check_rules(found.user):
            return _page(request, form, "code")
        use_code(found, password=form.cleaned_data["new_password"], at=timezone.now())
    except Refused as refusal:
        return _refused(request, form, "code", refusal)
    open_session(request, found.user, at=timezone.now(), action="user.sign_in")
    messages.success(request, "密码已设好，以后用用户名和这个密码登录。")
    return redirect(destination(request))


def _found(request, form, now):
    username = form.cleaned_data["username"]
    refuse_if_locked(request, username, now)
    found = find_code(username, form.cleaned_data["code"], at=now)
    if found is None:
        raise fail_code(request, username=username, at=now)
    return found


def _refused(request, form, way, refusal):
    form.add_error(None, str(refusal))
    response = _page(request, form, way, status=STATUS.get(type(refusal), 200))
    if response.status_code == 503:
        response["Retry-After"] = "5"
    return response


def _page(request, form, way, status=200):
    context = {
        "form": form,
        "way": way,
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "kept": "kept" in request.GET,
    }
    return render(request, "portal/sign_in.html", context, status=status)


@require_POST
@login_required
def sign_out(request):
    """End this session."""
    leave(request, at=timezone.now())
    messages.success(request, "已退出。")
    return _forget(redirect("portal:sign-in"))


def _forget(response):
    """On a shared machine, “back” must not show the pages of whoever has left."""
    response["Clear-Site-Data"] = '"cache"'
    return response


@login_required
def sign_out_everywhere(request):
    """End every session of one's own, after saying what that means."""
    if request.method == "POST":
        leave_everywhere(request.user, actor=request.user, at=timezone.now())
        messages.success(request, "已在所有电脑和手机上退出。请重新登录。")
        return _forget(redirect("portal:sign-in"))
    return render(request, "portal/sign_out_everywhere.html", {"title": "在所有设备上退出"})


@never_cache
@sensitive_post_parameters()
@login_required
def change_password(request):
    """A new password, with the present one; forced for whoever still has a handed-out one."""
    form = ChangePasswordForm(request.POST or None, user=request.user)
    try:
        done = request.method == "POST" and form.is_valid() and form.check_rules(request.user)
        if done:
            return _changed(request, form)
    except Busy as busy:
        form.add_error(None, str(busy))
    context = {"form": form, "title": "修改密码", "status": 200}
    return render(request, "portal/change_password.html", context)


def _changed(request, form):
    user, now = request.user, timezone.now()
    change(user, password=form.cleaned_data["new_password"], actor=user, at=now)
    update_session_auth_hash(request, user)
    messages.success(request, "密码已修改，其他设备上的登录已退出。")
    return redirect("portal:home")


@require_POST
def ping(request):
    """Go on working: moves the end of the session, or says that it has ended."""
    return JsonResponse({"signed_in": request.user.is_authenticated})
