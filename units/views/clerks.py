"""填报员: who reports for a unit, their codes, decided by the officers over it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User
from portal.operations.passwords import code_days
from portal.slips import slips_of, slips_page
from portal.widgets import is_key
from units.forms.clerks import BindClerkForm
from units.models import Unit
from units.operations.clerks import bind_clerk, reset_clerk_codes, unbind_clerk

R = User.Role


def unit_in_sight(request, pk):
    return get_object_or_404(Unit.objects.visible_to(request.user).select_related("region"), pk=pk)


def page_of(unit):
    return reverse("units:clerks", args=[unit.pk])


@roles_only(R.OFFICER)
def clerks(request, pk):
    """The clerks of one unit, and naming another."""
    unit = unit_in_sight(request, pk)
    form = BindClerkForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            user = bind_clerk(
                unit,
                username=form.cleaned_data["username"],
                actor=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("username", str(refusal))
        else:
            messages.success(request, f"“{user.username}”现在是“{unit}”的填报员。")
            return redirect(page_of(unit))
    context = {
        "unit": unit,
        "form": form,
        "title": "填报员",
        "section": "register",
        "clerks": unit.clerks.order_by("username"),
    }
    return render(request, "units/clerks.html", context)


@require_POST
@roles_only(R.OFFICER)
def clerk_unbind(request, pk, user_pk):
    """Take a clerk off the unit."""
    unit = unit_in_sight(request, pk)
    user = get_object_or_404(unit.clerks, pk=user_pk)
    try:
        unbind_clerk(unit, user, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{user.username}”不再是“{unit}”的填报员，已看不到这个单位。")
    return redirect(page_of(unit))


@require_POST
@roles_only(R.OFFICER)
def clerk_codes(request, pk):
    """Slips with new codes for one clerk of the unit, or for all of them; shown once."""
    unit = unit_in_sight(request, pk)
    chosen = unit.clerks.filter(is_active=True).select_related("region")
    if asked := request.POST.get("user"):
        chosen = chosen.filter(pk=asked) if is_key(asked) else chosen.none()
    try:
        codes = reset_clerk_codes(unit, chosen, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(page_of(unit))
    slips = slips_of(codes, places={user.pk: unit.name for user in codes})
    as_pdf = "pdf" in request.POST
    return slips_page(request, slips, days=code_days(), back_url=page_of(unit), as_pdf=as_pdf)
