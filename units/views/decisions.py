"""Pages of decisions: the list, one decision, its draft, its corrections, its taking effect."""

import django_filters
from django.contrib import messages
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.errors import Refused
from portal.gate import roles_only
from portal.intake.receiving import receive
from portal.lists import ScopedList
from portal.models import AuditEvent, User
from portal.once import act_once, once
from portal.step_up import step_up
from portal.text import folded
from portal.views.sending import send_stored
from units import rules
from units.access import decides, keeps_batch
from units.cards import cards_of
from units.decision_columns import DECISIONS
from units.decision_page import page_of
from units.forms.decision import DropForm, EditPapersForm, LineForm, PapersForm
from units.models import Batch, DecisionLine, NamingDecision
from units.operations import decisions as act
from units.tones import DECISION_TONES
from units.views.acts import carry_out, handle
from units.views.list_exports import list_export

R, K, S = User.Role, NamingDecision.Kind, NamingDecision.State
OFFICE = (R.OFFICER, R.AUDITOR)
SECTION = "decisions"


class DecisionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="标题、文号", method="search", max_length=60)
    kind = django_filters.ChoiceFilter(label="种类", choices=K.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(label="状态", choices=S.choices, empty_label="全部")

    class Meta:
        model = NamingDecision
        fields = ["q", "kind", "state"]

    def search(self, queryset, name, value):
        word = folded(value)
        return queryset.filter(title__icontains=word) | queryset.filter(document_no__icontains=word)


class DecisionList(ScopedList):
    """Decisions in sight, the latest first."""

    queryset = NamingDecision.objects.select_related("batch__kind", "region")
    filterset_class = DecisionFilter
    template_name = "units/decisions.html"
    columns = DECISIONS
    roles = OFFICE
    title = "命名决定"
    section = SECTION
    count_word = "份"
    empty_hint = "公示结束后，在批次的审定页拟定命名决定。"

    def rows(self, page):
        found = list(page)
        lines = DecisionLine.objects.filter(decision__in=found).order_by().values_list("decision")
        counts = dict(lines.annotate(n=Count("pk")))
        for each in found:
            each.count = counts.get(each.pk, 0)
        return found


decisions_export = list_export(DecisionList, roles=OFFICE, back="units:decisions")


def fetch(request, pk):
    """A decision in sight, or 404."""
    related = ("batch__kind", "batch__region", "batch__rule", "region", "corrects", "file")
    rows = NamingDecision.objects.visible_to(request.user).select_related(*related)
    return get_object_or_404(rows, pk=pk)


def fetch_own(request, pk):
    """A decision of the person's own office; others in sight may only read it."""
    decision = fetch(request, pk)
    if not keeps_batch(request.user, decision):
        raise Http404
    return decision


@roles_only(*OFFICE)
@require_safe
def decision(request, pk):
    """What a decision does or did, to whom, and what has corrected it since."""
    obj = fetch(request, pk)
    mine = keeps_batch(request.user, obj) and obj.kind in act.MADE_HERE
    context = page_of(obj, request.user, timezone.now()) | {
        "title": obj.title,
        "section": SECTION,
        "tone": DECISION_TONES[obj.state],
        "may_write": mine and obj.state == S.DRAFT,
        "may_correct": mine and obj.state == S.APPLIED and obj.kind == K.NAMING,
        "may_decide": decides(request.user, obj),
        "drop_form": DropForm(user=request.user),
        "line_form": LineForm(user=request.user, auto_id="line_%s"),
        "log": AuditEvent.objects.about(obj).order_by("-pk")[:20] if mine else None,
        "cards": cards_of("decision", obj, request.user),
    }
    return render(request, "units/decision.html", context)


@roles_only(*OFFICE)
@require_safe
def decision_file(request, pk):
    """The signed paper."""
    obj = fetch(request, pk)
    if obj.file_id is None:
        raise Http404
    return send_stored(obj.file)


def _person(request):
    return {"actor": request.user, "at": timezone.now()}


def _trail(*more):
    return (("命名决定", reverse("units:decisions")), *more)


def _papers(request, form, keep, page, told=None):
    """Examine the paper that was sent along, outside any transaction; then save, once."""
    file, context = None, {"section": SECTION, **page}
    if request.method == "POST" and form.is_valid() and form.cleaned_data["file"]:
        file = _examined(request, form)
    if form.errors:
        return render(request, "portal/form.html", {**context, "form": form})
    call = lambda: keep(file)
    template = "portal/form.html"
    return act_once(
        request, lambda: handle(request, form, call, context, template=template, told=told)
    )


def _examined(request, form):
    sent, at = form.cleaned_data["file"], timezone.now()
    try:
        return receive(sent, name=sent.name, owner=request.user, at=at).stored
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return None


def _form(request, kind, **more):
    return kind(request.POST or None, request.FILES or None, user=request.user, **more)


@roles_only(R.OFFICER)
def decision_new(request, batch_pk):
    """Draft the decision of a batch."""
    batches = Batch.objects.deliberated_by(request.user).select_related("kind", "region")
    batch = get_object_or_404(batches, pk=batch_pk)
    made = batch.decisions.filter(kind=K.NAMING).exclude(state=S.DROPPED).first()
    if made:
        return redirect(made)
    initial = {"title": title_for(batch), "decided_on": timezone.localdate()}
    form = _form(request, PapersForm, initial=initial)

    def keep(file):
        obj = act.draft_decision(batch, form.values, file=file, **_person(request))
        return obj, "命名决定已拟稿，请核对名单后办理生效。"

    page = {
        "title": "拟定命名决定",
        "intro": f"名单由“{batch}”的拟命名单位生成，按类别和旗市区排列；生效前都可以修改。",
        "submit_label": "生成草稿",
        "back_url": reverse("units:deliberation", args=[batch.pk]),
        "trail": _trail((str(batch), batch.get_absolute_url())),
    }
    return _papers(request, form, keep, page)


def title_for(batch):
    """关于命名全市第七批民族团结进步示范单位的决定."""
    return f"关于命名{rules.batch_words(batch)}的决定"


@roles_only(R.OFFICER)
def decision_edit(request, pk):
    """Change the papers of a draft."""
    obj = fetch_own(request, pk)
    told = lambda row: {name: getattr(row, name) for name in [*act.FACTS, "version"]}
    form = _form(request, EditPapersForm, initial=told(obj))

    def keep(file):
        version = form.cleaned_data["version"]
        row = act.edit_decision(obj, form.values, version=version, file=file, **_person(request))
        return row, "草稿已保存。"

    page = {
        "title": f"修改：{obj.title}",
        "submit_label": "保存草稿",
        "back_url": obj.get_absolute_url(),
        "trail": _trail((obj.title, obj.get_absolute_url())),
    }
    return _papers(request, form, keep, page, told=told)


@roles_only(R.OFFICER)
def decision_correct(request, pk):
    """Draft a decision that puts this one right."""
    earlier = fetch_own(request, pk)
    initial = {
        "title": f"关于更正《{earlier.title}》的决定"[:120],
        "decided_on": timezone.localdate(),
    }
    form = _form(request, PapersForm, initial=initial)

    def keep(file):
        obj = act.draft_correction(earlier, form.values, file=file, **_person(request))
        return obj, "更正决定已拟稿，请逐项添加要更正的事项。"

    page = {
        "title": "拟定更正决定",
        "intro": f"原决定“{earlier}”保持不变；更正决定可以取消命名、更正名称、补充命名。",
        "submit_label": "生成草稿",
        "back_url": earlier.get_absolute_url(),
        "trail": _trail((earlier.title, earlier.get_absolute_url())),
    }
    return _papers(request, form, keep, page)


@require_POST
@roles_only(R.OFFICER)
def decision_refresh(request, pk):
    """Make the list of a draft anew."""
    obj = fetch_own(request, pk)
    call = lambda: act.refresh_decision(obj, **_person(request))
    return carry_out(request, call, "名单已按现在的拟命名单位重新生成。", obj)


@require_POST
@roles_only(R.OFFICER)
@once
def decision_line(request, pk):
    """Add what a correction does to one unit."""
    obj = fetch_own(request, pk)
    form = LineForm(request.POST, user=request.user, auto_id="line_%s")
    if form.is_valid():
        call = lambda: act.add_line(obj, form.values, **_person(request))
        return carry_out(request, call, f"已添加“{form.cleaned_data['unit']}”。", obj)
    words = " ".join(each for errors in form.errors.values() for each in errors)
    messages.error(request, f"{words}没有添加。")
    return redirect(obj)


@require_POST
@roles_only(R.OFFICER)
def decision_line_drop(request, pk, line_pk):
    """Take one thing out of a correction."""
    obj = fetch_own(request, pk)
    line = get_object_or_404(obj.lines.all(), pk=line_pk)
    call = lambda: act.drop_line(obj, line, **_person(request))
    return carry_out(request, call, f"已删去“{line.unit_name}”这一项。", obj)


@require_POST
@roles_only(R.OFFICER)
def decision_drop(request, pk):
    """Give a draft up."""
    obj = fetch_own(request, pk)
    form = DropForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, "作废须写明原因，没有作废。")
        return redirect(obj)
    note = form.cleaned_data["note"]
    call = lambda: act.drop_decision(obj, note=note, **_person(request))
    return carry_out(request, call, "草稿已作废，文号可以再用。", obj)


def _seen(request, pk):
    """404 to strangers, before anybody asks for a password."""
    fetch_own(request, pk)


@roles_only(R.OFFICER)
@step_up(_seen)
@once
def decision_apply(request, pk):
    """Say once more what will happen, then let it happen."""
    obj = fetch_own(request, pk)
    if obj.state != S.DRAFT:
        return redirect(obj)
    if request.method == "POST":
        call = lambda: act.apply_decision(obj, **_person(request))
        return carry_out(request, call, f"“{obj.title}”已生效。", obj)
    context = page_of(obj, request.user, timezone.now()) | {
        "title": "办理生效",
        "section": SECTION,
        "trail": _trail((obj.title, obj.get_absolute_url())),
        "form": DropForm(user=request.user),
        "may_decide": decides(request.user, obj),
    }
    return render(request, "units/decision_apply.html", context)
