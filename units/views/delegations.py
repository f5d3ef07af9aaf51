"""代办委托: hand one's desk over for some days; both people see it here."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User
from portal.once import once
from units.forms.desk import DelegationForm
from units.holdings import colleagues_of
from units.models import Delegation
from units.operations.delegations import end_delegation, hand_over_desk

OFFICER = User.Role.OFFICER
ONE = timedelta(days=1)
SHOWN = 50


@roles_only(OFFICER)
@once
def delegations(request):
    """Whom I have asked to stand in, for whom I stand in, and a new one."""
    form = DelegationForm(request.POST or None, user=request.user, initial=_initial())
    if request.method == "POST" and form.is_valid():
        try:
            return _handed_over(request, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    today = timezone.localdate()
    given = request.user.delegations_given.select_related("taker__region")[:SHOWN]
    taken = request.user.delegations_taken.select_related("giver__region")[:SHOWN]
    context = {
        "form": form,
        "given": _told(given, today),
        "taken": _told(taken, today),
        "colleagues": colleagues_of(request.user).exists(),
        "title": "代办委托",
        "section": "desk",
        "tab": "delegations",
    }
    return render(request, "units/delegations.html", context)


def _initial():
    return {"starts_on": timezone.localdate()}


def _handed_over(request, form):
    sent = form.cleaned_data
    made = hand_over_desk(
        request.user,
        to=sent["taker"],
        starts_on=sent["starts_on"],
        ends_on=sent["last_on"] + ONE,
        reason=sent["reason"],
        actor=request.user,
        at=timezone.now(),
    )
    messages.success(
        request,
        f"{made.starts_on} 至 {sent['last_on']}，您经办的申报审核由{made.taker.name}代办，"
        "对方已收到通知。",
    )
    return redirect("units:delegations")


def _told(rows, today):
    of = Delegation.objects.on(today).filter(pk__in=[row.pk for row in rows])
    held = set(of.values_list("pk", flat=True))
    return [_line(row, today, row.pk in held) for row in rows]


def _line(row, today, holds):
    """(row, last day, words, tone, may it be ended?)."""
    last = row.ends_on - ONE
    if row.ended_at:
        ended = timezone.localtime(row.ended_at)
        return row, last, f"{ended:%m-%d %H:%M} 提前收回", "t-off", False
    if row.ends_on <= today:
        return row, last, "已结束", "t-off", False
    if row.starts_on > today:
        return row, last, "未开始", "t-due", True
    if not holds:
        return row, last, "人员有变动，不再代办", "t-off", True
    return row, last, "代办中", "t-doing", True


@require_POST
@roles_only(OFFICER)
def end(request, pk):
    """Take the desk back before its day."""
    mine = Delegation.objects.filter(giver=request.user)
    mine |= Delegation.objects.filter(taker=request.user)
    row = get_object_or_404(mine.select_related("giver", "taker"), pk=pk)
    try:
        end_delegation(row, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "已收回，从现在起不再代办。")
    return redirect("units:delegations")
