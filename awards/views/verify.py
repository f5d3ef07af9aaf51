"""核验: what everybody may ask of a certificate. Verdict first, then what is printed on it.

Nothing of the QR code is believed but its code; scores, phones and persons are not shown.
"""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from awards.forms.certificates import VerifyForm
from awards.models import Certificate
from awards.verdicts import with_verdicts
from portal import audit
from portal.limits import within
from portal.text import storable

LOOKS_A_MINUTE = 30
TOO_FAST = "查询过于频繁，没有核验。请一分钟后再试。"


def _too_fast():
    address, at = audit.address.get(), timezone.now()
    return not within("verify", address, most=LOOKS_A_MINUTE, seconds=60, at=at)


def _slow_down():
    return HttpResponse(TOO_FAST, status=429, content_type="text/plain; charset=utf-8")


@never_cache
def find(request):
    """Ask for number and unit together, or for the code alone; lead to the page of the one found.

    A number with another unit's name is answered like a number nobody has.
    """
    form = VerifyForm(request.POST or None)
    if request.method != "POST":
        return render(request, "public/verify_find.html", {"form": form, "title": "证书核验"})
    if _too_fast():
        return _slow_down()
    if not form.is_valid():
        return render(request, "public/verify_find.html", {"form": form, "title": "证书核验"})
    found = Certificate.objects.filter(**form.asked).order_by("-edition").first()
    if found:
        return redirect("verify:certificate", found.code)
    return _not_found(request, form)


def _not_found(request, form=None):
    context = {"form": form or VerifyForm(), "missing": True, "title": "证书核验"}
    return render(request, "public/verify_find.html", context, status=404)


@require_safe
@never_cache
def certificate(request, code):
    """One certificate as it stands at this moment."""
    if _too_fast():
        return _slow_down()
    rows = Certificate.objects.for_display().prefetch_related("issuers")
    found = rows.filter(code=storable(code).strip().lower()).first()
    if found is None:
        return _not_found(request)
    now = timezone.now()
    ((row, verdict),) = with_verdicts([found], timezone.localdate(now))
    context = {"certificate": row, "verdict": verdict, "now": now, "title": "证书核验"}
    return render(request, "public/verify.html", context)
