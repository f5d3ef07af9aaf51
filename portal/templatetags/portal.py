"""Small words of the templates: icons, addresses, dates."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.http import urlencode

from portal import times
from portal.words import ACCOUNT_ACTS

register = template.Library()


@register.simple_tag
def icon(name, size=16):
    """An icon of the sprite; decorative, so hidden from screen readers."""
    return format_html(
        '<svg class="i i{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        size,
        static("build/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def address(context, **changes):
    """This page's address with some parameters changed; None takes one out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"


@register.filter
def day(value):
    """2026-11-22, or a dash where nothing is known."""
    return value.strftime("%Y-%m-%d") if value else "—"


@register.filter
def moment(at):
    """11-22 17:30, with its year where that is not this year."""
    return times.moment(at) if at else ""


@register.filter
def until(at):
    """2026-11-22 17:30, or 24:00 of the day that ends at that moment."""
    return times.until(at) if at else ""


@register.filter
def query(pairs):
    """A dict as a query string."""
    return urlencode(pairs)


@register.filter
def account_act(action):
    """An act on an account in words."""
    return ACCOUNT_ACTS.get(action, action)


@register.filter
def normal(value):
    """A figure without idle zeros: 60, 2.5."""
    return "" if value in (None, "") else f"{value.normalize():f}"
