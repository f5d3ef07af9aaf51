"""催办: how far each place is, whom to call, and a reminder at the press of a button."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evaluations.access import may_run_rounds
from evaluations.audience import scope_words
from evaluations.board import board_of, place_for
from evaluations.models import SelfCheck
from evaluations.operations.calls import urge
from evaluations.self_check_columns import place_rows
from evaluations.self_check_sheets import rows_for_phones
from evaluations.views.self_check_form import fetch
from evaluations.views.self_check_lists import answer
from evaluations.views.self_check_rounds import OFFICE, fetch_round, region_asked, stage_of
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import Region, User
from portal.times import Deadline
from portal.widgets import is_key

R = User.Role
PRINTED = 1000  # lines of the phone list on the page; more are for the workbook


@require_safe
@roles_only(*OFFICE)
def board(request, pk):
    """One round: counts by state, place by place."""
    made = fetch_round(request, pk)
    place = place_for(request.user, made, region_asked(request))
    rows, whole = board_of(made, place, request.user)
    may_run = may_run_rounds(request.user, made.region) and not made.closed_at
    context = {
        "round": made,
        "place": place,
        "above": _above(request.user, made, place),
        "rows": rows,
        "whole": whole,
        "stage": stage_of(made, request.arrived_at),
        "deadline": Deadline(made.due_at, request.arrived_at),
        "editions": made.editions.select_related("family").order_by("family__position"),
        "scope": scope_words(made),
        "may_run": may_run,
        "may_urge": request.user.role == R.OFFICER and not made.closed_at,
        "leaf": place.level == Region.Level.TOWNSHIP,
        "list_url": reverse("evaluations:self-checks"),
        "title": made.title,
        "section": "self-checks",
    }
    return render(request, "evaluations/self_check_board.html", context)


def _above(user, made, place):
    """The way back up, as far as this person and this round reach."""
    top = place_for(user, made, None)
    ids = [pk for pk in place.ancestor_ids() if pk != place.pk and pk not in top.ancestor_ids()]
    chain = Region.objects.in_bulk(ids)
    above = [chain[pk] for pk in ids if pk in chain]
    return [top, *above] if place.pk != top.pk else []


@require_POST
@roles_only(*OFFICE)
def export(request, pk):
    """The checks of a round as a workbook."""
    made = fetch_round(request, pk)
    return answer(request, "checks", _query(request, made))


def _query(request, made):
    place = region_asked(request)
    asked = {"round": made.pk} | ({"region": place.pk} if place else {})
    return urlencode(asked)


@require_safe
@roles_only(*OFFICE)
def phones(request, pk):
    """Whom to call: units that have not handed in, with their work contacts; made to be printed."""
    made = fetch_round(request, pk)
    place = place_for(request.user, made, region_asked(request))
    checks = SelfCheck.objects.visible_to(request.user).filter(round=made).within(place)
    rows = rows_for_phones(checks, request.arrived_at)
    context = {
        "round": made,
        "place": place,
        "rows": place_rows(list(rows[:PRINTED])),
        "total": checks.open().count(),
        "unmanned": checks.open().with_manned().filter(manned=False).count(),
        "now": timezone.now(),
        "title": f"未提交单位电话名单：{made}",
        "section": "self-checks",
    }
    return render(request, "evaluations/self_check_phones.html", context)


@require_POST
@roles_only(*OFFICE)
def phones_export(request, pk):
    """The same as a workbook."""
    made = fetch_round(request, pk)
    return answer(request, "phones", _query(request, made))


@require_POST
@roles_only(R.OFFICER)
def urge_region(request, pk):
    """Remind every unit of a place that has not handed in."""
    made = fetch_round(request, pk)
    place = place_for(request.user, made, region_asked(request))
    checks = SelfCheck.objects.visible_to(request.user).filter(round=made).within(place)
    _urge(request, made, place, checks)
    back = f"?region={request.POST['back']}" if is_key(request.POST.get("back")) else ""
    return redirect(made.get_absolute_url() + back)


@require_POST
@roles_only(R.OFFICER)
def urge_one(request, pk):
    """Remind one unit."""
    check = fetch(request, pk)
    checks = SelfCheck.objects.visible_to(request.user).filter(pk=check.pk)
    _urge(request, check.round, check.unit.region, checks)
    return redirect(check)


def _urge(request, made, place, checks):
    try:
        called = urge(checks, round=made, region=place, actor=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return
    words = [f"已向 {called.told} 家发出催办"] if called.told else ["没有发出催办"]
    words += [f"{called.resting} 家 24 小时内催过，没有再催"] if called.resting else []
    words += [f"{called.unmanned} 家没有填报员账号，请打电话"] if called.unmanned else []
    tell = messages.success if called.told else messages.warning
    tell(request, "；".join(words) + "。")
