"""An objection's time runs out: the naming office hears of it before and after, once each."""

from datetime import timedelta

from portal.clock import Effect, unmarked
from units.models import Objection
from units.offices import minding_objections
from units.operations.telling import tell

DUTY = "objections.remind"
SOON = 3  # days before the last one


def remind_of_objections(on, at):
    """Tell the office of each that is due soon or late; yields what was said."""
    rows = Objection.objects.filter(
        state__in=Objection.OPEN, due_on__lte=on + timedelta(days=SOON + 1)
    )
    rows = rows.select_related("notice__batch__region").order_by("due_on", "pk")
    found = {f"{each.pk} {'late' if each.due_on <= on else 'soon'}": each for each in rows}
    for key in unmarked(DUTY, found, at):
        yield _tell(found[key], on, at)


def _tell(objection, on, at):
    last = objection.due_on - timedelta(days=1)
    words = "已逾期，请尽快办结" if last < on else "临近期限，请及时办结"
    text = f"“{objection.notice.title}”的一件异议{words}，期限 {last}。"
    tell(minding_objections(objection.notice.batch), text, url=objection.get_absolute_url(), at=at)
    return Effect(objection.notice.title, f"异议{words}，期限 {last}。")
