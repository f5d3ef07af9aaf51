"""Pages of titles: one title, entering, correcting, moving."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.gate import roles_only
from portal.models import AuditEvent, User
from portal.once import once
from units.access import clerk_of_unit, decides_title, officer_over_unit, tends_title
from units.cards import cards_of
from units.filters import due_within
from units.follow_up_columns import marks_behind
from units.forms.title import CorrectDesignationForm, DesignationForm, VoidForm
from units.lifecycles import DESIGNATION
from units.models import Designation, NamingDecision
from units.operations.titles import (
    add_designation,
    correct_designation,
    made_by_decision,
    term_rules,
    void_designation,
)
from units.rules import title_status
from units.standing import TitleOn
from units.title_story import acts_on, exit_of, standing_notes, story
from units.views.acts import handle
from units.views.unit import LOG_READERS, READERS
from units.views.unit import fetch as fetch_unit

R = User.Role
VOIDING = "作废只用于录入错误：作废后如同从未登记，名册和过去日期都不再显示。"


def fetch(request, pk):
    """A title in sight, or 404."""
    related = ("unit__region", "unit__category", "kind", "batch", "superseded_by__unit")
    visible = Designation.objects.visible_to(request.user).select_related(*related)
    return get_object_or_404(visible, pk=pk)


@roles_only(*READERS)
@require_safe
def designation(request, pk):
    """One title: its papers, its term, its whole story, what may be done with it."""
    title, today, user = fetch(request, pk), timezone.localdate(), request.user
    rule = term_rules().ruling(title)
    case = exit_of(title)
    may = {
        "tends": tends_title(user, title),
        "decides": decides_title(user, title),
        "is_own": clerk_of_unit(user, title),
    }
    page = {
        "designation": title,
        "title": title.title,
        "section": "register",
        "shown": TitleOn(title, today, title_status(title, today, due_within())),
        "rule": rule,
        "rule_decides": rule and rule.term_years is not None,
        "story": story(title, user=user),
        "notes": standing_notes(title, today),
        "case": case,
        "reads_ending": bool(case) and _reads(case.decision_id, user),
        "may_return_plaque": bool(case) and may["tends"] and not case.plaque_returned_on,
        "failed": may["decides"] and _failed(title),
        "behind": marks_behind([title.unit_id]).get(title.unit_id, ""),
        "acts": acts_on(title, user, **may),
        "may_void": DESIGNATION.steps["void"].open_to(user, title) and not made_by_decision(title),
        "decision": _decision(title, user),
        "may_correct": officer_over_unit(user, title),
        "log": _log(request, title),
        "cards": cards_of("designation", title, user),
        "today": today,
    }
    return render(request, "units/designation.html", page)


def _decision(title, user):
    """The decision that made it, where this person may read it."""
    rows = NamingDecision.objects.visible_to(user).filter(state=NamingDecision.State.APPLIED)
    return rows.filter(lines__designation=title, lines__effect="name").first()


def _reads(decision_pk, user):
    """May this person open the decision?"""
    return NamingDecision.objects.visible_to(user).filter(pk=decision_pk).exists()


def _failed(title):
    """Why the title may be revoked next, as a ground; None where nothing has failed."""
    if title.state not in Designation.HOLDING:
        return None
    if title.rectifications.filter(state="failed").exists():
        return "unmended"
    return "failed" if title.reverifications.filter(state="failed").exists() else None


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
    page["intro"] = "只用来改正录入错误；复验、整改、撤销和退出请在称号页办理。"
    return handle(request, form, act, page, told=told)


@roles_only(R.OFFICER)
@once
def designation_void(request, pk):
    """Take out a title that was entered by mistake."""
    title = fetch(request, pk)
    form = VoidForm(request.POST or None, user=request.user)

    def act():
        person = {"actor": request.user, "at": timezone.now(), "on": timezone.localdate()}
        void_designation(title, note=form.cleaned_data["note"], **person)
        return title, f"“{title}”已作废。"

    page = _page(f"作废：{title}", "作废", title)
    page |= {"intro": VOIDING, "ends": True, "unit": title.unit}
    return handle(request, form, act, page)


def _page(heading, label, back):
    return {
        "title": heading,
        "unit": getattr(back, "unit", back),
        "submit_label": label,
        "back_url": back.get_absolute_url(),
        "section": "register",
    }
