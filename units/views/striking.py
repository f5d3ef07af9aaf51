"""取消资格: a proposed unit is taken off the list, behind the password, with the reason."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect

from portal.gate import roles_only
from portal.models import User
from portal.once import once
from portal.step_up import step_up
from units.access import keeps_batch
from units.forms.decision import DropForm
from units.lifecycles import APPLICATION
from units.models import Application
from units.operations.striking import strike_application
from units.views.acts import handle
from units.views.applications import ending_page


def fetch(request, pk):
    """An application of the person's own naming region, or 404."""
    rows = Application.objects.visible_to(request.user).select_related("batch__region", "unit")
    found = get_object_or_404(rows, pk=pk)
    if not keeps_batch(request.user, found):
        raise Http404
    return found


@roles_only(User.Role.OFFICER)
@step_up(fetch)
@once
def application_strike(request, pk):
    """Say what follows, ask why, take it off."""
    obj = fetch(request, pk)
    if "strike" not in {step.verb for step in APPLICATION.open_to(request.user, obj)}:
        messages.error(request, f"这份申报{obj.get_state_display()}，您不能取消资格，没有改动。")
        return redirect(obj)
    form = DropForm(request.POST or None, user=request.user)

    def act():
        note = form.cleaned_data["note"]
        strike_application(obj, note=note, actor=request.user, at=request.arrived_at)
        return obj, f"“{obj.unit.name}”已取消资格；命名决定已拟稿的，请重新生成名单。"

    intro = (
        f"“{obj.unit.name}”将从拟命名名单中取消，公示名单上标明已取消，"
        "单位填报员收到消息。用于单位撤并、责令整改等公示异议以外的情形。"
    )
    return handle(request, form, act, ending_page(obj, "取消资格", intro))
