"""What the pages of 复验, 整改 and 退出 share: fetching, the tabs above the lists, the forms."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from portal.models import User
from units.models import (
    Designation,
    ExitCase,
    ExitRequest,
    Rectification,
    Reverification,
    ReverificationRound,
)

R = User.Role
OFFICE = (R.OFFICER, R.AUDITOR)
READERS = (R.OFFICER, R.AUDITOR, R.CLERK)
SECTION = "follow-up"
TABS = (
    ("reverification-rounds", "复验"),
    ("rectifications", "整改"),
    ("exits", "撤销与退出"),
)
TITLE = ("unit__region", "unit__category", "kind", "batch")


def tabs(current):
    """The three lists, with the one that is open."""
    return [(label, reverse(f"units:{name}"), name == current) for name, label in TABS]


def fetch_round(request, pk):
    rows = ReverificationRound.objects.visible_to(request.user).select_related("region")
    return get_object_or_404(rows, pk=pk)


def fetch_turn(request, pk):
    rows = Reverification.objects.visible_to(request.user).for_display()
    return get_object_or_404(rows, pk=pk)


def fetch_order(request, pk):
    rows = Rectification.objects.visible_to(request.user).for_display()
    return get_object_or_404(rows, pk=pk)


def fetch_title(request, pk):
    rows = Designation.objects.visible_to(request.user).select_related(*TITLE)
    return get_object_or_404(rows, pk=pk)


def fetch_request(request, pk):
    rows = ExitRequest.objects.visible_to(request.user)
    related = [f"designation__{name}" for name in TITLE]
    return get_object_or_404(rows.select_related("asked_by", *related), pk=pk)


def fetch_case(request, pk):
    rows = ExitCase.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("designation__unit__region", "decision"), pk=pk)


def form_page(title, label, back, **more):
    """What a page with one form shows; `back` is an object with an address."""
    return {
        "title": title,
        "submit_label": label,
        "back_url": back.get_absolute_url(),
        "section": SECTION,
        **more,
    }
