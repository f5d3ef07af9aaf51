"""Many rows at once: what the bulk bar posts, the question before it, and the way back."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import User
from portal.once import once
from portal.registers import state_of
from units.access import READERS
from units.filters import ChangeSetFilter
from units.forms.bulk import CategoryForm
from units.listings import UnitListing
from units.models import ChangeSet
from units.operations.bulk import change_category
from units.operations.undo import days_open, open_until, undo_change
from units.views.acts import carry_out
from units.views.export import answer, picked_in

OFFICER = User.Role.OFFICER


def bulk_view(key):
    """The address the bulk bar of one list posts to."""
    sheets = {"export": key, "expiry": "expiry"}

    @require_POST
    @roles_only(*READERS)
    def view(request):
        act = request.POST.get("act", "")
        if act in sheets:
            return answer(request, sheets[act])
        if act == "category" and key == "register":
            return redirect(f"{reverse('units:bulk-category')}?{selection_query(request)}")
        messages.error(request, "没有认出要办理的事项，没有修改任何内容。")
        return redirect(f"units:{key}")

    return view


def selection_query(request):
    """The selection as an address, so that the question can be asked on a page of its own."""
    query = state_of(request.GET)
    picked = picked_in(request)
    pairs = [*query.lists(), ("scope", ["picked" if picked else "all"]), ("pk", picked)]
    return urlencode(pairs, doseq=True)


def selected(request):
    """Keys of the selected units that are in sight, in order."""
    picked = request.GET.getlist("pk")
    picked = [int(each) for each in picked if each.isascii() and each.isdigit() and len(each) < 12]
    everything = request.GET.get("scope") == "all"
    return UnitListing(request.user, request.GET).ids(None if everything else picked)


@roles_only(OFFICER)
@once
def bulk_category(request):
    """改类别: how many and which, then the new category."""
    ids = selected(request)
    number = ids.order_by().count()
    if not number:
        messages.error(request, "没有选中您可以办理的单位，没有修改任何内容。请先勾选，再改类别。")
        return redirect("units:register")
    form = CategoryForm(request.POST or None, user=request.user, initial={"expected": number})
    if request.method == "POST" and form.is_valid():
        try:
            changeset = change_category(
                ids.order_by(), actor=request.user, at=timezone.now(), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已办理：{changeset}。{days_open()} 天内可以撤回。")
            return redirect("units:change", changeset.pk)
    units = UnitListing(request.user, request.GET).page(ids[:20])
    context = {
        "form": form,
        "number": number,
        "days": days_open(),
        "units": units,
        "more": max(0, number - len(units)),
        "title": "改类别",
        "section": "register",
        "submit_label": f"改 {number} 家的类别",
        "back_url": reverse("units:register"),
    }
    return render(request, "units/bulk_category.html", context)


class ChangeList(ScopedList):
    roles = (OFFICER,)
    queryset = ChangeSet.objects.order_by("-pk")
    filterset_class = ChangeSetFilter
    title = "我的批量变更"
    section = "register"
    empty_hint = "导入名单、批量改类别之后，会列在这里，限期内可以撤回。"
    columns = (
        Column(
            "summary",
            "内容",
            lambda each: each.summary,
            css="first",
            url=lambda each: reverse("units:change", args=[each.pk]),
        ),
        Column("kind", "种类", lambda each: each.get_kind_display()),
        Column("at", "时间", lambda each: each.at, "moment", sort="at"),
        Column(
            "state",
            "状态",
            lambda each: "已撤回" if each.undone_at else "已办理",
            "tag",
            tone=lambda each: "t-off" if each.undone_at else "t-ok",
            css="state",
        ),
    )


def own_change(request, pk):
    """One's own change, or 404."""
    return get_object_or_404(ChangeSet.objects.visible_to(request.user), pk=pk)


@require_safe
@roles_only(OFFICER)
def change(request, pk):
    """One change of many rows, and the way back while it is open."""
    changeset = own_change(request, pk)
    until = open_until(changeset)
    context = {
        "changeset": changeset,
        "rows": changeset.entries.count(),
        "until": until,
        "open": not changeset.undone_at and timezone.now() < until,
        "title": changeset.summary,
        "section": "register",
    }
    return render(request, "units/change.html", context)


@require_POST
@roles_only(OFFICER)
def change_undo(request, pk):
    changeset = own_change(request, pk)
    call = lambda: undo_change(changeset, actor=request.user, at=timezone.now())
    back = reverse("units:change", args=[changeset.pk])
    return carry_out(request, call, f"已撤回：{changeset}。各行已恢复原样。", back)
