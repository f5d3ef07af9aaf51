"""How points are written: 5 or 4.5 on sheets, 95.35 in totals and rankings."""

from math import inf

from django import template

from evaluations.rules.items import rounded
from evaluations.tree import neat

register = template.Library()


@register.filter
def short(value):
    """5.00 as 5, 4.50 as 4.5; nothing where nothing is known."""
    return "" if value is None else neat(rounded(value))


@register.filter
def points(value):
    """Two decimals, rounded half up from the unrounded value."""
    return "" if value is None else rounded(value)


@register.filter
def signed(value):
    """+1.25 or −0.40, as differences are written."""
    return f"{value:+.2f}".replace("-", "−")


@register.filter
def interval(severity):
    """The ends of an interval; a dash where there is too little to say."""
    if severity.high == inf:
        return "—"
    return f"{signed(severity.low)} 至 {signed(severity.high)}"


@register.filter
def percent(share):
    """0.30 as 30%."""
    return f"{share * 100:.0f}%"
