"""自查轮次: the list, opening one after a look at whom it asks, and what is done to it later."""

from collections import Counter

import django_filters
from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from evaluations.access import may_run_rounds
from evaluations.audience import plan_of
from evaluations.forms.self_checks import CloseForm, ExtendForm, RoundForm
from evaluations.models import SelfCheck, SelfCheckRound
from evaluations.operations.rounds import (
    close_round,
    extend_round,
    open_round,
    plan_of_more,
    widen_round,
)
from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import Region, User
from portal.once import once
from portal.text import folded
from units.views.acts import handle

R = User.Role
OFFICE = (R.OFFICER, R.AUDITOR)
SHOWN = 50  # units without an edition listed by name


class RoundFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="名称", method="search", max_length=60)
    year = django_filters.NumberFilter(
        label="年度", min_value=2000, max_value=2100, decimal_places=0
    )

    class Meta:
        model = SelfCheckRound
        fields = ["q", "year"]

    def search(self, queryset, name, value):
        return queryset.filter(title__icontains=folded(value))


def stage_of(round, at):
    """(tone, word) of where a round stands."""
    if round.closed_at:
        return "t-off", "已结束"
    if at < round.opens_at:
        return "t-off", "未开始"
    return ("t-bad", "已截止") if at >= round.due_at else ("t-doing", "填报中")


COLUMNS = (
    Column(
        "title",
        "轮次",
        lambda each: each.title,
        url=SelfCheckRound.get_absolute_url,
        css="first",
        width=30,
        fixed=True,
    ),
    Column("region", "发起地区", lambda each: each.region.name, width=20),
    Column("year", "年度", lambda each: each.year, "number", sort="year", width=8),
    Column("opens", "开始", lambda each: each.opens_at, "date", sort="opens_at", css="hide-phone"),
    Column("due", "截止", lambda each: each.due_at, "moment", sort="due_at", label="截止"),
    Column("asked", "单位", lambda each: each.asked, "number", width=8, css="hide-phone"),
    Column("handed_in", "已提交", lambda each: each.handed_in, "number", width=8, label="已提交"),
    Column(
        "stage",
        "状态",
        lambda each: each.stage[1],
        "tag",
        tone=lambda each: each.stage[0],
        css="state",
    ),
)


class RoundList(ScopedList):
    """Rounds in sight, with how far the units in sight are."""

    queryset = SelfCheckRound.objects.select_related("region").order_by("-opens_at", "-pk")
    filterset_class = RoundFilter
    template_name = "evaluations/self_check_rounds.html"
    columns = COLUMNS
    roles = OFFICE
    title = "自查轮次"
    section = "self-checks"
    count_word = "轮"
    empty_hint = "发起自查后，可以在这里看各地的填报进度。"

    def rows(self, page):
        found, now = list(page), timezone.now()
        checks = SelfCheck.objects.visible_to(self.request.user).filter(round__in=found)
        done = Count("pk", filter=Q(state=SelfCheck.State.SUBMITTED))
        rows = checks.order_by().values_list("round").annotate(n=Count("pk"), done=done)
        counts = {round: (asked, handed_in) for round, asked, handed_in in rows}
        for each in found:
            each.asked, each.handed_in = counts.get(each.pk, (0, 0))
            each.stage = stage_of(each, now)
        return found

    def get_context_data(self, **kwargs):
        user = self.request.user
        may_open = may_run_rounds(user, user.region)
        return super().get_context_data(may_open=may_open, **kwargs)


def fetch_round(request, pk):
    """A round in sight, or 404."""
    visible = SelfCheckRound.objects.visible_to(request.user).select_related("region")
    return get_object_or_404(visible, pk=pk)


@roles_only(R.OFFICER)
@once
def round_new(request):
    """Open a round; “预览范围” shows whom it asks before anything happens."""
    form = RoundForm(request.POST or None, user=request.user, initial=_initial(request.user))
    plan = _previewed(form)
    if plan is not None and request.POST.get("act") == "open":
        try:
            made = open_round(
                form.round_values,
                form.chosen,
                form.audience,
                actor=request.user,
                at=request.arrived_at,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已发起“{made}”，{_called(made.checks)}")
            return redirect(made)
    context = {
        "form": form,
        "plan": plan,
        "shown": SHOWN,
        "title": "发起自查",
        "section": "self-checks",
        "back_url": reverse("evaluations:self-check-rounds"),
    }
    return render(request, "evaluations/self_check_round_new.html", context)


def _called(checks):
    """How many units are asked, and whether a message reached them."""
    manned = Counter(checks.with_manned().values_list("manned", flat=True))
    words = f"共 {manned.total()} 家单位，有账号的填报员都已收到通知"
    lacking = f"；{manned[False]} 家尚无账号，请按电话名单联系" if manned[False] else ""
    return f"{words}{lacking}。"


def _initial(user):
    today = timezone.localdate()
    region = user.region if may_run_rounds(user, user.region) else None
    return {"year": today.year, "title": f"{today.year} 年度自查", "region": region}


def _previewed(form):
    if not (form.is_bound and form.is_valid()):
        return None
    region, today = form.cleaned_data["region"], timezone.localdate()
    if not may_run_rounds(form.user, region):
        form.add_error("region", "自查由旗县级以上审核人员在本辖区内发起。")
        return None
    return plan_of(region, form.chosen, form.audience, today)


@roles_only(R.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def round_widen(request, pk):
    """Units that came into the audience later: who they are, and asking them too."""
    made = fetch_round(request, pk)
    if request.method == "POST":
        try:
            count = widen_round(made, actor=request.user, at=request.arrived_at)
            messages.success(request, f"已向“{made}”补充 {count} 家单位，填报员已收到通知。")
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(made)
    context = {
        "round": made,
        "plan": plan_of_more(made, timezone.localdate()),
        "shown": SHOWN,
        "title": f"补充单位：{made}",
        "section": "self-checks",
    }
    return render(request, "evaluations/self_check_round_widen.html", context)


@roles_only(R.OFFICER)
@once
def round_extend(request, pk):
    """More time for everybody."""
    made = fetch_round(request, pk)
    form = ExtendForm(request.POST or None, user=request.user, initial=_as_filled(made))

    def act():
        sent = form.cleaned_data
        told = {"due_at": form.due_at, "version": sent["version"], "note": sent["note"]}
        extend_round(made, **told, actor=request.user, at=request.arrived_at)
        until = f"{timezone.localtime(form.due_at):%Y-%m-%d %H:%M}"
        return made, f"“{made}”已延到 {until}，尚未提交的单位都已收到通知。"

    page = _page(made, "延长时间", "延长时间")
    return handle(request, form, act, page, told=_as_filled)


def _as_filled(made):
    local = timezone.localtime(made.due_at)
    return {"version": made.version, "due_on": local.date(), "due_clock": f"{local:%H:%M}"}


@roles_only(R.OFFICER)
@once
def round_close(request, pk):
    """The end of a round."""
    made = fetch_round(request, pk)
    form = CloseForm(request.POST or None, user=request.user, initial={"version": made.version})

    def act():
        sent = form.cleaned_data
        told = {"version": sent["version"], "note": sent["note"]}
        close_round(made, **told, actor=request.user, at=request.arrived_at)
        left = made.checks.exclude(state=SelfCheck.State.SUBMITTED).count()
        words = f"，{left} 家没有提交" if left else "，各单位都已提交"
        return made, f"“{made}”已结束{words}；已提交的可以选入测评轮次。"

    left = made.checks.open().visible_to(request.user).count()
    intro = f"结束后不能再填报、提交或退回，也不能恢复。还有 {left} 家没有提交。"
    page = _page(made, "结束自查", "结束自查") | {"intro": intro, "ends": True}
    return handle(request, form, act, page, told=lambda row: {"version": row.version})


def _page(made, title, label):
    return {
        "title": f"{title}：{made}",
        "submit_label": label,
        "back_url": made.get_absolute_url(),
        "section": "self-checks",
    }


def region_asked(request):
    """The region named in the address, within the person's sight; None where there is none."""
    asked = request.GET.get("region", "") or request.POST.get("region", "")
    if not asked:
        return None
    is_key = asked.isascii() and asked.isdigit() and len(asked) < 12
    visible = Region.objects.visible_to(request.user)
    return get_object_or_404(visible, pk=int(asked) if is_key else 0)
