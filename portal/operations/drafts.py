"""Drafts: kept while somebody types, gone once the form is accepted. Not acts, so not audited."""

import re
from datetime import timedelta

from django.contrib.messages import ERROR
from django.db import transaction
from django.urls import reverse

from portal.errors import Refused
from portal.models import Draft
from portal.text import storable

LARGEST = 200_000  # characters of one draft
KEPT = timedelta(days=30)
MOST = 100  # forms one person may have open; the oldest draft goes first
NEVER_KEPT = {"csrfmiddlewaretoken", "form_key", "draft_key", "version", "code"}
COOKIE = "draft_done"
KEY = re.compile(r"[-\w]{1,120}", re.ASCII)  # as in the address of a draft


def save_draft(key, *, fields, actor, at):
    """Keep what somebody has typed so far in one form: as a rule, one UPDATE."""
    data = [[_kept(name)[:100], _kept(value)] for name, value in fields if _may_be_kept(str(name))]
    if sum(len(value) for _, value in data) > LARGEST:
        raise Refused("内容太长，服务器没有保存草稿；已存在本机。")
    if not Draft.objects.filter(user=actor, key=key).update(data=data, saved_at=at):
        _begin_draft(actor, key, data, at)


@transaction.atomic
def _begin_draft(user, key, data, at):
    Draft.objects.filter(user=user, saved_at__lt=at - KEPT).delete()
    newest = Draft.objects.filter(user=user).order_by("-saved_at", "-pk")
    surplus = list(newest.values_list("pk", flat=True)[MOST - 1 :])
    Draft.objects.filter(pk__in=surplus).delete()
    kept = {"data": data, "saved_at": at}
    Draft.objects.update_or_create(user=user, key=key, defaults=kept)


def _kept(text):
    """What was typed, without what no database keeps: NUL, and halves of a character."""
    return storable(str(text)).encode(errors="replace").decode()


def _may_be_kept(name):
    return name not in NEVER_KEPT and "password" not in name.lower()


def drop_draft(key, *, actor):
    """Throw away the draft of one form."""
    Draft.objects.visible_to(actor).filter(key=key).delete()


def settle_after(request, response):
    """Drop the draft of a form that was accepted: answered by leading on, without an error."""
    key = request.POST.get("draft_key", "")
    accepted = response.status_code in (302, 303) and not _went_wrong(request, response)
    if not accepted or not KEY.fullmatch(key):
        return
    drop_draft(key, actor=request.user)
    response.set_cookie(COOKIE, key, max_age=600, samesite="Lax", path="/")


def _went_wrong(request, response):
    queued = getattr(getattr(request, "_messages", None), "_queued_messages", [])
    sent_away = response["Location"].startswith(reverse("portal:sign-in"))
    return sent_away or any(each.level >= ERROR for each in queued)
