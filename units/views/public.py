"""What everybody may read and say: notices, objections, and what became of an objection.

No scores, no phones of units, no persons; an objection is found by its code alone.
"""

import re

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from portal import audit
from portal.errors import Refused
from portal.limits import neighbourhood, within
from portal.text import storable
from units.forms.notices import CodeForm, PublicObjectionForm
from units.models import Objection, PublicNotice
from units.operations.objections import check_room, file_objection, receive_files
from units.tones import NOTICE_TONES, OBJECTION_TONES
from units.views.notices import ask_again, sent

A_DAY = 24 * 3600
OBJECTIONS_A_DAY = 5
OF_A_NEIGHBOURHOOD = 30  # a day, too
LOOKS_A_MINUTE = 30
TOO_MANY = (
    f"这一网络地址一天内已提交 {OBJECTIONS_A_DAY} 件异议，没有保存。请明天再提交，或电话反映。"
)
CROWDED = (
    "您所在的网段一天内提交的异议过多，没有保存。请明天再提交，或按公示所列方式电话、来信反映。"
)
TOO_FAST = "查询过于频繁，请一分钟后再试。"


def _shown():
    """Notices that hang out or have; those taken down are gone."""
    rows = PublicNotice.objects.published().select_related("batch__region", "pdf")
    return rows.exclude(state=PublicNotice.State.CANCELLED)


@require_safe
@cache_control(public=True, max_age=60)
def notices(request):
    """All notices, the running ones first."""
    page = Paginator(_shown(), 20).get_page(request.GET.get("page"))
    today = timezone.localdate()
    rows = [(each, each.standing(today), NOTICE_TONES[each.state]) for each in page]
    return render(request, "public/notices.html", {"rows": rows, "page": page, "title": "公示"})


def _notice(code):
    return get_object_or_404(_shown(), code=storable(code))


@require_safe
@cache_control(public=True, max_age=60)
def notice(request, code):
    """One notice with its list as printed."""
    row, today = _notice(code), timezone.localdate()
    context = {
        "notice": row,
        "entries": row.entries.all(),
        "standing": row.standing(today),
        "tone": NOTICE_TONES[row.state],
        "is_running": row.is_running(today),
        "title": row.title,
    }
    return render(request, "public/notice.html", context)


@require_safe
def notice_pdf(request, code):
    """The notice to be printed and hung out."""
    return sent(_notice(code).pdf)


@never_cache
def objection_new(request, code):
    """Say what is wrong with the list, by name or without."""
    row = _notice(code)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PublicObjectionForm(*given, notice=row)
    if request.method == "POST" and form.is_valid():
        try:
            made = _file(row, form, request)
            return redirect("public:objection", made.code)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    ask_again(request, form)
    context = {
        "notice": row,
        "form": form,
        "is_running": row.is_running(timezone.localdate(request.arrived_at)),
        "title": "提出异议",
    }
    return render(request, "public/objection_new.html", context)


def _file(notice, form, request):
    at, key = request.arrived_at, form.cleaned_data["form_key"]
    known = Objection.objects.filter(notice=notice, form_key=key).first()
    if known is not None:
        return known
    check_room(notice, at)
    _count(audit.address.get(), at)
    sent, anonymous = form.cleaned_data["files"], form.cleaned_data["is_anonymous"]
    stored = receive_files(sent, notice, at, anonymous=anonymous)
    return file_objection(notice, form.cleaned_data, stored=stored, form_key=key, at=at)


def _count(address, at):
    """So many a day from one address, and from those that one subscriber may hold."""
    if not within("objection", address, most=OBJECTIONS_A_DAY, seconds=A_DAY, at=at):
        raise Refused(TOO_MANY)
    around = neighbourhood(address)
    if not within("objections around", around, most=OF_A_NEIGHBOURHOOD, seconds=A_DAY, at=at):
        raise Refused(CROWDED)


@never_cache
def objection_find(request):
    """Ask for the code, lead to the page."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = re.sub(r"[^0-9a-z]", "", form.cleaned_data["code"].lower())
        return redirect("public:objection", code or "-")
    return render(
        request, "public/objection_find.html", {"form": form, "title": "查询异议办理情况"}
    )


@require_safe
@never_cache
def objection(request, code):
    """What became of an objection: state and answer, nothing of what was found."""
    if not within("look", audit.address.get(), most=LOOKS_A_MINUTE, seconds=60, at=timezone.now()):
        return HttpResponse(TOO_FAST, status=429, content_type="text/plain; charset=utf-8")
    row = Objection.objects.select_related("notice", "entry").filter(code=storable(code)).first()
    context = {"objection": row, "title": "异议办理情况"}
    if row is not None:
        context["tone"] = OBJECTION_TONES[row.state]
        context["groups"] = [code[n : n + 4] for n in range(0, len(code), 4)]
    return render(request, "public/objection.html", context, status=200 if row else 404)
