"""What the home page tells an office about the batches that are running or being prepared."""

from django.utils import timezone

from portal import desk
from portal.models import User
from units.access import keeps_batch
from units.batch_page import stages_of, where_it_stands
from units.models import Batch
from units.tones import BATCH_TONES

R = User.Role
State = Batch.State
MOST = 5


@desk.panel(position=14)
def batches(user, day):
    """Batches that run here: whose turn it is, since when, until when."""
    if user.role not in user.SUBTREE_ROLES:
        return None
    rows = Batch.objects.visible_to(user).filter(state__in=(State.DRAFT, State.OPEN))
    rows = rows.exclude(rule=None).select_related("region").prefetch_related("stages")
    found = list(rows.order_by("-state", "-pk")[:MOST])
    if not found:
        return None
    now = timezone.now()
    return {
        "template": "units/_panel_batches.html",
        "batches": [_shown(each, user, now) for each in found],
    }


def _shown(batch, user, now):
    shown = stages_of(batch, now)
    return {
        "batch": batch,
        "tone": BATCH_TONES[batch.state],
        "stands": where_it_stands(batch, shown, now),
        "late": any(each.tone == "t-bad" for each in shown),
        "keeps": keeps_batch(user, batch),
    }
