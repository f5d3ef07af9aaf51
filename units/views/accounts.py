"""批量建账号: a list in, faults by row or accounts, then slips to print."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.errors import Refused
from portal.gate import roles_only
from portal.models import AccountIntake, User
from portal.once import act_once
from portal.operations.passwords import code_days
from portal.slips import slips_of, slips_page
from portal.workbooks import XLSX
from units.account_lists import MOST, faults
from units.account_template import template_workbook
from units.forms.clerks import AccountListForm
from units.models import Unit
from units.operations.accounts import first_codes, make_accounts, read_accounts

R = User.Role
SHOWN = 200


@roles_only(R.SYSTEM_ADMIN)
def accounts_import(request):
    """Take in a list: every account of it, or none and what to mend."""
    form = AccountListForm(request.POST or None, request.FILES or None, user=request.user)
    found = []
    if request.method == "POST" and form.is_valid():
        try:
            file = form.cleaned_data["file"]
            lines, sha256 = read_accounts(file, actor=request.user)
            found = faults(lines)
            if not found:
                return act_once(request, lambda: make(request, lines, file.name, sha256))
        except Refused as refusal:
            form.add_error("file", str(refusal))
    context = {
        "form": form,
        "faults": found[:SHOWN],
        "fault_count": len(found),
        "rows_at_fault": len({number for number, _ in found}),
        "title": "批量建账号",
        "section": "accounts-import",
        "most": MOST,
        "earlier": AccountIntake.objects.visible_to(request.user).order_by("-pk")[:10],
    }
    return render(request, "units/accounts_import.html", context)


def make(request, lines, name, sha256):
    now = timezone.now()
    intake = make_accounts(lines, name=name, sha256=sha256, actor=request.user, at=now)
    messages.success(request, f"已建立 {len(lines)} 个账号，等待安全保密管理员授权。")
    return redirect("unit-accounts:intake", intake.code)


def seen(request, code):
    return get_object_or_404(AccountIntake.objects.visible_to(request.user), code=code)


@require_safe
@roles_only(R.SYSTEM_ADMIN)
def intake(request, code):
    """What a list became: its accounts, and the slips to print."""
    taken = seen(request, code)
    users = taken.users.select_related("region").order_by("region__code", "username")
    context = {
        "intake": taken,
        "users": users,
        "waiting": sum(not user.has_usable_password() for user in users),
        "days": code_days(),
        "title": "名单已建账号",
        "section": "accounts-import",
    }
    return render(request, "units/account_intake.html", context)


@require_POST
@roles_only(R.SYSTEM_ADMIN)
def intake_slips(request, code):
    """Slips for everybody of the list who has not come in yet; shown once."""
    taken, back = seen(request, code), reverse("unit-accounts:intake", args=[code])
    try:
        codes = first_codes(taken, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    pairs = Unit.clerks.through.objects.filter(user__in=codes).values_list("user_id", "unit__name")
    slips = slips_of(codes, places=dict(pairs))
    as_pdf = "pdf" in request.POST
    return slips_page(request, slips, days=code_days(), back_url=back, as_pdf=as_pdf)


@require_safe
@roles_only(R.SYSTEM_ADMIN)
def template(request):
    """The empty list to fill in."""
    answer = HttpResponse(template_workbook(), content_type=XLSX)
    name = "%E8%B4%A6%E5%8F%B7%E5%90%8D%E5%8D%95.xlsx"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer
