"""复验轮次: the list, calling one after a look at whom it asks, its titles, what is done to it."""

from datetime import timedelta
from functools import cached_property
from io import BytesIO

import django_filters
from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.once import once
from portal.registers import state_of
from portal.step_up import step_up
from portal.text import folded
from portal.workbooks import XLSX, write_workbook
from units.access import calls_round
from units.exports import sheet_for
from units.follow_up_columns import SUMMARY_COLUMNS, TURN_COLUMNS, dress_turns
from units.follow_up_filters import TurnFilter
from units.forms.follow_up import CloseRoundForm, ExtendRoundForm, RenewalForm, RoundForm
from units.models import Level, Reverification, ReverificationRound
from units.operations.export import note_export
from units.operations.reverification_rounds import call_round, close_round, extend_round
from units.operations.reverifications import confirm_renewals, decide_renewals
from units.reverification_plan import Call, Plan
from units.rules import last_day
from units.views.acts import handle
from units.views.follow_up import OFFICE, SECTION, R, fetch_round, form_page, tabs

SHOWN = 50  # titles left out that are listed by name
V = Reverification.State
DONE = (V.PASSED, V.FAILED, V.DECLINED, V.LAPSED, V.ENDED)


class RoundFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="名称", method="search", max_length=60)
    level = django_filters.ChoiceFilter(label="级别", choices=Level.choices, empty_label="全部")
    year = django_filters.NumberFilter(
        label="年度", min_value=2000, max_value=2100, decimal_places=0
    )

    def search(self, queryset, name, value):
        return queryset.filter(title__icontains=folded(value))


def stage_of(made, today):
    """(tone, word) of where a round stands."""
    if made.closed_at:
        return "t-off", "已结束"
    if today < made.opens_on:
        return "t-off", "未开始"
    return ("t-due", "申请已截止") if today > made.due_on else ("t-doing", "申请中")


COLUMNS = (
    Column(
        "title",
        "轮次",
        lambda each: each.title,
        url=ReverificationRound.get_absolute_url,
        css="first",
        width=30,
        fixed=True,
    ),
    Column("level", "级别", lambda each: each.get_level_display()),
    Column("region", "组织地区", lambda each: each.region.name, css="hide-phone"),
    Column("period", "到期期间", lambda each: period(each), css="hide-phone", width=24),
    Column("due", "申请截止", lambda each: each.due_on, "date", sort="due_on", label="截止"),
    Column("asked", "称号", lambda each: each.asked, "number", width=8, label="称号"),
    Column("done", "已办结", lambda each: each.done, "number", width=8, label="已办结"),
    Column(
        "stage",
        "状态",
        lambda each: each.stage[1],
        "tag",
        tone=lambda each: each.stage[0],
        css="state",
    ),
)


def period(made):
    return f"{made.ends_from} 至 {last_day(made.ends_before)}"


class RoundList(ScopedList):
    """Rounds in sight, with how far the titles in sight are."""

    queryset = ReverificationRound.objects.select_related("region").order_by("-opens_on", "-pk")
    filterset_class = RoundFilter
    template_name = "units/reverification_rounds.html"
    columns = COLUMNS
    roles = OFFICE
    title = "复验"
    section = SECTION
    count_word = "轮"
    empty_hint = "称号快到期时发起一轮复验，单位在线申请，测评后作出结论。"

    def rows(self, page):
        found, today = list(page), timezone.localdate()
        turns = Reverification.objects.visible_to(self.request.user).filter(round__in=found)
        done = Count("pk", filter=Q(state__in=DONE))
        rows = turns.order_by().values_list("round").annotate(n=Count("pk"), done=done)
        counts = {pk: (asked, over) for pk, asked, over in rows}
        for each in found:
            each.asked, each.done = counts.get(each.pk, (0, 0))
            each.stage = stage_of(each, today)
        return found

    def get_context_data(self, **kwargs):
        may_call = any(calls_round(self.request.user, level) for level in Level)
        more = {"may_call": may_call, "follow_tabs": tabs("reverification-rounds")}
        return super().get_context_data(**more, **kwargs)


@roles_only(R.OFFICER)
@once
def round_new(request):
    """Call a round; “预览范围” shows whom it asks before anything happens."""
    form = RoundForm(request.POST or None, user=request.user, initial=_initial())
    plan = _previewed(form)
    if plan is not None and request.POST.get("act") == "open":
        try:
            waiting = form.cleaned_data["waiting"]
            act = {"actor": request.user, "at": request.arrived_at}
            made = call_round(form.round_values, waiting=waiting, **act)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            sentence = f"已发起“{made}”，共 {made.reverifications.count()} 个称号。"
            messages.success(request, sentence)
            return redirect(made)
    context = {
        "form": form,
        "plan": plan,
        "shown": SHOWN,
        "title": "发起复验",
        "section": SECTION,
        "back_url": reverse("units:reverification-rounds"),
    }
    return render(request, "units/reverification_round_new.html", context)


def _initial():
    today = timezone.localdate()
    half_a_year = today + timedelta(days=180)
    return {
        "title": f"{today.year} 年度复验",
        "level": Level.CITY,
        "year": today.year,
        "ends_from": today,
        "ends_last": half_a_year,
        "opens_on": today,
        "due_on": today + timedelta(days=30),
    }


def _previewed(form):
    if not (form.is_bound and form.is_valid()):
        return None
    values = form.round_values
    period = (values["ends_from"], values["ends_before"])
    call = Call(values["region"], values["level"], *period, form.cleaned_data["waiting"])
    return Plan(call, timezone.localdate())


class RoundPage(ScopedList):
    """One round: how many stand where, and its titles."""

    filterset_class = TurnFilter
    template_name = "units/reverification_round.html"
    columns = TURN_COLUMNS
    roles = OFFICE
    section = SECTION
    count_word = "个称号"
    empty_hint = "您的辖区内没有这一轮的称号。"

    @cached_property
    def round(self):
        return fetch_round(self.request, self.kwargs["pk"])

    @property
    def title(self):
        return self.round.title

    def visible(self):
        return turns_in_sight(self.round, self.request.user)

    def rows(self, page):
        return dress_turns(page)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        made, user = self.round, self.request.user
        keeps = user.region_id == made.region_id and calls_round(user, made.level)
        counted = self.visible().order_by().values_list("state").annotate(n=Count("pk"))
        counts = dict(counted.values_list("state", "n"))
        url = reverse("units:reverification-round-export", args=[made.pk])
        state = state_of(self.request.GET).urlencode()
        return context | {
            "round": made,
            "stage": stage_of(made, timezone.localdate()),
            "period": period(made),
            "counts": [(key, label, counts[key]) for key, label in V.choices if counts.get(key)],
            "may_keep": keeps and not made.closed_at,
            "waiting": self.visible().awaiting_decision().count() if keeps else 0,
            "unpapered": self.visible().awaiting_paper().count() if keeps else 0,
            "may_sign": user.may_sign,
            "export_url": f"{url}?{state}",
        }


def turns_in_sight(made, user):
    """The titles of a round a person may see, in the order of lists."""
    rows = Reverification.objects.visible_to(user).filter(round=made).for_display()
    return rows.order_by("designation__unit__region__code", "designation__unit__name", "pk")


@require_POST
@roles_only(*OFFICE)
def round_export(request, pk):
    """复验汇总表, of the titles as filtered."""
    made, at = fetch_round(request, pk), timezone.now()
    visible = turns_in_sight(made, request.user)
    filterset = TurnFilter(request.GET, queryset=visible, request=request)
    rows, file = dress_turns(filterset.qs), BytesIO()
    user = request.user
    count = write_workbook(
        file,
        sheet="复验汇总表",
        title=f"{settings.COMMISSION_NAME}{made.title}汇总表",
        columns=sheet_for(user.role, SUMMARY_COLUMNS),
        rows=rows,
        facts=[("轮次", made.title), ("筛选", filterset.words()), ("行数", f"{len(rows)} 行")],
        exporter=f"{user.name}（{user.get_role_display()}）",
        at=at,
    )
    note_export("复验汇总表", filterset.words(), count, actor=user, at=at)
    file.seek(0)
    name = f"{made.title}汇总表.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@roles_only(R.OFFICER)
@once
def round_extend(request, pk):
    """More time for everybody."""
    made = fetch_round(request, pk)
    told = lambda row: {"version": row.version, "due_on": row.due_on}
    form = ExtendRoundForm(request.POST or None, user=request.user, initial=told(made))

    def act():
        sent = form.cleaned_data
        extend_round(
            made,
            due_on=sent["due_on"],
            version=sent["version"],
            note=sent["note"],
            actor=request.user,
            at=request.arrived_at,
        )
        return made, "已延长，尚未申请的单位都已收到通知。"

    page = form_page(f"延长申请时间：{made}", "延长时间", made)
    return handle(request, form, act, page, told=told)


@roles_only(R.OFFICER)
@once
def round_close(request, pk):
    """The end of a round."""
    made = fetch_round(request, pk)
    told = lambda row: {"version": row.version}
    form = CloseRoundForm(request.POST or None, user=request.user, initial=told(made))

    def act():
        sent = form.cleaned_data
        marks = {"version": sent["version"], "note": sent["note"]}
        close_round(made, **marks, actor=request.user, at=request.arrived_at)
        return made, f"“{made}”已结束。"

    left = made.reverifications.filter(state__in=Reverification.WITH_UNIT).count()
    intro = (
        f"结束后不能再申请，也不能恢复。还有 {left} 个称号没有提交申请，"
        "将记为逾期未申请，到期后失效。"
    )
    page = form_page(f"结束复验：{made}", "结束复验", made, intro=intro, ends=True)
    return handle(request, form, act, page, told=told)


def _found(request, pk):
    """For the password page: says 404 to strangers before anything is asked."""
    fetch_round(request, pk)


@roles_only(R.OFFICER)
@step_up(_found)
@once
def renewals(request, pk):
    """One decision that names anew the titles whose 复验 was passed."""
    made = fetch_round(request, pk)
    turns = turns_in_sight(made, request.user).awaiting_decision()
    intro = "按评选条件，复验合格的称号重新命名：新称号自决定之日起算，原称号同日结束。"
    return _decide(request, made, turns, decide_renewals, "续期", intro)


@roles_only(R.OFFICER)
@step_up(_found)
@once
def renewal_papers(request, pk):
    """One decision as the paper of titles that were lengthened when they passed."""
    made = fetch_round(request, pk)
    turns = turns_in_sight(made, request.user).awaiting_paper()
    intro = "按评选条件，这些称号在复验合格时已经延长有效期；决定为它们补上文件，有效期不再变动。"
    return _decide(request, made, turns, confirm_renewals, "延长有效期", intro)


def _decide(request, made, turns, operation, word, intro):
    initial = {
        "heading": f"关于{made.title}合格单位{word}的决定",
        "decided_on": timezone.localdate(),
    }
    form = RenewalForm(request.POST or None, user=request.user, turns=turns, initial=initial)
    if operation is confirm_renewals:
        form.fields["decided_on"].help_text = ""

    def act():
        sent = form.cleaned_data
        papers = {name: sent[name] for name in ("document_no", "decided_on", "heading")}
        who = {"actor": request.user, "at": timezone.now()}
        decision = operation(made, list(sent["turns"]), **papers, **who)
        return made, f"已作出决定（{decision.document_no}），{word} {len(sent['turns'])} 个称号。"

    page = form_page(f"续期决定：{made}", "作出决定", made, intro=intro, empty=not turns)
    return handle(request, form, act, page, template="units/reverification_renewals.html")
