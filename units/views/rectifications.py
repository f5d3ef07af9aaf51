"""整改: the board by deadline, an order and its page, the office's answers, the notice."""

from io import BytesIO

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from portal.audit_labels import label_of
from portal.documents import pdf_of
from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import ScopedList
from portal.models import AuditEvent
from portal.once import once
from portal.registers import state_of
from portal.step_up import step_up
from portal.workbooks import XLSX, write_workbook
from units.access import decides_title
from units.exports import sheet_for
from units.follow_up_columns import WORK_COLUMNS, days, dress_work
from units.follow_up_filters import RectificationFilter
from units.forms.rectifications import (
    AnswerForm,
    CloseOutForm,
    ItemForm,
    NewOrderForm,
    ReasonForm,
)
from units.lifecycles import RECTIFICATION, RECTIFICATION_EXTENSION
from units.models import Rectification, RectificationExtension
from units.offices import Offices, named_officers
from units.operations.export import note_export
from units.operations.rectification_items import (
    ask_extension,
    extensions_left,
    grant_extension,
    refuse_extension,
)
from units.operations.rectifications import (
    close_out,
    fail_rectification,
    gaps_of,
    order_rectification,
    report_rectification,
    send_back,
)
from units.ruling import rule_of
from units.tones import OVERDUE, RECTIFICATION_TONES
from units.views.acts import handle
from units.views.follow_up import (
    OFFICE,
    READERS,
    SECTION,
    R,
    fetch_order,
    fetch_title,
    form_page,
    tabs,
)

State = Rectification.State


class RectificationBoard(ScopedList):
    """Every order in sight, what is open first, by its deadline."""

    queryset = Rectification.objects.for_display().annotate(count=Count("items"))
    filterset_class = RectificationFilter
    template_name = "units/rectifications.html"
    columns = WORK_COLUMNS
    roles = READERS
    title = "整改"
    section = SECTION
    count_word = "份"
    empty_hint = "在称号页或复验结论中下达整改后，会列在这里。"

    def visible(self):
        return super().visible().by_deadline()

    def rows(self, page):
        return dress_work(page, timezone.localdate())

    def get_context_data(self, **kwargs):
        today, visible = timezone.localdate(), super().visible()
        state = state_of(self.request.GET).urlencode()
        more = {
            "follow_tabs": tabs("rectifications"),
            "is_office": self.request.user.role != R.CLERK,
            "open": visible.open().count(),
            "reported": visible.filter(state=State.REPORTED).count(),
            "overdue": visible.overdue(today).count(),
            "export_url": f"{reverse('units:rectifications-export')}?{state}",
        }
        return super().get_context_data(**more, **kwargs)


@require_POST
@roles_only(*OFFICE)
def board_export(request):
    """The board as filtered, as a workbook."""
    user, at, file = request.user, timezone.now(), BytesIO()
    visible = Rectification.objects.visible_to(user).for_display()
    visible = visible.annotate(count=Count("items")).by_deadline()
    filterset = RectificationFilter(request.GET, queryset=visible, request=request)
    rows = dress_work(filterset.qs, timezone.localdate(at))
    count = write_workbook(
        file,
        sheet="整改台账",
        title=f"{settings.COMMISSION_NAME}整改台账",
        columns=sheet_for(user.role, WORK_COLUMNS),
        rows=rows,
        facts=[("筛选", filterset.words()), ("行数", f"{len(rows)} 行")],
        exporter=f"{user.name}（{user.get_role_display()}）",
        at=at,
    )
    note_export("整改台账", filterset.words(), count, actor=user, at=at)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="整改台账.xlsx", content_type=XLSX)


def _title(request, pk):
    """For the password page: says 404 to strangers before anything is asked."""
    fetch_title(request, pk)


@roles_only(R.OFFICER)
@step_up(_title)
@once
def rectification_new(request, pk):
    """Order something to be mended that no 复验 led to."""
    title, today = fetch_title(request, pk), timezone.localdate()
    form = NewOrderForm(request.POST or None, user=request.user, initial={"on": today})

    def act():
        sent = form.cleaned_data
        told = {name: sent[name] for name in ("source", "note", "document_no", "on")}
        who = {"actor": request.user, "at": timezone.now()}
        made = order_rectification(title, items=form.findings, **told, **who)
        return made, f"已下达整改，期限 {made.due_on}，单位会收到通知。"

    rule = rule_of(title, today)
    caveat = "" if rule.pk and rule.confirmed else "（待确认）"
    intro = (
        f"期限按评选条件为下达之日起 {rule.rectification_days} 天{caveat}，"
        f"可延期 {rule.rectification_extensions} 次。销号之前，单位不能申报和推荐。"
    )
    page = form_page(f"下达整改：{title.unit}", "下达整改", title, intro=intro, unit=title.unit)
    return handle(request, form, act, page)


@roles_only(*READERS)
@require_safe
def rectification(request, pk):
    """One order: findings with what was done and its proof, the deadline, the answers."""
    return render(request, "units/rectification.html", page_of(request, fetch_order(request, pk)))


def page_of(request, order, form=None):
    """What the page shows; `form` is an item's that was not accepted."""
    user, today = request.user, timezone.localdate()
    open_to = {step.verb for step in RECTIFICATION.open_to(user, order)}
    items = list(order.items.prefetch_related("files__file", "files__added_by"))
    writes = "report" in open_to
    asked = list(order.extension_requests.select_related("asked_by"))
    late = order.state == State.OPEN and order.due_on < today
    told = AuditEvent.objects.about(order).select_related("actor").order_by("-pk")[:20]
    return {
        "order": order,
        "title": f"整改：{order.designation.unit.name}",
        "section": SECTION,
        "tone": OVERDUE if late else RECTIFICATION_TONES[order.state],
        "word": "逾期" if late else order.get_state_display(),
        "left": days(order.due_on, today) if order.state in Rectification.OPEN else "",
        "late": late,
        "office": Offices().of(order.designation).name if late else "",
        "who_ends": _who_ends(user, order) if late and "fail" not in open_to else "",
        "items": [_item(each, user, form) if writes else (each, None) for each in items],
        "writes": writes,
        "gaps": gaps_of(order) if writes else [],
        "open_to": open_to - {"report", "end"},
        "may_close": "close" in open_to and order.reported_by_id != user.pk,
        "own_work": "close" in open_to and order.reported_by_id == user.pk,
        "requests": [(each, _answers(user, each)) for each in asked],
        "extensions_left": extensions_left(order) if writes else 0,
        "may_ask": writes and not late and not any(each.state == "asked" for each in asked),
        "may_revoke": order.state == State.FAILED and decides_title(user, order.designation),
        "history": [(each, label_of(each.action)) for each in told] if user.role != R.CLERK else [],
    }


def _who_ends(user, order):
    """Who may say that it was not mended, for officers who may not."""
    if user.role != R.OFFICER:
        return ""
    return named_officers(Offices().of(order.designation), signing=True)


def _item(item, user, form):
    if form is not None and form.item.pk == item.pk:
        return item, form
    made = ItemForm(user=user, initial=ItemForm.initial_of(item), prefix=f"i{item.pk}")
    return item, made


def _answers(user, request):
    return [each.verb for each in RECTIFICATION_EXTENSION.open_to(user, request)]


@require_POST
@roles_only(R.CLERK)
def report(request, pk):
    """All is mended, says the unit."""
    order = fetch_order(request, pk)
    try:
        report_rectification(order, actor=request.user, at=request.arrived_at)
        messages.success(request, "整改结果已报送，等待核查销号。")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(order)


STEPS = {
    "send_back": ("退回整改", ReasonForm, "退回后单位继续整改，期限不变。"),
    "close": ("销号", CloseOutForm, "核查每一项的结果和证明后再销号；销号须由报送人以外的人办理。"),
    "fail": ("认定不到位", ReasonForm, "认定后不能恢复；由复验下达的，复验同时认定不合格。"),
}


def _order(request, pk, verb, **more):
    """The same, for an order."""
    fetch_order(request, pk)


@roles_only(R.OFFICER)
@step_up(_order, when=lambda request, pk, verb: verb == "fail")
@once
def step(request, pk, verb):
    """What the office says to what was reported."""
    if verb not in STEPS:
        raise Http404
    order, today = fetch_order(request, pk), timezone.localdate()
    label, form_class, intro = STEPS[verb]
    form = form_class(request.POST or None, user=request.user, initial={"on": today})

    def act():
        sent, who = form.cleaned_data, {"actor": request.user, "at": timezone.now()}
        ACTS[verb](order, sent, who)
        return order, f"“{order}”已{label}。"

    page = form_page(f"{label}：{order.designation.unit}", label, order, intro=intro)
    page["ends"] = verb == "fail"
    return handle(request, form, act, page)


ACTS = {
    "send_back": lambda order, sent, who: send_back(order, note=sent["note"], **who),
    "close": lambda order, sent, who: close_out(order, note=sent["note"], on=sent["on"], **who),
    "fail": lambda order, sent, who: fail_rectification(order, note=sent["note"], **who),
}


@roles_only(R.CLERK)
@once
def extension_ask(request, pk):
    """More time, asked for by the unit."""
    order = fetch_order(request, pk)
    form = ReasonForm(request.POST or None, user=request.user)
    form.fields["note"].label = "延期理由"

    def act():
        reason = form.cleaned_data["note"]
        ask_extension(order, reason=reason, actor=request.user, at=request.arrived_at)
        return order, "延期申请已提出，批复后会通知你单位。"

    rule = order.rule or rule_of(order.designation, order.ordered_on)
    intro = (
        f"期限现为 {order.due_on}，每次延期 {rule.extension_days} 天，"
        f"还可延期 {extensions_left(order)} 次。批复之前期限不变。"
    )
    page = form_page(f"申请延期：{order.designation.unit}", "申请延期", order, intro=intro)
    return handle(request, form, act, page)


@roles_only(R.OFFICER)
@step_up(_order)
@once
def extension_answer(request, pk, number, verb):
    """Granted or refused."""
    order = fetch_order(request, pk)
    asked = RectificationExtension.objects.filter(rectification=order, pk=number).first()
    if asked is None or verb not in RECTIFICATION_EXTENSION.steps:
        raise Http404
    asked.rectification = order
    label = RECTIFICATION_EXTENSION.steps[verb].label
    form = AnswerForm(request.POST or None, user=request.user)
    form.fields["note"].required = verb == "refuse"

    def act():
        answer, who = form.cleaned_data["note"], {"actor": request.user, "at": timezone.now()}
        change = grant_extension if verb == "grant" else refuse_extension
        change(asked, answer=answer, **who)
        return order, f"已{label}，单位会收到通知。"

    intro = f"延期理由：{asked.reason}"
    page = form_page(f"{label}：{order.designation.unit}", label, order, intro=intro)
    return handle(request, form, act, page)


@roles_only(*READERS)
@require_safe
def notice(request, pk):
    """整改通知书, to be stamped."""
    order = fetch_order(request, pk)
    context = {
        "order": order,
        "items": order.items.all(),
        "commission": settings.COMMISSION_NAME,
        "issuers": order.rule.issuers.select_related("body") if order.rule else (),
    }
    content = pdf_of(render_to_string("pdf/rectification_notice.html", context))
    name = f"{order.designation.unit.name}整改通知书.pdf"
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, name)
    response["Cache-Control"] = "private, no-store"
    return response
