"""Small words of this floor's templates."""

from django import template

from portal import audit_labels
from units import materials, rules, timeline

register = template.Library()


@register.filter
def act(code):
    """What an act of the audit log is called."""
    return audit_labels.label_of(code)


@register.filter
def last_day(ends_on):
    """The last day inside a half-open period."""
    return rules.last_day(ends_on)


@register.simple_tag
def event_text(event, unit):
    """What happened to a unit, in a sentence."""
    return timeline.event_text(event, unit)


@register.filter
def size(count):
    """1.2 MB, 300 KB."""
    return materials.size_words(count)
