"""公示 and 异议, as the naming office keeps them and the regions beneath it read them."""

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import User
from portal.once import act_once, once
from portal.step_up import step_up
from portal.views.sending import send_stored
from units.access import handles_objections, keeps_batch
from units.forms.notices import FindingForm, NoticeForm, OfficeObjectionForm
from units.lifecycles import OBJECTION, PUBLIC_NOTICE
from units.models import Batch, Objection, ObjectionFile, PublicNotice
from units.notice_filters import NoticeFilter
from units.notice_stages import moved_by
from units.offices import named_handlers
from units.operations.notices import (
    GIVEN,
    cancel_notice,
    check_publishable,
    close_notice,
    draft_notice,
    edit_notice,
    initial_notice,
    list_to_be,
    publish_notice,
)
from units.operations.objections import (
    dismiss_objection,
    file_objection,
    handle_objection,
    receive_files,
    uphold_objection,
)
from units.tones import NOTICE_TONES, OBJECTION_TONES
from units.views.acts import handle

R = User.Role
OFFICE = (R.OFFICER, R.AUDITOR)
ACTS = {"publish": publish_notice, "close": close_notice, "cancel": cancel_notice}
DONE = {
    "publish": "已发布，公众现在可以查看；公示期满且异议办结后自动结束。",
    "close": "公示已结束，可以拟定命名决定。",
    "cancel": "公示已撤下，可以重新拟写。",
}


class NoticeList(ScopedList):
    queryset = PublicNotice.objects.select_related("batch__region")
    filterset_class = NoticeFilter
    roles = OFFICE
    title = "公示"
    section = "batches"
    empty_hint = "审定通过后，在批次页拟写公示。"
    columns = (
        Column(
            "title",
            "标题",
            lambda row: row.title,
            css="first",
            url=lambda row: row.get_absolute_url(),
        ),
        Column("batch", "批次", lambda row: str(row.batch)),
        Column("starts_on", "开始", lambda row: row.starts_on, kind="date", sort="starts_on"),
        Column("last_day", "结束", lambda row: row.last_day, kind="date", label="至"),
        Column(
            "state",
            "状态",
            lambda row: row.standing(timezone.localdate()),
            kind="tag",
            tone=lambda row: NOTICE_TONES[row.state],
            css="state",
        ),
    )


def seen(request, pk):
    rows = PublicNotice.objects.visible_to(request.user).select_related("batch__region", "pdf")
    return get_object_or_404(rows, pk=pk)


def _batch(request, pk):
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    if not keeps_batch(request.user, batch):
        raise Http404
    return batch


@roles_only(R.OFFICER)
@once
def notice_new(request, pk):
    """Write the notice of a batch."""
    batch = _batch(request, pk)
    initial = initial_notice(batch, timezone.localdate()) | {"version": 1}
    form = NoticeForm(request.POST or None, user=request.user, initial=initial)

    def act():
        made = draft_notice(batch, form.cleaned_data, actor=request.user, at=timezone.now())
        return made, "公示已拟好，核对名单和日期后发布。"

    return handle(request, form, act, _form_page(batch, "拟写公示", batch.get_absolute_url()))


@roles_only(R.OFFICER)
@once
def notice_edit(request, pk):
    """Change a draft; what has been published stays as it is."""
    notice = seen(request, pk)
    if notice.state != PublicNotice.State.DRAFT:
        messages.error(request, f"“{notice.title}”已发布，不能再改，没有改动。")
        return redirect(notice)
    initial = told(notice)
    form = NoticeForm(request.POST or None, user=request.user, initial=initial)

    def act():
        row = edit_notice(
            notice,
            form.cleaned_data,
            actor=request.user,
            at=timezone.now(),
            version=form.cleaned_data["version"],
        )
        return row, "公示已修改。"

    page = _form_page(notice.batch, "修改公示", notice.get_absolute_url())
    return handle(request, form, act, page, told=told)


def told(notice):
    return model_to_dict(notice, GIVEN) | {"version": notice.version}


def _form_page(batch, title, back):
    return {
        "title": title,
        "section": "batches",
        "trail": [("批次", reverse("units:batches")), (str(batch), batch.get_absolute_url())],
        "back_url": back,
        "submit_label": "保存",
    }


@require_safe
@roles_only(*OFFICE)
def notice(request, pk):
    """One notice: dates, list, objections, and what may be done now."""
    row = seen(request, pk)
    objections = Objection.objects.visible_to(request.user).filter(notice=row)
    objections = list(objections.select_related("entry"))
    entries = row.entries.all() if row.published_at else list_to_be(row)
    today = timezone.localdate()
    context = {
        "notice": row,
        "standing": row.standing(today),
        "tone": NOTICE_TONES[row.state],
        "entries": entries,
        "objections": [_line(each, today) for each in objections],
        "waiting": sum(each.state in Objection.OPEN for each in objections),
        "alike": _alike(request.user, row, objections),
        "steps": {step.verb: step for step in PUBLIC_NOTICE.open_to(request.user, row)},
        "is_over": row.ends_on <= today,
        "may_edit": row.state == "draft" and keeps_batch(request.user, row),
        "may_enter": row.is_running(today) and keeps_batch(request.user, row),
        "is_office": keeps_batch(request.user, row),
        "title": row.title,
        "section": "batches",
        "trail": [
            ("公示", reverse("units:notices")),
            (str(row.batch), row.batch.get_absolute_url()),
        ],
    }
    return render(request, "units/notice.html", context)


def _alike(user, notice, objections):
    """How many this person may settle together: anonymous, and taken up by nobody."""
    fresh = [each for each in objections if each.is_anonymous and each.state == "received"]
    return len(fresh) if len(fresh) > 1 and handles_objections(user, notice) else 0


def _line(objection, today):
    late = objection.due_on and objection.state in Objection.OPEN and objection.due_on <= today
    return {"row": objection, "tone": OBJECTION_TONES[objection.state], "late": late}


@require_POST
@roles_only(R.OFFICER)
@step_up(lambda request, pk, verb: seen(request, pk))
@once
def notice_move(request, pk, verb):
    """Publish, close or take down."""
    row = seen(request, pk)
    if verb not in ACTS:
        raise Http404
    given = {"note": request.POST.get("note", "")} if verb == "cancel" else {}
    seen_version = request.POST.get("version", "")
    if verb == "publish" and seen_version.isascii() and seen_version.isdigit():
        given = {"version": int(seen_version[:9])}
    try:
        if verb == "publish" and _is_first(request, row):
            return _sure(request, row)
        ACTS[verb](row, actor=request.user, at=timezone.now(), **given)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{row.title}”{DONE[verb]}")
    return redirect(row)


def _is_first(request, row):
    """Asked for, and not confirmed yet; what can't be done is left to be refused."""
    verbs = {step.verb for step in PUBLIC_NOTICE.open_to(request.user, row)}
    return "sure" not in request.POST and "publish" in verbs


def _sure(request, row):
    """What publishing does, read once more before it is done."""
    at = timezone.now()
    context = {
        "notice": row,
        "listed": check_publishable(row, at),
        "moves": moved_by(row.batch, row, at),
        "is_today": row.starts_on == timezone.localdate(at),
        "version": request.POST.get("version", ""),
        "title": "发布公示",
        "section": "batches",
        "trail": [("公示", reverse("units:notices")), (row.title, row.get_absolute_url())],
    }
    return render(request, "units/notice_publish.html", context)


@require_safe
@roles_only(*OFFICE)
def notice_pdf(request, pk):
    """The print of a published notice."""
    return sent(seen(request, pk).pdf)


def sent(stored):
    """A stored file as an answer."""
    if stored is None:
        raise Http404
    return send_stored(stored)


@roles_only(R.OFFICER)
def objection_new(request, pk):
    """Enter an objection that came by phone, letter or visit."""
    row = seen(request, pk)
    if not keeps_batch(request.user, row):
        raise Http404
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = OfficeObjectionForm(*given, notice=row, user=request.user)
    at = request.arrived_at

    def act():
        made = file_objection(row, form.cleaned_data, stored=stored, actor=request.user, at=at)
        return made, "异议已登记，请受理。"

    page = _form_page(row.batch, "登记异议", row.get_absolute_url())
    page["submit_label"] = "登记异议"
    stored = []
    if request.method == "POST" and form.is_valid():
        try:
            sent, anonymous = form.cleaned_data["files"], form.cleaned_data["is_anonymous"]
            stored = receive_files(sent, row, at, anonymous=anonymous)
        except Refused as refusal:
            form.add_error("files", str(refusal))
    ask_again(request, form)
    return act_once(request, lambda: handle(request, form, act, page))


def ask_again(request, form):
    """A browser forgets the files chosen for a form that comes back; say so."""
    if request.FILES and form.errors:
        form.add_error("files", "请重新选择文件：刚才选择的文件没有保存。")


def seen_objection(request, pk):
    rows = Objection.objects.visible_to(request.user)
    rows = rows.select_related("notice__batch__region", "notice__batch__rule", "entry__application")
    return get_object_or_404(rows, pk=pk)


def _strikes(request, pk):
    return request.method == "POST" and "uphold" in request.POST


@roles_only(*OFFICE)
@step_up(seen_objection, when=_strikes)
@once
def objection(request, pk):
    """One objection: what it says, what was found, how it was decided."""
    row = seen_objection(request, pk)
    may_handle = handles_objections(request.user, row)
    form = FindingForm(request.POST or None, user=request.user, objection=row)
    context = {
        "objection": row,
        "tone": OBJECTION_TONES[row.state],
        "files": row.files.select_related("file"),
        "verbs": {step.verb: step for step in OBJECTION.open_to(request.user, row)},
        "is_late": row.due_on
        and row.state in Objection.OPEN
        and row.due_on <= timezone.localdate(),
        "may_handle": may_handle,
        "waits_for": "" if may_handle else _waits_for(row),
        "title": "异议",
        "section": "batches",
        "trail": [
            ("公示", reverse("units:notices")),
            (row.notice.title, row.notice.get_absolute_url()),
        ],
    }
    return handle(
        request, form, lambda: _decide(request, row, form), context, template="units/objection.html"
    )


def _waits_for(row):
    """Who can settle it, for readers who can't; empty once it is settled."""
    return named_handlers(row.notice.batch) if row.state in Objection.OPEN else ""


def _decide(request, row, form):
    who = {"actor": request.user, "at": timezone.now()}
    words = {name: form.cleaned_data[name] for name in ("findings", "answer")}
    if "uphold" in request.POST:
        uphold_objection(row, entry=form.cleaned_data["entry"], **words, **who)
        return row, f"异议成立，“{row.entry.unit_name}”已从名单中取消。"
    dismiss_objection(row, **words, **who)
    return row, "异议不成立，名单不变；答复已可凭查询码查看。"


@require_POST
@roles_only(R.OFFICER)
def objection_handle(request, pk):
    """Begin to look into an objection."""
    row = seen_objection(request, pk)
    try:
        handle_objection(row, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已受理，请在 {row.due_on} 前办结。")
    return redirect(row)


@require_safe
@roles_only(*OFFICE)
def objection_file(request, pk, file_pk):
    """A file that came with an objection."""
    row = seen_objection(request, pk)
    return sent(get_object_or_404(ObjectionFile, objection=row, pk=file_pk).file)
