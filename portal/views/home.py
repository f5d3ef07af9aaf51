"""工作台."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal import desk


@login_required
@require_safe
def home(request):
    """What this person has to do today: panels that the apps register."""
    day = timezone.localdate()
    context = {"panels": desk.panels_for(request.user, day), "day": day, "section": "home"}
    return render(request, "portal/home.html", context)
