"""测评轮次: the list, one round with what is to be done next, its settings and its steps."""

import django_filters
from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evaluations.access import may_run_rounds, officer_over_round
from evaluations.forms.inspections import EditRoundForm, RoundForm, as_filled
from evaluations.lifecycles import INSPECTION_ROUND
from evaluations.models import Assignment, InspectionRound
from evaluations.operations.bringing_down import choose_served
from evaluations.operations.inspections import add_round, advance_round, edit_round, urge_team
from evaluations.progress import cautions, elapsed, loads_of, stand_of, todos
from evaluations.serving import choices_for, served
from evaluations.tones import INSPECTION_ROUND_TONES
from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import User
from portal.once import once
from units.views.acts import handle

R = User.Role
OFFICE = (R.OFFICER, R.AUDITOR)
SECTION = "inspections"
State, Kind = InspectionRound.State, InspectionRound.Kind


class RoundFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="名称", field_name="title", lookup_expr="icontains")
    kind = django_filters.ChoiceFilter(label="种类", choices=Kind.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(label="状态", choices=State.choices, empty_label="全部")
    year = django_filters.NumberFilter(label="年度", min_value=2000, max_value=2100)


class RoundList(ScopedList):
    """Every wave of inspections in sight, the latest first."""

    queryset = InspectionRound.objects.select_related("region").order_by("-starts_on", "-pk")
    filterset_class = RoundFilter
    template_name = "evaluations/inspection_rounds.html"
    roles = OFFICE
    title = "测评轮次"
    section = SECTION
    count_word = "轮"
    empty_hint = "建立一轮测评，选定单位、组建测评组、分配任务后即可开始打分。"
    columns = (
        Column(
            "title",
            "名称",
            lambda each: each.title,
            url=InspectionRound.get_absolute_url,
            css="first",
            fixed=True,
        ),
        Column("kind", "种类", InspectionRound.get_kind_display, sort="kind"),
        Column("region", "组织地区", lambda each: each.region.name),
        Column("starts_on", "开始", lambda each: each.starts_on, "date", sort="starts_on"),
        Column("ends_on", "结束", lambda each: each.ends_on, "date", sort="ends_on"),
        Column("units", "单位", lambda each: each.units, "number", label="单位"),
        Column(
            "signed",
            "已签字",
            lambda each: f"{each.signed} / {each.given}",
            "number",
            label="签字",
        ),
        Column(
            "state",
            "状态",
            InspectionRound.get_state_display,
            "tag",
            tone=lambda each: INSPECTION_ROUND_TONES[each.state],
            css="state",
        ),
    )

    def rows(self, page):
        found = list(page)
        units = dict(found and _counted(InspectionRound.objects.filter(pk__in=_pks(found)), "pk"))
        given, signed = _tasks_of(found)
        for each in found:
            each.units = units.get(each.pk, 0)
            each.given, each.signed = given.get(each.pk, 0), signed.get(each.pk, 0)
        return found

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(may_add=may_run_rounds(user, user.region), **kwargs)


def _pks(rows):
    return [row.pk for row in rows]


def _counted(rows, key):
    return rows.order_by().values_list(key).annotate(n=Count("inspections"))


def _tasks_of(rounds):
    tasks = Assignment.objects.standing().filter(inspection__round__in=_pks(rounds)).order_by()
    by_round = tasks.values_list("inspection__round").annotate(n=Count("pk"))
    signed = by_round.filter(state=Assignment.State.SIGNED)
    return dict(by_round), dict(signed)


def fetch_round(request, pk):
    """A round in sight, or 404."""
    visible = InspectionRound.objects.visible_to(request.user).select_related("region")
    return get_object_or_404(visible, pk=pk)


def fetch_kept(request, pk):
    """A round of this person's own office or one below, or 404: others only look at it."""
    visible = InspectionRound.objects.visible_to(request.user).kept_by(request.user)
    return get_object_or_404(visible.select_related("region"), pk=pk)


def round_page(request, round, tab, **more):
    """What the pages of one round share: title, tabs, and whether this person may change it."""
    return {
        "round": round,
        "title": round.title,
        "section": SECTION,
        "tab": tab,
        "tone": INSPECTION_ROUND_TONES[round.state],
        "leads": round.region.path.startswith(tuple(request.user.scope_paths)),
        "may_keep": officer_over_round(request.user, round) and round.state != State.FINISHED,
        **more,
    }


@require_safe
@roles_only(*OFFICE)
def inspection_round(request, pk):
    """One round: what to do next, who has signed, who lags."""
    round, day = fetch_round(request, pk), timezone.localdate()
    stand, share = stand_of(round), elapsed(round, day)
    context = round_page(
        request,
        round,
        "overview",
        stand=stand,
        todos=todos(stand, round),
        cautions=cautions(stand, round, day),
        loads=[(load, load.lags(share)) for load in loads_of(round)],
        days_left=(round.ends_on - day).days,
        serves=served(round),
        serving_choices=choices_for(round) if round.state == State.PREPARING else [],
        steps=INSPECTION_ROUND.open_to(request.user, round),
        preparing=round.state == State.PREPARING,
    )
    return render(request, "evaluations/inspection_round.html", context)


@roles_only(R.OFFICER)
@once
def inspection_round_new(request):
    """Set up a round."""
    day = timezone.localdate()
    initial = {
        "year": day.year,
        "region": request.user.region_id,
        "assessors_each": 3,
        "outlier_percent": 30,
    }
    form = RoundForm(request.POST or None, user=request.user, initial=initial)

    def act():
        made = add_round(form.values, actor=request.user, at=timezone.now())
        return made, f"已建立“{made}”。下一步：选定测评单位。"

    back = reverse("evaluations:inspection-rounds")
    page = {"title": "建立测评轮次", "submit_label": "建立轮次", "back_url": back}
    return handle(request, form, act, page | {"section": SECTION})


@roles_only(R.OFFICER)
@once
def inspection_round_edit(request, pk):
    """Change a round's settings."""
    round = fetch_kept(request, pk)
    form = EditRoundForm(request.POST or None, user=request.user, initial=as_filled(round))

    def act():
        version = form.cleaned_data["version"]
        at = timezone.now()
        saved = edit_round(round, form.values, version=version, actor=request.user, at=at)
        return saved, f"已保存“{saved}”。"

    page = {
        "title": f"修改轮次：{round}",
        "submit_label": "保存",
        "back_url": round.get_absolute_url(),
        "section": SECTION,
    }
    return handle(request, form, act, page, told=as_filled)


def _opened(round):
    """What an opened round means: who has been told, and which visits still lack a day."""
    tasks = Assignment.objects.unsigned().filter(inspection__round=round)
    people = tasks.values("assessor").distinct().count()
    unplanned = round.inspections.filter(visit_on=None).count()
    words = f"“{round}”已开始打分，{people} 名测评人员已收到通知"
    left = f"；还有 {unplanned} 家没有到场日期，请到“日程”安排" if unplanned else ""
    return f"{words}{left}。"


def _finished(round):
    count = round.inspections.count()
    return f"“{round}”已结束，{count} 家已结分；请到“结果”核对，公布后各单位才能看到自己的得分。"


TOLD = {"open": _opened, "finish": _finished}


@require_POST
@roles_only(R.OFFICER)
def inspection_round_step(request, pk, verb):
    """Open or finish a round."""
    round = fetch_kept(request, pk)
    try:
        advance_round(verb, round, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, TOLD[verb](round))
    return redirect(round)


@require_POST
@roles_only(R.OFFICER)
def inspection_urge(request, pk):
    """Remind those who have not signed."""
    round = fetch_kept(request, pk)
    try:
        number = urge_team(round, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已提醒 {number} 人，他们会在消息里看到还差几家。")
    return redirect(round)


@require_POST
@roles_only(R.OFFICER)
def inspection_serve(request, pk):
    """Say for which batch or 复验 round this one inspects."""
    round = fetch_kept(request, pk)
    try:
        row = choose_served(
            round, request.POST.get("serves", ""), actor=request.user, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        goal = served(row)
        messages.success(
            request,
            f"本轮为“{goal}”测评，选择单位时只列出其中的单位，结束后得分写入申报或复验。"
            if goal
            else "本轮不再对应批次或复验轮次。",
        )
    return redirect(round)
