"""征求意见: ask, follow up, record the answers, print the letters."""

from functools import cached_property
from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal import files
from portal.documents import pdf_of
from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import ScopedList
from portal.models import User
from portal.once import act_once, once
from portal.registers import state_of
from portal.versions import Stale
from portal.views.files import HEADERS
from portal.views.sending import send
from units.access import keeps_batch, may_consult
from units.consultation_list import COLUMNS, ConsultationFilter
from units.forms.desk import AnswerForm, AskForm
from units.letters import signed_by, worded
from units.models import Application, Consultation
from units.operations.consultations import ask_bodies, record_answer, reply_day
from units.views.acts import differences
from units.views.desk_many import asked_keys

R = User.Role
OFFICE = (R.OFFICER, R.AUDITOR)
DAYS = 5  # working days, unless said otherwise
MOST = 200
RECENT, MOST_OFFERED = 500, 12  # questions looked through, bodies offered
MOST_LETTERS = 1000  # lines


class ConsultationList(ScopedList):
    """Who was asked about what, and has answered or not."""

    queryset = Consultation.objects.select_related(
        "application__unit__region", "application__batch"
    ).order_by("reply_by", "body_name", "pk")
    filterset_class = ConsultationFilter
    columns = COLUMNS
    roles = OFFICE
    template_name = "units/consultations.html"
    title = "征求意见"
    section = "desk"
    count_word = "条"
    empty_hint = "在待我审核或申报审核页发出征求意见后，会列在这里。"

    @cached_property
    def today(self):
        return timezone.localdate()

    @cached_property
    def filterset(self):
        return ConsultationFilter(
            self.request.GET, queryset=self.visible(), request=self.request, today=self.today
        )

    def rows(self, page):
        rows = list(page)
        for row in rows:
            row.today = self.today
        return rows

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        overdue = self.visible().overdue(self.today).order_by().count()
        state = state_of(self.request.GET).urlencode()
        return context | {"tab": "consultations", "overdue": overdue, "state": state}


def _asked_rows(request):
    """The applications of the address that this person may ask about."""
    keys = asked_keys(request)[:MOST]
    rows = Application.objects.visible_to(request.user).for_display()
    rows = rows.prefetch_related("consultations").in_bulk(keys)
    found = [rows[key] for key in keys if key in rows]
    return [each for each in found if may_consult(request.user, each)]


@roles_only(R.OFFICER)
@once
def ask(request):
    """Choose whom to ask about one or many applications, and until when."""
    rows = _asked_rows(request)
    if not rows:
        messages.error(request, "没有选中您可以征求意见的申报，没有发出。请先勾选。")
        return redirect("units:desk")
    known, ticked = _offered(request.user, rows)
    today = timezone.localdate()
    initial = {"bodies": ticked, "asked_on": today, "days": DAYS}
    form = AskForm(request.POST or None, user=request.user, bodies=known, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return _asked(request, form, rows)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "form": form,
        "rows": rows,
        "reply_by": reply_day(today, DAYS),
        "days": DAYS,
        "title": "征求意见",
        "section": "desk",
        "trail": (("征求意见", reverse("units:consultations")),),
    }
    return render(request, "units/consultation_new.html", context)


def _offered(user, rows):
    """(bodies offered, those ticked): the naming office's as its batch says, all of them.

    A desk below has its own: those it asked before, none ticked.
    """
    if all(keeps_batch(user, each) for each in rows):
        known = list(dict.fromkeys(name for each in rows for name in each.batch.consulted))
        return known, known
    own = Consultation.objects.filter(recorded_by__region=user.region).order_by("-asked_on")
    names = own.values_list("body_name", flat=True)[:RECENT]
    return list(dict.fromkeys(names))[:MOST_OFFERED], []


def _asked(request, form, rows):
    sent = form.cleaned_data
    reply_by = reply_day(sent["asked_on"], sent["days"])
    number = ask_bodies(
        rows,
        bodies=form.names,
        asked_on=sent["asked_on"],
        reply_by=reply_by,
        actor=request.user,
        at=timezone.now(),
    )
    messages.success(
        request, f"已向 {len(form.names)} 个单位征求意见，共 {number} 条，请于 {reply_by} 前催收。"
    )
    return redirect("units:consultations")


def fetch(request, pk):
    """One question in sight, or 404."""
    rows = Consultation.objects.visible_to(request.user).select_related(
        "application__unit__region",
        "application__batch__region",
        "application__body",
        "application__desk",
        "application__category",
        "file",
        "recorded_by",
    )
    return get_object_or_404(rows, pk=pk)


def as_filled(row):
    """The form's fields as the row stands."""
    fields = {name: getattr(row, name) for name in ("answer", "replied_on", "text", "version")}
    return {**fields, "replied_on": row.replied_on or timezone.localdate()}


@roles_only(*OFFICE)
def answer(request, pk):
    """What a body was asked, and what it answered."""
    row = fetch(request, pk)
    may_record = may_consult(request.user, row.application)
    if request.method != "POST" or not may_record:
        form = AnswerForm(user=request.user, initial=as_filled(row)) if may_record else None
        return _answer_page(request, row, form)
    form = AnswerForm(request.POST, request.FILES, user=request.user)
    if form.is_valid() and form.take_paper(timezone.now()):
        return act_once(request, lambda: _answered(request, row, form))
    return _answer_page(request, row, form)


def _answered(request, row, form):
    sent = {name: form.cleaned_data[name] for name in ("answer", "replied_on", "text", "version")}
    conflict = None
    try:
        record_answer(row, **sent, file=form.paper, actor=request.user, at=timezone.now())
    except Stale as stale:
        form.add_error(None, str(stale))
        form.data = form.data.copy()
        form.data["version"] = stale.current.version
        conflict = differences(form, as_filled(stale.current))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, f"已登记{row.body_name}的回复。")
        return redirect("units:consultations")
    return _answer_page(request, fetch(request, row.pk), form, conflict)


def _answer_page(request, row, form, conflict=None):
    row.today = timezone.localdate()
    context = {
        "row": row,
        "form": form,
        "conflict": conflict,
        "is_late": row.is_overdue(row.today),
        "title": f"征求意见：{row.body_name}",
        "section": "desk",
        "trail": (("征求意见", reverse("units:consultations")),),
    }
    return render(request, "units/consultation.html", context)


@require_safe
@roles_only(*OFFICE)
def file(request, pk):
    """The letter of reply."""
    row = get_object_or_404(
        Consultation.objects.visible_to(request.user)
        .filter(file__isnull=False)
        .select_related("file"),
        pk=pk,
    )
    stored = row.file
    path = files.path_of(stored.sha256)
    return send(request, path, name=stored.name, media_type=stored.media_type, attachment=True)


@require_safe
@roles_only(*OFFICE)
def letters(request):
    """征求意见函 with the list of units, a page for each body, as the list is filtered."""
    visible = Consultation.objects.visible_to(request.user)
    asker = {"request": request, "today": timezone.localdate()}
    found = ConsultationFilter(request.GET, queryset=visible, **asker).qs
    rows = found.filter(answer=Consultation.Answer.NONE).select_related(
        "application__unit__region",
        "application__batch__kind",
        "application__batch__region",
        "application__category",
    )
    rows = list(rows.order_by("body_name", "application__batch", "reply_by", "pk")[:MOST_LETTERS])
    if not rows:
        messages.error(request, "没有等待回复的征求意见，没有生成函件。")
        return redirect("units:consultations")
    office = request.user.region
    context = {"letters": _letters(rows, office), "today": asker["today"]}
    response = HttpResponse(
        pdf_of(render_to_string("pdf/consultation_letters.html", context)),
        content_type="application/pdf",
        headers=HEADERS,
    )
    response["Content-Disposition"] = content_disposition_header(True, "征求意见函.pdf")
    return response


def _letters(rows, office):
    def key(row):
        return row.body_name, row.application.batch_id, row.reply_by

    batches = {row.application.batch_id: row.application.batch for row in rows}
    signed = {pk: signed_by(batch, office) for pk, batch in batches.items()}
    parted = ((*k, list(g)) for k, g in groupby(rows, key))
    return [
        {
            "body": name,
            "text": worded(batches[batch], body=name, number=len(found), reply_by=reply_by),
            "signed_by": signed[batch],
            "rows": found,
        }
        for name, batch, reply_by, found in parted
    ]
