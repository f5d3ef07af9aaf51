"""撤销 and 退出: the list, the decisions, the unit's request, the plaque."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.calendar import Calendar
from portal.gate import roles_only
from portal.lists import ScopedList
from portal.once import once
from portal.step_up import step_up
from units.access import calls_round
from units.follow_up_columns import EXIT_COLUMNS, dress
from units.follow_up_filters import ExitFilter
from units.forms.rectifications import DecisionForm, PlaqueForm, ReasonForm, RevokeForm
from units.lifecycles import EXIT_REQUEST
from units.models import ExitCase, ExitRequest, Level
from units.operations.exits import (
    accept_exit,
    ask_exit,
    follows,
    refuse_exit,
    return_plaque,
    revoke_title,
    take_back_exit,
    withdraw_title,
)
from units.ruling import rule_of
from units.tones import EXIT_REQUEST_TONES
from units.views.acts import carry_out, handle
from units.views.follow_up import (
    OFFICE,
    READERS,
    SECTION,
    R,
    fetch_case,
    fetch_request,
    fetch_title,
    form_page,
    tabs,
)
from units.views.list_exports import list_export


class ExitList(ScopedList):
    """Titles ended before their term, the latest first, and the requests that wait."""

    queryset = ExitCase.objects.select_related(
        "decision", "designation__unit__region", "designation__unit__category"
    )
    filterset_class = ExitFilter
    template_name = "units/exits.html"
    columns = EXIT_COLUMNS
    roles = OFFICE
    title = "撤销与退出"
    section = SECTION
    count_word = "个称号"
    empty_hint = "撤销和退出在称号页办理，办理后列在这里。"

    def rows(self, page):
        rows, today = dress(page), timezone.localdate()
        for each in rows:
            each.today = today
        return rows

    def get_context_data(self, **kwargs):
        user = self.request.user
        asked = ExitRequest.objects.visible_to(user).filter(state=ExitRequest.State.ASKED)
        more = {
            "follow_tabs": tabs("exits"),
            "asked": list(asked.select_related("designation__unit__region")[:20]),
            "decides": user.may_sign and any(calls_round(user, level) for level in Level),
        }
        return super().get_context_data(**more, **kwargs)


exits_export = list_export(ExitList, roles=OFFICE, back="units:exits")


def _title(request, pk):
    """For the password page: says 404 to strangers before anything is asked."""
    fetch_title(request, pk)


@roles_only(R.OFFICER)
@step_up(_title)
@once
def revoke(request, pk):
    """撤销: ground, facts and decision; what follows is said before."""
    title, today = fetch_title(request, pk), timezone.localdate()
    initial = {"decided_on": today, "happened_on": today, "ground": request.GET.get("ground", "")}
    form = RevokeForm(request.POST or None, user=request.user, initial=initial)

    def act():
        sent = form.cleaned_data
        told = {name: sent[name] for name in ("ground", *PAPERS)}
        revoke_title(title, **told, actor=request.user, at=timezone.now())
        return title, f"“{title.unit}”的“{title}”已撤销。"

    page = form_page(f"撤销：{title.unit}", "撤销称号", title, unit=title.unit, ends=True)
    page["intro"] = f"撤销后称号立即失效，公开页同时更新，不能恢复。{_after(title, today)}"
    return handle(request, form, act, page)


PAPERS = ("document_no", "decided_on", "happened_on", "note")


def _after(title, today):
    """What follows, by the rule in force, with the dates if it were today."""
    rule, ends = rule_of(title, today), follows(title, ExitCase.Ground.HARM, today)
    caveat = "" if rule.pk and rule.confirmed else "（待确认）"
    words = (
        f"单位 {rule.ban_years} 年内不得申报，弄虚作假的 {rule.ban_years_fraud} 年{caveat}；"
        f"牌匾须在 {rule.plaque_recovery_days} 个工作日内收回"
        f"（今天生效的，{ends['plaque_due_on']} 前）。"
    )
    return words + Calendar.load().caveat(today, ends["plaque_due_on"])


@roles_only(R.OFFICER)
@step_up(_title)
@once
def withdraw(request, pk):
    """退出 that the unit asked for on paper."""
    title, today = fetch_title(request, pk), timezone.localdate()
    initial = {"decided_on": today, "happened_on": today, "note": "单位书面申请退出"}
    form = DecisionForm(request.POST or None, user=request.user, initial=initial)

    def act():
        told = {name: form.cleaned_data[name] for name in PAPERS}
        withdraw_title(title, **told, actor=request.user, at=timezone.now())
        return title, f"“{title.unit}”的“{title}”已退出。"

    page = form_page(f"退出：{title.unit}", "办理退出", title, unit=title.unit, ends=True)
    page["intro"] = "单位书面申请退出的在这里办理。退出后称号立即失效，不能恢复；不影响以后申报。"
    return handle(request, form, act, page)


@roles_only(R.CLERK)
@once
def exit_ask(request, pk):
    """The unit asks to give its title up."""
    title = fetch_title(request, pk)
    form = ReasonForm(request.POST or None, user=request.user)
    form.fields["note"].label = "退出理由"

    def act():
        reason = form.cleaned_data["note"]
        made = ask_exit(title, reason=reason, actor=request.user, at=timezone.now())
        return made, "退出申请已提出，办理后会通知你单位。"

    intro = "同意退出后称号立即失效，须交回牌匾，不能恢复；不影响以后申报。办理之前可以撤回。"
    page = form_page(f"申请退出：{title}", "申请退出", title, intro=intro, ends=True)
    return handle(request, form, act, page)


@roles_only(*READERS)
@require_safe
def exit_request(request, pk):
    """What a unit asked for, and what came of it."""
    asked = fetch_request(request, pk)
    open_to = {step.verb for step in EXIT_REQUEST.open_to(request.user, asked)} - {"end"}
    page = {
        "asked": asked,
        "title": f"退出申请：{asked.designation.unit.name}",
        "section": SECTION,
        "tone": EXIT_REQUEST_TONES[asked.state],
        "open_to": open_to,
    }
    return render(request, "units/exit_request.html", page)


@require_POST
@roles_only(R.CLERK)
def exit_take_back(request, pk):
    """The unit stays after all."""
    asked = fetch_request(request, pk)
    call = lambda: take_back_exit(asked, actor=request.user, at=timezone.now())
    return carry_out(request, call, "退出申请已撤回，称号不变。", asked)


def _request(request, pk, verb):
    """For the password page: says 404 to strangers before anything is asked."""
    fetch_request(request, pk)


@roles_only(R.OFFICER)
@step_up(_request)
@once
def exit_answer(request, pk, verb):
    """Accepted by decision, or refused with a reason."""
    if verb not in ("accept", "refuse"):
        raise Http404
    asked, today = fetch_request(request, pk), timezone.localdate()
    form_class = DecisionForm if verb == "accept" else ReasonForm
    initial = {"decided_on": today, "happened_on": today}
    form = form_class(request.POST or None, user=request.user, initial=initial)

    def act():
        sent, who = form.cleaned_data, {"actor": request.user, "at": timezone.now()}
        if verb == "accept":
            told = {name: sent[name] for name in ("document_no", "decided_on", "happened_on")}
            accept_exit(asked, answer=sent["note"], **told, **who)
        else:
            refuse_exit(asked, answer=sent["note"], **who)
        return asked, f"已{EXIT_REQUEST.steps[verb].label}，单位会收到通知。"

    label = EXIT_REQUEST.steps[verb].label
    page = form_page(f"{label}：{asked.designation.unit}", label, asked)
    page |= {"intro": f"退出理由：{asked.reason}", "ends": verb == "accept"}
    return handle(request, form, act, page)


@roles_only(R.OFFICER)
@once
def plaque(request, pk):
    """The plaque has come back."""
    case, today = fetch_case(request, pk), timezone.localdate()
    told = lambda row: {"on": today, "version": row.version}
    form = PlaqueForm(request.POST or None, user=request.user, initial=told(case))

    def act():
        sent, who = form.cleaned_data, {"actor": request.user, "at": timezone.now()}
        return_plaque(case, on=sent["on"], version=sent["version"], **who)
        return case, "牌匾收回已登记。"

    page = form_page(f"登记牌匾收回：{case.designation.unit}", "登记收回", case)
    page["intro"] = f"收回期限 {case.plaque_due_on or '未定'}。"
    return handle(request, form, act, page, told=told)
