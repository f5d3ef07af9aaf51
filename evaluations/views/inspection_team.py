"""测评组: who serves on a round; and each person's own declarations of ties (回避)."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evaluations.forms.inspections import MemberForm, counties_in_sight, people_for
from evaluations.models import Conflict, Inspection, InspectionRound
from evaluations.models.inspection import TEAM_ROLES
from evaluations.operations.teams import (
    add_members,
    declare_conflict,
    edit_member,
    remove_conflict,
    remove_member,
)
from evaluations.progress import loads_of
from evaluations.views.inspection_rounds import OFFICE, fetch_kept, round_page
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User
from portal.text import folded
from portal.widgets import is_key
from units.models import Unit

R = User.Role
MOST_SHOWN = 200


@require_safe
@roles_only(*OFFICE)
def inspection_team(request, pk):
    """The team, and who else could be on it."""
    round = fetch_kept(request, pk)
    page = round_page(request, round, "team")
    word = request.GET.get("q", "").replace("\0", "").strip()[:40]
    context = page | {
        "loads": loads_of(round),
        "counties": counties_in_sight(request.user) if page["may_keep"] else [],
        "people": _offered(round, request.user, word) if page["may_keep"] else [],
        "ties": _ties(round),
        "q": word,
    }
    return render(request, "evaluations/inspection_team.html", context)


def _offered(round, user, word):
    """Accounts that are not on the team yet; assessors first."""
    found = people_for(round, user)
    if word:
        found = found.filter(
            Q(name__icontains=word) | Q(username__icontains=word) | Q(region__name__icontains=word)
        )
    return found.order_by("role", "region__code", "name", "pk")[:MOST_SHOWN]


def _ties(round):
    """Declared ties of members to units of the round."""
    found = Conflict.objects.filter(user__teams__round=round, unit__inspections__round=round)
    return found.select_related("user", "unit").order_by("user__name", "unit__name").distinct()


@require_POST
@roles_only(R.OFFICER)
def inspection_team_add(request, pk):
    """Take ticked people onto the team."""
    round = fetch_kept(request, pk)
    asked = [each for each in request.POST.getlist("pk")[:500] if is_key(each)]
    users = list(people_for(round, request.user).filter(pk__in=asked).order_by("pk"))
    if not users:
        messages.error(request, "还没有勾选任何人，没有加入。")
        return redirect("evaluations:inspection-team", pk)
    try:
        number = add_members(round, users, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已把 {number} 人加入“{round}”测评组，他们已收到通知。")
    return redirect("evaluations:inspection-team", pk)


@require_POST
@roles_only(R.OFFICER)
def inspection_member(request, pk, member):
    """Change a member's 旗 or leadership, or take them off the team."""
    round = fetch_kept(request, pk)
    row = get_object_or_404(round.members.select_related("user", "home"), pk=member)
    row.round = round
    try:
        sentence = _change(request, row)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return redirect("evaluations:inspection-team", pk)


def _change(request, row):
    person = {"actor": request.user, "at": timezone.now()}
    if request.POST.get("act") == "remove":
        remove_member(row, **person)
        return f"已把{row.user.name}移出测评组。"
    form = MemberForm(request.POST, user=request.user)
    if not form.is_valid():
        raise Refused("所选旗县市区不在所辖范围内，没有保存。")
    values = {name: form.cleaned_data[name] for name in ("is_leader", "home")}
    edit_member(row, **values, **person)
    return f"已保存{row.user.name}的设置。"


@require_safe
@roles_only(*TEAM_ROLES)
def conflicts(request):
    """One's own ties: declared among the units of the rounds one serves on."""
    word = request.GET.get("q", "").replace("\0", "").strip()[:60]
    rows = _units_of_own_rounds(request.user)
    for each in word.split():
        rows = rows.filter(search_text__contains=folded(each))
    own = Conflict.objects.filter(user=request.user).select_related("unit__region")
    context = {
        "title": "回避声明",
        "section": "conflicts",
        "own": own.order_by("-declared_at", "-pk"),
        "units": rows.exclude(conflicts__user=request.user).order_by("name", "pk")[:MOST_SHOWN],
        "serves": _own_rounds(request.user).exists(),
        "q": word,
    }
    return render(request, "evaluations/conflicts.html", context)


def _own_rounds(user):
    running = InspectionRound.objects.exclude(state=InspectionRound.State.FINISHED)
    return running.filter(members__user=user)


def _units_of_own_rounds(user):
    turns = Inspection.objects.filter(round__in=_own_rounds(user).values("pk"))
    return Unit.objects.filter(pk__in=turns.values("unit")).select_related("region", "category")


@require_POST
@roles_only(*TEAM_ROLES)
def conflict_declare(request, unit):
    """Declare one tie."""
    unit = get_object_or_404(_units_of_own_rounds(request.user), pk=unit)
    try:
        declare_conflict(unit, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已声明回避“{unit}”，不会再派您给它打分。")
    return redirect("evaluations:conflicts")


@require_POST
@roles_only(*TEAM_ROLES)
def conflict_remove(request, pk):
    """Take back one's own declaration."""
    rows = Conflict.objects.filter(user=request.user).select_related("unit")
    conflict = get_object_or_404(rows, pk=pk)
    remove_conflict(conflict, actor=request.user, at=timezone.now())
    messages.success(request, f"已撤销对“{conflict.unit}”的回避声明。")
    return redirect("evaluations:conflicts")
