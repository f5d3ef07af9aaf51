"""Pages for what went wrong: calm, and with one way on."""

import sys
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.csrf import requires_csrf_token

from portal.errors import Busy

NEVER_SENT_BACK = {"repeated", "csrfmiddlewaretoken", "code"}


def fault(request, name, status, **context):
    """One fault page; JSON for the API and for scripts."""
    if wants_json(request):
        return JsonResponse({"detail": context.get("reason") or SENTENCES[name]}, status=status)
    return render(request, f"{name}.html", context, status=status)


def wants_json(request):
    """The API and scripts read JSON; people read pages."""
    return request.path.startswith("/api/") or request.headers.get("Accept") == "application/json"


SENTENCES = {
    "403": "您的角色不办理这项工作。",
    "404": "没有这个页面，或不在您的管理范围内。",
    "500": "系统出错，没有保存刚才的操作。",
    "503": "系统正忙，请稍候重试。",
    "413": "发来的内容过长，没有保存任何内容。请分成几次提交。",
    "400": "请求不完整，没有保存任何内容。",
    "403_csrf": "页面已打开较久，请刷新后重新提交。",
}


@requires_csrf_token
def forbidden(request, exception=None):
    """A role without this page; the exception's own sentence says what to do."""
    return fault(request, "403", 403, reason=str(exception or ""))


@requires_csrf_token
def not_found(request, exception=None):
    return fault(request, "404", 404)


@requires_csrf_token
def bad_request(request, exception=None):
    """400; where it was too much to read, 413 with what to do."""
    if isinstance(exception, RequestDataTooBig):
        sentence = str(exception) if "超过" in str(exception) else SENTENCES["413"]
        return bare(request, "413", 413, sentence=sentence)
    return fault(request, "400", 400)


@requires_csrf_token
def server_error(request):
    """Something broke; where it was the database or a queue, the form is kept to be sent again."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError, Busy)):
        return busy(request)
    return bare(request, "500", 500)


def busy(request):
    """503: try again in a moment, with what was typed."""
    response = bare(request, "503", 503, fields=kept_fields(request), here=request.get_full_path())
    response["Retry-After"] = "10"
    return response


def bare(request, name, status, **context):
    """A page without the shell: whatever broke may break the shell as well."""
    if wants_json(request):
        return JsonResponse({"detail": SENTENCES[name]}, status=status)
    context |= {"commission": settings.COMMISSION_NAME, "csrf_token": get_token(request)}
    return HttpResponse(render_to_string(f"{name}.html", context), status=status)


@requires_csrf_token
def csrf_failure(request, reason=""):
    """A form whose token has gone stale keeps what was typed and asks to be handed in again.

    Only for a form of our own pages: one that came from elsewhere gets no second chance.
    """
    if request.path.startswith(reverse("portal:sign-in")):
        return fault(request, "403_csrf", 403, fields=[], again=reverse("portal:sign-in"))
    fields = kept_fields(request) if came_from_here(request) else []
    return fault(request, "403_csrf", 403, fields=fields, had_files=bool(request.FILES))


def came_from_here(request):
    """Did the browser say that a page of this portal sent the form?"""
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(source).netloc == request.get_host()


def kept_fields(request):
    """What was typed, as pairs, without passwords."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in NEVER_SENT_BACK and "password" not in name.lower()
    ]
