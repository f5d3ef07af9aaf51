"""The page of one unit: how it stands, or stood on a chosen day."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.dates import parse_date
from portal.gate import roles_only
from portal.models import AuditEvent, User
from units import access
from units.cards import cards_of
from units.charts import year_chart
from units.filters import due_within
from units.follow_up_columns import marks_behind
from units.models import Designation, Unit
from units.standing import UnitOn
from units.timeline import events_of, moments

R = User.Role
READERS = (R.OFFICER, R.AUDITOR, R.CLERK)
LOG_READERS = frozenset({R.OFFICER, R.AUDITOR})
TABS = {"overview": "概况", "titles": "称号", "changes": "变更", "log": "操作记录"}
LOG_LENGTH = 100


def fetch(request, pk):
    """A unit in sight, or 404."""
    related = ("category", "region", "represents", "successor")
    visible = Unit.objects.visible_to(request.user).select_related(*related)
    return get_object_or_404(visible, pk=pk)


@roles_only(*READERS)
@require_safe
def unit(request, pk):
    """Everything about a unit; with `?on=` as it stood on that day, read-only."""
    obj, today = fetch(request, pk), timezone.localdate()
    day, day_fault = chosen_day(request.GET.get("on", ""), today)
    stand = UnitOn(obj, day, today=today, due_within=due_within())
    page = {
        "unit": obj,
        "stand": stand,
        "section": "register",
        "title": stand.spell.name if stand.spell else obj.name,
        "day_fault": day_fault,
        "may_change": access.officer_over_unit(request.user, obj) and not stand.is_past,
        "may_edit_contact": access.may_edit_contact(request.user, obj) and not stand.is_past,
        "behind": "" if stand.is_past else marks_behind([obj.pk]).get(obj.pk, ""),
        "cards": [] if stand.is_past else cards_of("unit", obj, request.user),
        "sees_contact": access.may_see_contact(request.user, obj) and not stand.is_past,
    }
    tab = chosen_tab(request, stand)
    return render(request, "units/unit.html", {**page, **tab, **CONTENT[tab["tab"]](stand)})


def chosen_day(text, today):
    """The day asked for, and a sentence where it cannot be shown."""
    if not text:
        return today, ""
    parsed = parse_date(text[:40])
    if parsed.fault or not parsed.day:
        return today, f"{parsed.fault}下面是今天的情形。"
    if parsed.day > today:
        return today, f"{parsed.day} 还没有到，只能看今天和过去；下面是今天的情形。"
    return parsed.day, ""


def chosen_tab(request, stand):
    """The tabs this person has on that day, and the one that is open."""
    tabs = dict(TABS)
    if stand.is_past or request.user.role not in LOG_READERS:
        del tabs["log"]
    asked = request.GET.get("tab", "")
    return {"tabs": tabs.items(), "tab": asked if asked in tabs else "overview"}


def overview(stand):
    """Chart and list of the unit's years, and what asks to be done."""
    known = moments(stand)
    past = [each for each in known if each.day <= stand.day]
    later = sum(stand.day < each.day <= stand.today for each in known)
    chart = year_chart(stand.titles, stand.day) if stand.spell else None
    return {"moments": past, "later": later, "chart": chart}


def titles(stand):
    return {"rows": stand.titles}


def changes(stand):
    return {"events": [each for each in events_of(stand.unit) if each.happened_on <= stand.day]}


def log(stand):
    """Who did what to the unit and its titles, latest first."""
    own = AuditEvent.objects.about(stand.unit)
    label, keys = Designation._meta.label_lower, [str(each.pk) for each in stand.all_titles]
    theirs = AuditEvent.objects.filter(target_type=label, target_id__in=keys)
    return {"log": (own | theirs).order_by("-pk")[:LOG_LENGTH]}


CONTENT = {"overview": overview, "titles": titles, "changes": changes, "log": log}
