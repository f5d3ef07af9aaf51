"""日程: the days on which units are visited, as a month and as a list; printed for the car."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from evaluations.access import officer_over_round
from evaluations.models import Assignment, Inspection
from evaluations.operations.inspections import schedule_visits
from evaluations.progress import month_days
from evaluations.views.inspection_rounds import fetch_kept, fetch_round, round_page
from evaluations.views.inspection_units import asked_day, picked_inspections
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import Holiday, User

R = User.Role

MONTH = re.compile(r"(20[0-9]{2})-(0?[1-9]|1[0-2])")


@dataclass
class Day:
    """One day of the month with its visits."""

    on: date
    inside: bool
    in_round: bool
    word: str = ""
    visits: list = field(default_factory=list)


@require_safe
@roles_only(R.OFFICER, R.AUDITOR, R.ASSESSOR)
def inspection_calendar(request, pk):
    """One month of a round; an assessor sees the units assigned to them."""
    round = fetch_round(request, pk)
    today = timezone.localdate()
    first = asked_month(request) or _opening_month(round, today)
    rows = list(_turns(request, round))
    days = _days(round, first, rows)
    context = round_page(
        request,
        round,
        "calendar",
        weeks=[days[start : start + 7] for start in range(0, len(days), 7)],
        listed=[day for day in days if day.visits and day.inside],
        unscheduled=[row for row in rows if row.visit_on is None],
        first=first,
        today=today,
        before=_month_beside(first, -1),
        after=_month_beside(first, 1),
        elsewhere=sum(row.visit_on is not None for row in rows),
        own_only=request.user.role == R.ASSESSOR,
    )
    return render(request, "evaluations/inspection_calendar.html", context)


def asked_month(request):
    """The month in the address, 2026-11."""
    asked = MONTH.fullmatch(request.GET.get("month", ""))
    return date(int(asked[1]), int(asked[2]), 1) if asked else None


def _opening_month(round, today):
    day = min(max(today, round.starts_on), round.ends_on)
    return day.replace(day=1)


def _month_beside(first, step):
    number = first.year * 12 + first.month - 1 + step
    return date(number // 12, number % 12 + 1, 1)


def _turns(request, round):
    """Units in sight with who comes, by day and place."""
    rows = Inspection.objects.visible_to(request.user).filter(round=round)
    rows = list(
        rows.select_related("unit__region", "unit__category").order_by(
            "visit_on", "unit__region__code", "unit__name", "pk"
        )
    )
    people = _people(request.user, round, rows)
    for row in rows:
        row.people = "、".join(people[row.pk])
    return rows


def _people(user, round, rows):
    """{unit's turn: names of who comes}; on a blind team one's own, until all have signed."""
    tasks = Assignment.objects.standing().filter(inspection__in=rows).select_related("assessor")
    if not officer_over_round(user, round):
        told = round.inspections.with_people_open_to(user).values("pk")
        tasks = tasks.filter(Q(assessor=user) | Q(inspection__in=told))
    people = defaultdict(list)
    for task in tasks.order_by("assessor__name", "pk"):
        people[task.inspection_id].append(task.assessor.name)
    return people


def _days(round, first, rows):
    by_day = defaultdict(list)
    for row in rows:
        by_day[row.visit_on].append(row)
    dates = [day for week in month_days(first) for day in week]
    known = Holiday.objects.filter(day__gte=dates[0], day__lte=dates[-1])
    holidays = {each.day: "班" if each.is_workday else "休" for each in known}
    return [
        Day(
            on=day,
            inside=day.month == first.month,
            in_round=round.starts_on <= day <= round.ends_on,
            word=holidays.get(day, ""),
            visits=by_day.get(day, []),
        )
        for day in dates
    ]


@require_POST
@roles_only(R.OFFICER)
def inspection_visit(request, pk):
    """Set the day of ticked units from the calendar."""
    round = fetch_kept(request, pk)
    try:
        rows = picked_inspections(request, round)
        if not rows.exists():
            raise Refused("还没有勾选任何单位，没有安排。")
        on = asked_day(request)
        keys = list(rows.values_list("pk", flat=True))
        chosen = Inspection.objects.filter(pk__in=keys)
        number = schedule_visits(round, chosen, on=on, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("evaluations:inspection-calendar", pk)
    messages.success(
        request, f"已安排 {number} 家 {on} 到场。" if on else f"已取消 {number} 家的日程。"
    )
    query = urlencode({"month": f"{on:%Y-%m}"}) if on else ""
    return redirect(f"{reverse('evaluations:inspection-calendar', args=[pk])}?{query}")
