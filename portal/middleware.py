"""What happens round every request: arrival, session, first password, drafts."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from portal import audit, logs
from portal.operations.drafts import settle_after

OPEN_BEFORE_OWN_PASSWORD = ("portal:change-password", "portal:sign-out", "portal:healthz")


def client_address(request):
    """Where the request came from; behind our own proxy, the address that proxy saw."""
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.TRUST_PROXY else ""
    return hops.split(",")[-1].strip() or request.META.get("REMOTE_ADDR", "")


def arrival(get_response):
    """Stamp the moment of arrival, by which deadlines are judged, and the address for the audit."""

    def middleware(request):
        request.arrived_at = timezone.now()
        token = audit.address.set(client_address(request))
        logs.request_id.set(get_random_string(8))  # stays: the last line comes after the answer
        try:
            return get_response(request)
        finally:
            audit.address.reset(token)

    return middleware


def keep_session(get_response):
    """Each request by a person moves the end of the session; one made by a timer does not."""

    def middleware(request):
        response = get_response(request)
        by_a_timer = "X-Background" in request.headers
        if not by_a_timer and request.session.session_key and request.user.is_authenticated:
            request.session.touch(request.arrived_at)
        return response

    return middleware


def keep_place(get_response):
    """A form handed in after the session ended: sign-in leads back to the page it stood on."""

    def middleware(request):
        response = get_response(request)
        sent_away = getattr(response, "url", "").startswith(reverse("portal:sign-in") + "?")
        if request.method == "POST" and sent_away:
            response["Location"] = f"{reverse('portal:sign-in')}?{urlencode(_place(request))}"
        return response

    return middleware


def _place(request):
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != request.get_host():
        return {"next": request.path, "kept": 1}
    query = f"?{came_from.query}" if came_from.query else ""
    return {"next": came_from.path + query, "kept": 1}


def own_password_first(get_response):
    """Whoever still has a handed-out password chooses one of their own before anything else."""

    def middleware(request):
        user = request.user
        if not (user.is_authenticated and user.must_change_password) or _is_open(request):
            return get_response(request)
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": "请先在网页上修改初始密码。"}, status=403)
        return redirect("portal:change-password")

    return middleware


def _is_open(request):
    return request.path in [reverse(name) for name in OPEN_BEFORE_OWN_PASSWORD]


def settle_draft(get_response):
    """A form that was accepted needs its draft no longer."""

    def middleware(request):
        response = get_response(request)
        if request.method == "POST" and request.user.is_authenticated:
            settle_after(request, response)
        return response

    return middleware
