"""Slips with one-use codes: an A4 page of eight, to print from the browser or as PDF.

The codes exist in the answer alone: whoever loses the page prints new ones.
"""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from portal.documents import pdf_of

PER_PAGE = 8


@dataclass(frozen=True)
class Slip:
    """What one person needs to come in for the first time."""

    name: str
    place: str
    username: str
    code: str


def slips_of(codes, places=None):
    """Slips from {user: code}; `places` says for a user's pk where they work, if not the region."""
    places = places or {}
    return [
        Slip(
            name=user.post or user.name,
            place=places.get(user.pk) or (user.region.name if user.region else ""),
            username=user.username,
            code=code,
        )
        for user, code in codes.items()
    ]


def slips_page(request, slips, *, days, back_url, as_pdf=False):
    """The slips as a page to print, or as a PDF; never kept by the browser."""
    context = {
        "pages": [slips[start : start + PER_PAGE] for start in range(0, len(slips), PER_PAGE)],
        "count": len(slips),
        "days": days,
        "address": request.build_absolute_uri("/").rstrip("/"),
        "back_url": back_url,
        "title": "登录码条",
    }
    answer = _pdf(context) if as_pdf else render(request, "portal/slips.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _pdf(context):
    answer = HttpResponse(pdf_of(render_to_string("pdf/slips.html", context)))
    answer["Content-Type"] = "application/pdf"
    answer["Content-Disposition"] = "attachment; filename*=UTF-8''%E7%99%BB%E5%BD%95%E7%A0%81.pdf"
    return answer
