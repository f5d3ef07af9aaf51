"""Many applications at once: one comment where nothing differs; one document for all."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User
from portal.once import act_once, once
from portal.registers import state_of
from portal.widgets import is_key
from units.desk_list import DeskListing
from units.desks import is_final, next_desk, regions_above
from units.forms.desk import ApprovalForm, ApproveForm
from units.operations.approving import MOST, approve_many, judge, rows_to_judge
from units.operations.opinions import missing_approvals, record_approvals
from units.said import Said
from units.views.export import picked_in

OFFICER = User.Role.OFFICER
PAGES = {
    "approve": "units:desk-approve",
    "approval": "units:desk-approvals",
    "consult": "units:consultation-new",
}
SHOWN = 5


@require_POST
@roles_only(OFFICER)
def bulk(request):
    """The bulk bar leads on to the page of the act, with what is selected."""
    page = PAGES.get(request.POST.get("act", ""))
    if page is None:
        messages.error(request, "没有认出要办理的事项，没有办理任何一件。")
        return redirect("units:desk")
    listing = DeskListing(request.user, state_of(request.GET))
    picked = None if request.POST.get("scope") == "all" else picked_in(request)
    keys = list(listing.ids(picked).values_list("pk", flat=True)[: MOST + 1])
    return redirect(f"{reverse(page)}?{urlencode([('pk', key) for key in keys])}")


def asked_keys(request):
    """The keys of a page about many, in the order given, each once."""
    sent = request.POST if request.method == "POST" else request.GET
    return list(dict.fromkeys(int(each) for each in sent.getlist("pk") if is_key(each)))


def own_keys(request):
    """Those of the keys that lie on this person's desks; None, with a word, where there is none."""
    keys = asked_keys(request)
    held = set(DeskListing(request.user, {}).visible().filter(pk__in=keys[: MOST + 1])
               .values_list("pk", flat=True))  # fmt: skip
    own = [key for key in keys if key in held]
    if not own:
        messages.error(request, "没有选中您待办的申报，没有办理任何一件。请先勾选。")
    return own


@roles_only(OFFICER)
@once
def approve(request):
    """Which go and which stay, then one comment for those that go."""
    keys = own_keys(request)
    if not keys:
        return redirect("units:desk")
    form = ApproveForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            verdicts = approve_many(
                keys,
                seen=_seen(request, keys),
                text=form.cleaned_data["text"],
                whole=form.cleaned_data["whole"],
                actor=request.user,
                at=request.arrived_at,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            _tell(request, verdicts)
            return redirect("units:desk")
    return _preview(request, keys, form)


def _seen(request, keys):
    sent = {key: request.POST.get(f"moves_{key}", "") for key in keys}
    return {key: int(value) for key, value in sent.items() if is_key(value)}


def _tell(request, verdicts):
    going, staying = _parted(verdicts)
    if going:
        messages.success(request, f"已同意 {len(going)} 件。")
    for each in staying[:SHOWN]:
        why = "；".join(each.reasons)
        messages.error(request, f"“{each.application.unit.name}”没有办理：{why}。")
    if len(staying) > SHOWN:
        messages.error(request, f"另有 {len(staying) - SHOWN} 件没有办理，仍在待办中。")


def _parted(verdicts):
    return [e for e in verdicts if e.may], [e for e in verdicts if not e.may]


def _preview(request, keys, form):
    rows = rows_to_judge(keys[:MOST])
    verdicts = judge(rows, actor=request.user, at=request.arrived_at)
    regions = regions_above(rows)
    for each in verdicts:
        each.goes_to = "受理" if is_final(each.application) else _goes_to(each, regions)
    going, staying = _parted(verdicts)
    context = {
        "form": form,
        "verdicts": [*going, *staying],
        "going": len(going),
        "staying": len(staying),
        "too_many": len(keys) > MOST,
        "most": MOST,
        "title": "批量同意",
        "section": "desk",
        "trail": (("待我审核", reverse("units:desk")),),
    }
    return render(request, "units/desk_approve.html", context)


def _goes_to(verdict, regions):
    target = next_desk(verdict.application, regions)
    return f"上报{target.holder(verdict.application)}" if target else "受理"


@roles_only(OFFICER)
def approvals(request):
    """Put down a step of the approval route with its document, for all that are selected."""
    keys = own_keys(request)
    rows = rows_to_judge(keys[:MOST])
    steps = list(dict.fromkeys(step for each in rows for step in each.rule.approval_route))
    if not steps:
        if keys:
            messages.error(request, "所选申报适用的评选条件没有报批程序，不需要登记。")
        return redirect("units:desk")
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ApprovalForm(*sent, user=request.user, steps=steps)
    if sent and form.is_valid() and form.take_paper(request.arrived_at):
        return act_once(request, lambda: _approved(request, form, rows))
    return _approvals_page(request, form, rows)


def _approved(request, form, rows):
    sent = form.cleaned_data
    said = Said(text=sent["text"], file=form.paper)
    person = {"actor": request.user, "at": request.arrived_at}
    try:
        made = record_approvals(rows, step=sent["step"], said=said, **person)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _approvals_page(request, form, rows)
    messages.success(request, f"已为 {len(made)} 件登记“{sent['step']}”。")
    only = rows[0] if len(rows) == 1 else None
    return redirect("units:review", only.pk) if only else redirect("units:desk")


def _approvals_page(request, form, rows):
    context = {
        "form": form,
        "rows": [(each, missing_approvals(each)) for each in rows],
        "title": "登记报批意见",
        "section": "desk",
        "trail": (("待我审核", reverse("units:desk")),),
    }
    return render(request, "units/desk_approvals.html", context)
