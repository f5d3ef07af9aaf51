"""What the tests of the review desk lay out."""

from datetime import timedelta

from django.utils import timezone

from tests.factories import (
    NOON,
    make_application,
    make_file,
    make_officer,
    make_submitted,
    make_unit,
)
from units.contents import content_of
from units.models import Application, Delegation, Quota, Submission
from units.said import Said


def said(text="", **more):
    return Said(text=text, **more)


def fresh(application):
    return Application.objects.for_display().get(pk=application.pk)


def on_desk(cast, batch, desk, name=None, region=None, **fields):
    """A new unit's application on that desk, with all that its pages read."""
    unit = make_unit(region or cast.east_sumu, name)
    return fresh(make_submitted(unit, batch, desk, **fields))


def recommended(cast, batch, rank, name=None, **fields):
    """One that the east has recommended already."""
    told = {"recommended_at": NOON + timedelta(minutes=rank), "recommended_rank": rank}
    return on_desk(cast, batch, cast.city, name, **told, **fields)


def give_places(batch, body, places, category=None):
    return Quota.objects.create(batch=batch, body=body, places=places, category=category)


def hand_over(giver, taker, days=5, shift=0):
    """A delegation from today on."""
    today = timezone.localdate() + timedelta(days=shift)
    return Delegation.objects.create(
        giver=giver,
        taker=taker,
        region=giver.region,
        starts_on=today,
        ends_on=today + timedelta(days=days),
        created_at=NOON,
    )


def hand_in(application, content=None, at=NOON):
    """A submission of it, as the unit's clerk leaves it."""
    number = application.submissions.count() + 1
    Application.objects.filter(pk=application.pk).update(submitted_at=at)
    application.submitted_at = at
    return Submission.objects.create(
        application=application,
        number=number,
        receipt_no=f"SB-{application.pk}-{number}",
        content=content or content_of(application),
        sha256="0" * 64,
        submitted_at=at,
        submitted_by=application.created_by,
    )


__all__ = ["make_application", "make_file", "make_officer"]
