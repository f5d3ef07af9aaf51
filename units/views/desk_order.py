"""推荐名单: what each body has recommended against its quota, and in which order."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User
from portal.once import once
from portal.scoping import below
from portal.widgets import is_key
from units.access import acts_for
from units.holdings import Holding
from units.models import Batch, BatchStage, RecommendingBody
from units.operations.recommending import ListMoved, order_list
from units.quotas import Rooms, on_list
from units.stages import Timetable
from units.tones import APPLICATION_TONES

R = User.Role
OFFICE = (R.OFFICER, R.AUDITOR)


def bodies_in_sight(user):
    """Those that recommend out of the person's subtree, and those they act for."""
    if not user.is_active or user.role not in user.SUBTREE_ROLES:
        return RecommendingBody.objects.none()
    held = Holding.of(user)
    near = below("region__path", user.scope_paths) | Q(pk__in=held.bodies)
    return RecommendingBody.objects.filter(near)


def running(user):
    """Open batches a person hears of, with their stages."""
    rows = Batch.objects.visible_to(user).filter(state=Batch.State.OPEN, region__isnull=False)
    return rows.select_related("region", "kind").prefetch_related("stages").order_by("-pk")


@require_safe
@roles_only(*OFFICE)
def recommended(request):
    """Every open batch: by body, places, recommended, still under review."""
    bodies = list(bodies_in_sight(request.user).select_related("region"))
    groups = [_group(each, bodies, request) for each in running(request.user)]
    context = {
        "groups": [each for each in groups if each["rows"]],
        "title": "推荐名单",
        "section": "desk",
        "tab": "recommended",
    }
    return render(request, "units/recommended.html", context)


def _group(batch, bodies, request):
    rooms = Rooms(batch)
    rows = [_row(each, batch, rooms) for each in bodies if _concerned(each, batch)]
    stage = Timetable.of(batch, request.arrived_at)[BatchStage.Kind.REVIEWING]
    return {"batch": batch, "stage": stage, "rows": [each for each in rows if each]}


def _concerned(body, batch):
    """Does the body recommend to the region of this batch?"""
    return body.region.path.startswith(batch.region.path)


def _row(body, batch, rooms):
    lines, used = rooms.of(body), rooms.used(body)
    if not lines and not used:
        return None
    total = next((each for each in lines if each.category is None), None)
    return {"body": body, "lines": [e for e in lines if e.category], "total": total, "used": used}


@roles_only(*OFFICE)
@once
def order(request, pk, body_pk):
    """One body's list; its own officers put it in order."""
    batch = get_object_or_404(running(request.user), pk=pk)
    bodies = bodies_in_sight(request.user).select_related("region")
    body = get_object_or_404(bodies, pk=body_pk)
    if not _concerned(body, batch):
        raise Http404
    if request.method == "POST":
        return _ordered(request, batch, body)
    return _page(request, batch, body, rows_of(batch, body))


def rows_of(batch, body):
    """A body's list in its order, with what the page shows."""
    rows = on_list(batch, body).select_related("unit__region", "category")
    return list(rows.order_by("recommended_rank", "recommended_at", "pk"))


def _page(request, batch, body, rows, status=200):
    why = Timetable.of(batch, request.arrived_at).why_not(BatchStage.Kind.REVIEWING)
    for number, row in enumerate(rows, 1):
        row.number, row.tone = number, APPLICATION_TONES[row.state]
    rooms = Rooms(batch)
    context = {
        "batch": batch,
        "body": body,
        "rows": rows,
        "seen": ",".join(str(key) for key in sorted_keys(rows)),
        "rooms": rooms.of(body),
        "used": rooms.used(body),
        "may_order": acts_for(request.user, body) and not why and len(rows) > 1,
        "why": why,
        "title": f"推荐顺序：{body.name}",
        "section": "desk",
        "trail": (("推荐名单", reverse("units:recommended")),),
    }
    return render(request, "units/recommended_order.html", context, status=status)


def sorted_keys(rows):
    """The list's keys in the order that is stored, however the page draws them."""
    return [row.pk for row in sorted(rows, key=lambda each: each.recommended_rank or 0)]


def wanted_order(rows, typed):
    """Rows by the number typed beside each; equal numbers as they stood, none typed last."""
    return sorted(rows, key=lambda row: (typed.get(row.pk, 10**6), row.recommended_rank or 0))


def _ordered(request, batch, body):
    rows = rows_of(batch, body)
    typed = {row.pk: int(request.POST[f"rank_{row.pk}"]) for row in rows
             if is_key(request.POST.get(f"rank_{row.pk}", ""))}  # fmt: skip
    wanted = wanted_order(rows, typed)
    seen = [int(each) for each in request.POST.get("seen", "").split(",") if is_key(each)]
    person = {"actor": request.user, "at": request.arrived_at}
    try:
        keys = [each.pk for each in wanted]
        changed = order_list(batch, body, wanted=keys, seen=seen, **person)
    except ListMoved as moved:
        messages.error(request, str(moved))
        return _page(request, batch, body, wanted, status=409)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        said = f"{body.name}的推荐顺序已保存。" if changed else "顺序没有变化。"
        messages.success(request, said)
    return redirect("units:recommended-order", batch.pk, body.pk)
