"""公示 and 异议 on the home page of the office that hangs them out."""

from portal import desk
from portal.models import User
from units.access import handles_objections, minds_objections
from units.models import Batch, Objection, PublicNotice
from units.offices import named_handlers
from units.tones import OBJECTION_TONES

MOST = 4


@desk.panel(position=7)
def notices_to_tend(user, day):
    """Notices that wait to be published, and objections that nobody has settled yet."""
    if user.role != User.Role.OFFICER or user.region_id is None:
        return None
    drafts = PublicNotice.objects.filter(
        batch__region=user.region, state=PublicNotice.State.DRAFT
    ).order_by("starts_on", "pk")[:MOST]
    objections = Objection.objects.filter(
        notice__batch__in=_minded_batches(user), state__in=Objection.OPEN
    ).select_related("notice__batch__region", "entry")
    found = {
        "drafts": list(drafts),
        "objections": [
            (each, OBJECTION_TONES[each.state], bool(each.due_on and each.due_on <= day))
            for each in objections.order_by("received_at", "pk")[:MOST]
        ],
    }
    if not any(found.values()):
        return None
    waiting = [each for each, *_ in found["objections"]]
    if waiting and not handles_objections(user, waiting[0]):
        found["who"] = named_handlers(waiting[0].notice.batch)
    return {"template": "units/_panel_notices.html", **found}


def _minded_batches(user):
    """Those of the office with open objections that this person has anything to do with."""
    waiting = Objection.objects.filter(state__in=Objection.OPEN).order_by()
    rows = Batch.objects.filter(region=user.region, notices__objections__in=waiting)
    return [each for each in rows.distinct() if minds_objections(user, each)]
