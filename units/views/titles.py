"""Pages of titles: one title, entering, correcting, moving."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.gate import roles_only
from portal.models import AuditEvent, User
from portal.once import once
from units.access import officer_over_unit
from units.filters import due_within
from units.forms.title import CorrectDesignationForm, DesignationForm, MoveForm
from units.lifecycles import DESIGNATION
from units.models import Designation
from units.operations.titles import (
    add_designation,
    correct_designation,
    move_designation,
    term_rules,
)
from units.rules import title_status
from units.standing import TitleOn
from units.views.acts import handle
from units.views.unit import LOG_READERS, READERS
from units.views.unit import fetch as fetch_unit

R = User.Role
ENDING = {
    "revoke": "撤销后称号自生效日期起失效，不能恢复；如属录入错误，请用“作废”。",
    "withdraw": "退出后称号自生效日期起失效，不能恢复。",
    "void": "作废只用于录入错误：作废后如同从未登记，名册和过去日期都不再显示。",
}
OFFERED = ("reverify", "restore", "withdraw", "revoke", "void")  # superseding follows a merger


def fetch(request, pk):
    """A title in sight, or 404."""
    related = ("unit__region", "unit__category", "kind", "batch", "superseded_by__unit")
    visible = Designation.objects.visible_to(request.user).select_related(*related)
    return get_object_or_404(visible, pk=pk)


@roles_only(*READERS)
@require_safe
def designation(request, pk):
    """One title: its papers, its term, what moved it."""
    title, today = fetch(request, pk), timezone.localdate()
    rule = term_rules().ruling(title)
    page = {
        "designation": title,
        "title": title.title,
        "section": "register",
        "shown": TitleOn(title, today, title_status(title, today, due_within())),
        "rule": rule,
        "rule_decides": rule and rule.term_years is not None,
        "moves": title.events.select_related("recorded_by"),
        "steps": [s for s in DESIGNATION.open_to(request.user, title) if s.verb in OFFERED],
        "ends": ENDING,
        "may_correct": officer_over_unit(request.user, title),
        "log": _log(request, title),
    }
    return render(request, "units/designation.html", page)


def _log(request, title):
    if request.user.role not in LOG_READERS:
        return None
    return AuditEvent.objects.about(title).order_by("-pk")[:50]


@roles_only(R.OFFICER)
@once
def designation_new(request, pk):
    """Enter a title by hand."""
    unit = fetch_unit(request, pk)
    form = DesignationForm(request.POST or None, user=request.user, unit=unit)

    def act():
        values = {"unit": unit, **form.title_values}
        title = add_designation(values, actor=request.user, at=timezone.now())
        return unit, f"已登记“{title}”。"

    page = _page(f"登记称号：{unit}", "登记称号", unit)
    return handle(request, form, act, page)


@roles_only(R.OFFICER)
@once
def designation_correct(request, pk):
    """Put mistakes in a title right; a second editor is shown both contents."""
    title = fetch(request, pk)
    told = CorrectDesignationForm.initial_of
    about = {"user": request.user, "unit": title.unit, "initial": told(title)}
    form = CorrectDesignationForm(request.POST or None, **about)

    def act():
        sent = form.cleaned_data
        marks = {"version": sent["version"], "note": sent["note"]}
        person = {"actor": request.user, "at": timezone.now()}
        correct_designation(title, form.title_values, **marks, **person)
        return title, "称号内容已更正。"

    page = _page(f"更正称号：{title}", "保存更正", title)
    page["intro"] = "只用来改正录入错误；撤销、退出、转入复验请在称号页办理。"
    return handle(request, form, act, page, told=told)


@roles_only(R.OFFICER)
@once
def designation_move(request, pk, verb):
    """Move a title one step, from a day, under a document."""
    if verb not in OFFERED:
        raise Http404
    title, step = fetch(request, pk), DESIGNATION.steps[verb]
    today = timezone.localdate()
    initial = {"happened_on": today}
    form = MoveForm(request.POST or None, user=request.user, step=step, initial=initial)

    def act():
        sent = form.cleaned_data
        told = {name: sent[name] for name in ("document_no", "note")}
        person = {"actor": request.user, "at": timezone.now(), "on": sent["happened_on"]}
        move_designation(verb, title, **told, **person)
        return title, f"称号已{step.label}，现为{title.get_state_display()}。"

    page = _page(f"{step.label}：{title}", step.label, title)
    page |= {"intro": ENDING.get(verb, ""), "ends": verb in ENDING, "unit": title.unit}
    return handle(request, form, act, page)


def _page(heading, label, back):
    return {
        "title": heading,
        "unit": getattr(back, "unit", back),
        "submit_label": label,
        "back_url": back.get_absolute_url(),
        "section": "register",
    }
