"""A unit's history as one list: events, namings, moves of titles and terms run out."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from units.models import Designation, DesignationEvent, UnitEvent
from units.rules import last_day

Kind, State = UnitEvent.Kind, Designation.State


@dataclass(frozen=True)
class Moment:
    """One line of the list: the day, what happened, and the papers beneath it."""

    day: date
    text: str
    detail: str = ""
    tone: str = ""
    year_only: bool = False


def moments(stand):
    """Everything known of the unit, latest first; `stand` says of which unit and titles."""
    found = [event_moment(each, stand.unit) for each in events_of(stand.unit)]
    for title in stand.all_titles:
        if title.state != State.VOIDED:
            found += title_moments(title)
    return sorted(found, key=lambda each: each.day, reverse=True)


def events_of(unit):
    """The unit's own events and those of units that joined it."""
    own = Q(unit=unit) | Q(other=unit, kind=Kind.MERGE)
    events = UnitEvent.objects.filter(own).select_related("unit", "other", "recorded_by")
    return events.order_by("-happened_on", "-pk")


def event_moment(event, unit):
    """An event as its line."""
    papers = [
        event.document_no,
        event.get_effect_display() if has_effect(event) else "",
        event.note,
    ]
    return Moment(event.happened_on, event_text(event, unit), " · ".join(filter(None, papers)))


def has_effect(event):
    return event.effect and event.kind != Kind.REGISTER


def event_text(event, unit):
    """What happened, in a sentence without its day."""
    if event.kind == Kind.MERGE and event.unit_id != unit.pk:
        return f"{event.unit.name} 并入本单位"
    return TEXTS[event.kind](event)


def _registered(event):
    origin = f"，由 {event.other.name} 分立" if event.other else ""
    return f"登记{origin}"


def _renamed(event):
    return f"更名：{event.before['name']} 改为 {event.after['name']}"


def _moved(event):
    return f"划转：{event.before['region_name']} 划归 {event.after['region_name']}"


def _corrected(event):
    labels = [event.unit._meta.get_field(name).verbose_name for name in event.after]
    return f"更正登记内容：{'、'.join(labels)}"


TEXTS = {
    Kind.REGISTER: _registered,
    Kind.RENAME: _renamed,
    Kind.TRANSFER: _moved,
    Kind.MERGE: lambda event: f"并入 {event.after['into_name']}",
    Kind.SPLIT: lambda event: f"分立：新设 {'、'.join(event.after['part_names'])}",
    Kind.CLOSE: lambda event: "注销",
    Kind.CORRECT: _corrected,
}


def title_moments(title):
    """Naming, moves and end of one title."""
    found = [_named(title)] if first_day(title) else []
    short = f"{title.get_level_display()}{title.kind.name}"
    for move in title.events.all():
        if move.verb in DesignationEvent.BY_CLOCK or move.verb == "name":
            continue  # the naming itself is told from the title
        papers = " · ".join(filter(None, [move.document_no, move.note]))
        found.append(Moment(move.happened_on, f"{short}称号{move.label}", papers))
    if ran_out(title):
        found.append(
            Moment(title.ends_on, f"{short}称号到期", f"有效期至 {last_day(title.ends_on)}")
        )
    return found


def first_day(title):
    """The day a naming stands under; of a year alone its first."""
    return (
        title.named_on
        or title.starts_on
        or (date(title.named_year, 1, 1) if title.named_year else None)
    )


def _named(title):
    batch = f"（{title.batch.name}）" if title.batch else ""
    text = f"命名为{title.get_level_display()}{title.kind.name}{batch}"
    return Moment(
        first_day(title), text, title.document_no, "title", year_only=title.named_on is None
    )


def ran_out(title):
    """A term that ended by itself, not one that was cut short."""
    return title.ends_on is not None and title.state in Designation.HOLDING
