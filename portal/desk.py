"""The shell's registry: apps say what stands in the menu and what a person has to do today."""

from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.urls import reverse

PANELS = []
ENTRIES = []
WIDEST = 7  # words a top bar holds; with more of them the seldom used ones fold away


@dataclass(frozen=True)
class Entry:
    """A word in the top bar. `roles` are those who have it; `section` marks it as current.

    `seldom` ones go under 更多 for people who have more words than the bar holds.
    """

    label: str
    url_name: str
    roles: frozenset
    section: str
    position: int = 50
    seldom: bool = False


def entry(**fields):
    """Put a word into the top bar."""
    ENTRIES.append(Entry(**fields))
    ENTRIES.sort(key=lambda each: each.position)


def panel(position):
    """Register a function `panel(user, day) -> {"template", …} or None` for the home page."""

    def register(function):
        PANELS.append((position, function))
        PANELS.sort(key=lambda pair: pair[0])
        return function

    return register


def load():
    """Import every module the settings name, so that it registers itself."""
    for name in ["portal.panels", *settings.DESK]:
        import_module(name)


def panels_for(user, day):
    """What this person's home page shows, in order."""
    drawn = (function(user, day) for _, function in PANELS)
    return [each for each in drawn if each]


def menu_for(user):
    """The words of this person's top bar: those it shows, and those under 更多."""
    role = getattr(user, "role", None)
    words = [each for each in ENTRIES if role in each.roles]
    folded = [each for each in words if each.seldom and len(words) > WIDEST]
    shown = [each for each in words if each not in folded]
    return _drawn(shown), _drawn(folded)


def _drawn(words):
    return [
        {"label": each.label, "url": reverse(each.url_name), "section": each.section}
        for each in words
    ]


def chrome(request):
    """Template context of the shell: commission, menu, unread messages (lazily)."""
    user = getattr(request, "user", None)
    menu, more = menu_for(user) if user else ([], [])
    return {
        "commission": settings.COMMISSION_NAME,
        "session_seconds": settings.SESSION_COOKIE_AGE - 60,  # its end moves once a minute
        "menu": menu,
        "menu_more": more,
        "unread": lambda: user.notifications.filter(read_at=None).count(),
    }
