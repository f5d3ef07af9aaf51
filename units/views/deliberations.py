"""Pages of the deliberation: ranking and what-if, departures, minutes, joint sign-off."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.errors import Refused
from portal.gate import roles_only
from portal.intake.receiving import receive
from portal.models import AuditEvent, User
from portal.once import act_once, once
from portal.step_up import step_up
from portal.views.sending import send_stored
from units.access import decides, keeps_batch
from units.deliberating import Docket, with_deliberation
from units.deliberation_page import page_of
from units.forms.deliberation import ChoiceForm, CutForm, MinutesForm, NoteForm, SignForm
from units.models import Application, Batch, NamingDecision, PublicNotice
from units.operations import deliberations as act
from units.tones import DELIBERATION_TONES
from units.views.acts import carry_out, handle

R = User.Role
OFFICE = (R.OFFICER, R.AUDITOR)


def fetch(request, pk):
    """A batch whose ranking this person may see, or 404."""
    rows = with_deliberation(Batch.objects.deliberated_by(request.user))
    return get_object_or_404(rows, pk=pk)


def open_docket(request, pk):
    """The deliberation of such a batch, as this person stands to it."""
    batch, on = fetch(request, pk), timezone.localdate(request.arrived_at)
    return Docket(batch, on=on, user=request.user, row=getattr(batch, "deliberation", None))


@roles_only(*OFFICE)
@require_safe
def deliberation(request, pk):
    """The ranked list with its line, and everything that is decided about it."""
    docket = open_docket(request, pk)
    may_write = _may_write(request, docket)
    context = page_of(docket, request.GET, timezone.now())
    picked = context["picked"]
    may_pick = may_write and picked and picked.place.verdict != "barred"
    context |= {
        "title": "审定排序",
        "section": "batches",
        "tone": DELIBERATION_TONES[docket.state],
        "may_write": may_write,
        "may_decide": decides(request.user, docket.batch),
        "choice_form": ChoiceForm(user=request.user, place=picked.place) if may_pick else None,
        "note_form": NoteForm(user=request.user),
        "cut_form": CutForm(user=request.user, initial={"version": docket.deliberation.version}),
        "log": _log(docket) if request.GET.get("log") else None,
        **_decision(request, docket),
    }
    return render(request, "units/deliberation.html", context)


def _may_write(request, docket):
    is_open = docket.is_draft and docket.batch.state == Batch.State.OPEN
    return is_open and keeps_batch(request.user, docket.batch)


def _log(docket):
    if docket.deliberation.pk is None:
        return []
    return AuditEvent.objects.about(docket.deliberation).order_by("-pk")[:20]


def _decision(request, docket):
    """The batch's decision, or whether it may be drafted now."""
    if not docket.is_settled:
        return {}
    batch, dropped = docket.batch, NamingDecision.State.DROPPED
    rows = NamingDecision.objects.visible_to(request.user).filter(batch=batch)
    found = rows.filter(kind=NamingDecision.Kind.NAMING).exclude(state=dropped).first()
    over = batch.notices.filter(state=PublicNotice.State.CLOSED).exists()
    may_draft = over and batch.state == Batch.State.OPEN and keeps_batch(request.user, batch)
    return {"decision": found, "may_draft": found is None and may_draft}


def _page(batch):
    return reverse("units:deliberation", args=[batch.pk])


def _told(request, batch, call, sentence, anchor=""):
    return carry_out(request, call, sentence, f"{_page(batch)}{anchor}")


def _person(request):
    return {"actor": request.user, "at": timezone.now()}


@require_POST
@roles_only(R.OFFICER)
def deliberation_cut(request, pk):
    """Move the line for good."""
    batch = fetch(request, pk)
    form = CutForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, "命名线请填写 1 到 9999 的整数；没有保存。")
        return redirect(_page(batch))
    cut, version = form.cleaned_data["cut"] or 0, form.cleaned_data["version"]
    call = lambda: act.set_cut(batch, cut, version=version, **_person(request))
    return _told(
        request, batch, call, f"命名线已移到 {cut} 家。" if cut else "命名线已按批次名额。"
    )


def _application(request, batch):
    asked = request.POST.get("application", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 12):
        raise Http404
    rows = Application.objects.filter(batch=batch).select_related("unit", "batch")
    return get_object_or_404(rows, pk=asked)


@require_POST
@roles_only(R.OFFICER)
@once
def deliberation_choose(request, pk):
    """Take one in or leave one out, with the reason."""
    batch = fetch(request, pk)
    application = _application(request, batch)
    form = ChoiceForm(request.POST, user=request.user)
    if not form.is_valid():
        words = " ".join(each for errors in form.errors.values() for each in errors)
        messages.error(request, f"{words}没有保存。")
        return redirect(f"{_page(batch)}?pick={application.pk}#choose")
    chosen, reason = form.cleaned_data["chosen"] == "yes", form.cleaned_data["reason"]
    call = lambda: act.choose(batch, application, chosen=chosen, reason=reason, **_person(request))
    told = f"“{application.unit}”已{'列为入选' if chosen else '改为不列入'}。"
    return _told(request, batch, call, told, f"#a{application.pk}")


@require_POST
@roles_only(R.OFFICER)
def deliberation_unchoose(request, pk):
    """Back to what the ranking says."""
    batch = fetch(request, pk)
    application = _application(request, batch)
    call = lambda: act.unchoose(batch, application, **_person(request))
    return _told(request, batch, call, f"“{application.unit}”的调整已撤销。", f"#a{application.pk}")


@roles_only(R.OFFICER)
def deliberation_minutes(request, pk):
    """Write down the meeting; its signed paper is examined before anything is saved."""
    batch = fetch(request, pk)
    docket = Docket(batch)
    if not _may_write(request, docket):
        messages.error(request, "纪要只在名单拟定时修改；名单会签中的请先收回。")
        return redirect(_page(batch))
    initial = _as_filled(docket.deliberation)
    form = MinutesForm(
        request.POST or None, request.FILES or None, user=request.user, initial=initial
    )
    context = {
        "title": "会议纪要",
        "submit_label": "保存纪要",
        "back_url": _page(batch),
        "section": "batches",
        "trail": (("批次", reverse("units:batches")), (str(batch), batch.get_absolute_url())),
    }
    file = None
    if request.method == "POST" and form.is_valid() and form.cleaned_data["file"]:
        file = _examined(request, form)
    if form.errors:
        return render(request, "units/deliberation_minutes.html", {**context, "form": form})
    call = lambda: _keep(request, batch, form, file)
    template = "units/deliberation_minutes.html"
    answer = lambda: handle(request, form, call, context, template=template, told=_as_filled)
    return act_once(request, answer)


def _as_filled(obj):
    return {name: getattr(obj, name) for name in [*act.MINUTES, "version"]}


def _examined(request, form):
    """The file on disk, its row not written yet; what is wrong with it is said at its field."""
    sent, at = form.cleaned_data["file"], timezone.now()
    try:
        return receive(sent, name=sent.name, owner=request.user, at=at).stored
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return None


def _keep(request, batch, form, file):
    version = form.cleaned_data["version"]
    act.keep_minutes(batch, form.values, version=version, file=file, **_person(request))
    return _page(batch), "纪要已保存。"


@roles_only(*OFFICE)
@require_safe
def deliberation_file(request, pk):
    """The signed paper of the meeting."""
    obj = Docket(fetch(request, pk)).deliberation
    if obj.file_id is None:
        raise Http404
    return send_stored(obj.file)


def _seen(request, pk):
    """404 to strangers, before anybody asks for a password."""
    fetch(request, pk)


@require_POST
@roles_only(R.OFFICER)
@step_up(_seen)
@once
def deliberation_present(request, pk):
    """Lay the list before the departments."""
    batch = fetch(request, pk)
    call = lambda: act.present(batch, **_person(request))
    return _told(request, batch, call, "名单已提交会签，各命名部门已收到消息。")


@require_POST
@roles_only(R.OFFICER)
@step_up(_seen)
@once
def deliberation_take_back(request, pk):
    """Take the list back to change it."""
    batch = fetch(request, pk)
    form = NoteForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, "收回须写明原因，没有收回。")
        return redirect(_page(batch))
    note = form.cleaned_data["note"]
    call = lambda: act.take_back(batch, note=note, **_person(request))
    return _told(request, batch, call, "名单已收回，可以修改后重新提交会签。")


@roles_only(R.OFFICER)
@step_up(_seen)
@once
def deliberation_sign(request, pk):
    """A department's yes; the page shows once more what it is said to."""
    docket = open_docket(request, pk)
    mine = docket.to_sign
    if docket.state != "signing" or not mine:
        messages.error(request, "现在没有需要您会签的名单。")
        return redirect(_page(docket.batch))
    initial = {"digest": docket.digest, "body": mine[0].pk}
    form = SignForm(request.POST or None, user=request.user, bodies=mine, initial=initial)
    context = {
        **page_of(docket, {"show": "all"}, timezone.now()),
        "title": "会签审定名单",
        "section": "batches",
        "mine": mine,
    }
    call = lambda: _sign(request, docket, form)
    return handle(request, form, call, context, template="units/deliberation_sign.html")


def _sign(request, docket, form):
    sent = form.cleaned_data
    body = next(each for each in docket.bodies if each.pk == sent["body"])
    obj = act.sign_list(
        docket.batch, body, digest=sent["digest"], note=sent["note"], **_person(request)
    )
    done = "，会签已齐，审定通过" if obj.state == obj.State.SETTLED else ""
    return obj, f"已代表“{body.name}”会签{done}。"
