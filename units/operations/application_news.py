"""News of a unit that reach whoever has its applications before them."""

from portal.operations.notifications import notify
from units.desks import desk_of
from units.models import Application
from units.operations.desks import people_at
from units.operations.opinions import tell_clerks

S = Application.State
CHANGED = (S.DRAFT, S.RETURNED, S.REVIEWING, S.ACCEPTED)  # what can no longer go on


def tell_of_end(unit, *, at):
    """The unit is no more: its clerks hear what becomes of their applications, and the desks."""
    rows = Application.objects.filter(unit=unit, state__in=CHANGED).under_way().for_display()
    for application in rows.select_related("unit__successor"):
        _tell(application, at)


def _tell(application, at):
    unit = application.unit
    heir = f"并入“{unit.successor.name}”" if unit.successor_id else "注销"
    text = f"“{unit.name}”已{heir}，“{application.batch}”的申报不能再提交或上报。"
    tell_clerks(application, text, at=at)
    desk = desk_of(application)
    for person in people_at(desk, application) if desk else ():
        notify(person, text, url=application.get_absolute_url(), at=at)
