"""The form of an application: one page, each part saves itself, or all of it by a plain POST."""

import json
import secrets
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST

from portal.errors import Refused
from portal.gate import check_role, roles_only
from portal.models import User
from portal.once import once
from portal.times import clock
from units.application_parts import FIELDS, PARTS, count_words
from units.approval_form import STATEMENT
from units.contents import TITLES, label_of
from units.eligibility import Past, findings
from units.materials import materials_of
from units.models import Application, Opinion
from units.operations import applications as act
from units.operations.handing_in import missing_of, submit_application, why_late
from units.submissions import changes_since_last
from units.track import Track
from units.views.applications import fetch, leave_unless_open, renamed, submissions_of

R = User.Role
KEPT = "写下的内容留在本机。"
SIGNED_OUT = "登录已过期，写下的内容已存在本机，重新登录后自动保存。"


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(R.CLERK)
def fill(request, pk):
    """The whole form; a POST without scripts saves all of it."""
    obj = fetch(request, pk)
    away = leave_unless_open(request, obj)
    if away:
        return away
    return _keep_all(request, obj) if request.method == "POST" else _page(request, obj)


def _page(request, obj, conflicts=(), typed=None):
    for name, value in (typed or {}).items():
        setattr(obj, name, value)
    missing = missing_of(obj)
    materials = materials_of(obj, may_change=True)
    context = {
        "application": obj,
        "parts": _parts(obj, missing, materials, conflicts),
        "missing": missing,
        "words": count_words(obj.deeds),
        "range": obj.batch.words_asked(obj.category),
        "returned": last_return(obj),
        "changes": changes_since_last(obj),
        "renamed": renamed(obj, submissions_of(obj)),
        "against": _against(obj, request.arrived_at),
        "late": why_late(obj.batch, obj, request.arrived_at),
        "track": Track.of(obj, request.arrived_at),
        "statement": STATEMENT,
        "versions": {part: act.version_of(obj, part) for part in FIELDS},
        "title": str(obj.batch),
        "section": "applications",
    }
    return render(request, "units/application_form.html", context)


def _parts(application, missing, materials, conflicts):
    """The parts of the page in order, each with what belongs to it."""
    returned = last_return(application)
    remarks = returned.remarks if returned else {}
    theirs = {each["part"]: each for each in conflicts}
    return [
        {
            "key": key,
            "title": title,
            "template": f"units/application_parts/{key}.html",
            "materials": [each for each in materials if each.part == key],
            "lacks": sum(each.part == key for each in missing),
            "remark": remarks.get(key, ""),
            "conflict": theirs.get(key),
        }
        for key, title in PARTS.items()
        if key not in ("documents", "photos") or any(each.part == key for each in materials)
    ]


def last_return(application):
    """With what words it came back; None where it did not."""
    if application.state != Application.State.RETURNED:
        return None
    rows = application.opinions.filter(kind=Opinion.Kind.RETURN).select_related("region", "body")
    return rows.order_by("-given_at", "-pk").first()


def untouched_of(application):
    """A sentence naming the sections remarked on that stand as they did; empty if none does."""
    returned = last_return(application)
    if returned is None:
        return ""
    changed = changes_since_last(application)
    left = [TITLES.get(key, key) for key in returned.remarks if key not in changed]
    if not left:
        return ""
    return f"退回意见指出的 {len(left)} 处尚未改动：{'、'.join(left)}。"


def _against(application, at):
    """Sentences why it could not be handed in as things stand, beside what is missing."""
    past, on = Past.of(application.unit, but=application), timezone.localdate(at)
    way = application.rule, application.category
    found = findings(past, application.batch, *way, on, bodies=[application.body])
    return [each for each in found if not each.ok]


@dataclass
class Kept:
    """What became of the parts of one plain POST."""

    application: Application
    conflicts: list = field(default_factory=list)
    typed: dict = field(default_factory=dict)  # what could not be saved and stays on the page


def _keep_all(request, obj):
    """Save every part that was changed."""
    kept = Kept(obj)
    for part in FIELDS:
        _keep_part(request, kept, part)
    return _after_keeping(request, kept)


def _keep_part(request, kept, part):
    values, version = _sent(request.POST, part), _number(request.POST.get(f"version-{part}"))
    person = {"actor": request.user, "at": request.arrived_at}
    try:
        kept.application = act.save_part(
            kept.application, part, version=version, values=values, **person
        )
    except act.StalePart as stale:
        kept.conflicts.append({"part": part, **_both(request.user, stale, values)})
        kept.typed |= values
    except Refused as refusal:
        messages.error(request, f"{refusal}没有保存的内容只留在本页。")
        kept.typed |= values


def _after_keeping(request, kept):
    pk = kept.application.pk
    if not kept.typed:
        messages.success(request, "已保存。")
        go = request.POST.get("go") == "submit"
        return redirect("units:application-submit" if go else "units:application-fill", pk)
    if kept.conflicts:
        messages.error(request, "有的部分他人已改，还没有保存；请对照两份内容后再保存。")
    return _page(request, fetch(request, pk), kept.conflicts, kept.typed)


def _sent(data, part):
    """The values of a part as a plain form sends them."""
    return {
        name: data.get(name) == "on" if name == "pledged" else data.get(name, "")
        for name in FIELDS[part]
    }


def _both(user, stale, mine):
    """What stands there now, by whom and when, and what differs from what was sent."""
    theirs = _theirs(user, stale)
    lines = [
        {"label": label_of(name), "theirs": _words(theirs["values"][name]), "mine": _words(value)}
        for name, value in mine.items()
        if _words(theirs["values"][name]) != _words(value)
    ]
    return {"lines": lines, **theirs}


def _words(value):
    if isinstance(value, bool):
        return "已勾选" if value else "未勾选"
    return str(value if value is not None else "").replace("\r\n", "\n").strip()


def _theirs(user, stale):
    edit = stale.current.edits.get(stale.part, {})
    by = User.objects.filter(pk=edit.get("by")).first()
    own = by is not None and by.pk == user.pk
    return {
        "version": edit.get("version", 0),
        "values": values_of(stale.current, stale.part),
        "by": "你本人在另一个窗口" if own else by.name if by else "他人",
        "at": clock(parse_datetime(edit["at"])) if edit.get("at") else "",
    }


def values_of(application, part):
    """The values of a part as the page has them."""
    found = {name: getattr(application, name) for name in FIELDS[part]}
    return {name: "" if value is None else value for name, value in found.items()}


def _number(text):
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


@require_POST
def part(request, pk, part):
    """Autosave of one part. On 401 the script keeps it in the browser; on 409 it shows both."""
    if not request.user.is_authenticated:
        return JsonResponse({"detail": SIGNED_OUT}, status=401)
    check_role(request.user, [R.CLERK])
    obj = fetch(request, pk)
    if part not in FIELDS:
        raise Http404
    sent = _body(request)
    if sent is None:
        return JsonResponse({"detail": "内容格式不对，没有保存。请刷新页面后再填。"}, status=400)
    try:
        person = {"actor": request.user, "at": request.arrived_at}
        standing = act.save_part(obj, part, **sent, **person)
    except act.StalePart as stale:
        return JsonResponse({"theirs": _theirs(request.user, stale)}, status=409)
    except Refused as refusal:
        return JsonResponse({"detail": f"{refusal}{KEPT}"}, status=409)
    return JsonResponse(_told(standing, part))


def _body(request):
    """What was sent, as JSON or as fields with the values as JSON; None where it is neither."""
    try:
        sent = _sent_as(request)
        return {"version": int(sent["version"]), "values": dict(sent["values"])}
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _sent_as(request):
    if request.content_type == "application/json":
        return json.loads(request.body)
    return {**request.POST.dict(), "values": json.loads(request.POST["values"])}


def _told(application, part):
    """What the page redraws after a part has been saved."""
    at = application.edits.get(part, {}).get("at")
    return {
        "version": act.version_of(application, part),
        "saved": clock(parse_datetime(at) if at else timezone.now()),
        **missing_told(application),
    }


def missing_told(application):
    """The list of what is missing, as the page draws it."""
    missing = missing_of(application)
    return {
        "missing": [{"anchor": each.anchor, "text": each.text} for each in missing],
        "lacks": {key: sum(each.part == key for each in missing) for key in PARTS},
    }


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(R.CLERK)
@once
def submit(request, pk):
    """Look once more, then hand in. The moment that counts is that of the request's arrival."""
    obj = fetch(request, pk)
    if obj.state == Application.State.REVIEWING:
        return redirect(obj.submissions.order_by("-number").first() or obj)
    away = leave_unless_open(request, obj)
    if away:
        return away
    untouched = untouched_of(obj)
    if request.method == "POST" and untouched and "as_is" not in request.POST:
        messages.error(request, f"{untouched}没有提交；不需要改动的，请勾选说明后再提交。")
        return redirect("units:application-submit", pk)
    if request.method == "POST":
        try:
            made = submit_application(obj, actor=request.user, at=request.arrived_at)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("units:application-submit", pk)
        messages.success(request, "已提交，回执如下。")
        return redirect(made)
    context = {
        "application": obj,
        "missing": missing_of(obj),
        "materials": materials_of(obj),
        "words": count_words(obj.deeds),
        "against": _against(obj, request.arrived_at),
        "late": why_late(obj.batch, obj, request.arrived_at),
        "changes": changes_since_last(obj),
        "untouched": untouched,
        "track": Track.of(obj, request.arrived_at),
        "form_key": secrets.token_hex(16),
        "title": "核对并提交",
        "section": "applications",
        "trail": (
            ("申报", reverse("units:applications")),
            (str(obj.batch), reverse("units:application-fill", args=[obj.pk])),
        ),
    }
    return render(request, "units/application_submit.html", context)
