"""Drafts of forms, for the script that saves what somebody types."""

import json

from django.http import Http404, JsonResponse
from django.utils import timezone
from django.utils.dateformat import format as dated
from django.views.decorators.http import require_http_methods

from portal.errors import Refused
from portal.models import Draft
from portal.operations.drafts import KEY, drop_draft, save_draft


@require_http_methods(["GET", "POST", "DELETE"])
def draft(request, key):
    """One form's draft: read it back, keep it, throw it away. On 401 the script stays local."""
    if not request.user.is_authenticated:
        return JsonResponse({"detail": "登录已过期，内容已存在本机。"}, status=401)
    if not KEY.fullmatch(key):
        raise Http404
    if request.method == "GET":
        return _read(request, key)
    if request.method == "DELETE":
        drop_draft(key, actor=request.user)
        return JsonResponse({"dropped": True})
    return _keep(request, key)


def _read(request, key):
    found = Draft.objects.visible_to(request.user).filter(key=key).first()
    if found is None:
        return JsonResponse({"fields": []})
    saved = timezone.localtime(found.saved_at)
    today = saved.date() == timezone.localdate()
    spoken = dated(saved, "H:i" if today else "n 月 j 日 H:i")
    answer = {"fields": found.data, "saved_at": found.saved_at.isoformat(), "spoken": spoken}
    return JsonResponse(answer)


def _keep(request, key):
    fields = _fields(request)
    if fields is None:
        return JsonResponse({"detail": "草稿格式不对，没有保存。"}, status=400)
    try:
        save_draft(key, fields=fields, actor=request.user, at=timezone.now())
    except Refused as refusal:
        return JsonResponse({"detail": str(refusal)}, status=409)
    return JsonResponse({"saved": True})


def _fields(request):
    """The pairs of name and value that were sent, as JSON or as a form; None if neither."""
    if request.content_type != "application/json":
        return [(name, value) for name, values in request.POST.lists() for value in values]
    try:
        return [(str(name), str(value)) for name, value in json.loads(request.body)["fields"]]
    except (ValueError, KeyError, TypeError):
        return None
