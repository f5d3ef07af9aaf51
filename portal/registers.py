"""The list page one works in: panels to tick, columns of choice, saved filters, rows to tick.

A page of it costs the same wherever it lies: the database walks ids, and fetches only the rows
that are shown.
"""

from dataclasses import dataclass
from functools import cached_property
from html import escape

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from portal.lists import PAGE_SIZES, ScopedList
from portal.models import SavedFilter, ViewChoice

TICK = (
    '<td class="c"><input class="form-check-input" type="checkbox" name="pk" value="{}"'
    ' form="bulk" aria-label="选择 {}"></td>'
)
NOT_STATE = ("page", "size", "csrfmiddlewaretoken", "pk", "scope", "act", "form_key")


@dataclass(frozen=True)
class Act:
    """A button of the bulk bar."""

    name: str
    label: str
    roles: frozenset


def state_of(params):
    """The part of an address that says which rows, in which order."""
    query = params.copy()
    for name in NOT_STATE:
        query.pop(name, None)
    for name in [name for name in query if not any(query.getlist(name))]:
        query.pop(name)
    return query


class Register(ScopedList):
    """A ScopedList for thousands of rows. A page names `key`, `listing_class`, `picks()`."""

    template_name = "portal/register.html"
    key = ""  # under which choices are kept
    presets = ()  # (name, query) that everybody has
    acts = ()
    listing_class = None

    def picks(self):
        """The panels of the filter bar."""
        return []

    @cached_property
    def listing(self):
        return self.listing_class(self.request.user, self.request.GET)

    @property
    def filterset(self):
        return self.listing.filterset

    @property
    def sort(self):
        return self.listing.sort

    def filtered(self):
        return self.listing.ids()

    def rows(self, page):
        return self.listing.page(page.object_list)

    @cached_property
    def choice(self):
        """The columns and page length this person chose here, if any."""
        return ViewChoice.objects.visible_to(self.request.user).filter(page=self.key).first()

    def page_size(self):
        chosen = self.choice.page_size if self.choice else PAGE_SIZES[0]
        return self.asked_size() or chosen

    @cached_property
    def offered(self):
        """The columns this person may have on the page."""
        return [each for each in self.columns if not each.roles or self.role in each.roles]

    @property
    def role(self):
        return self.request.user.role

    def shown_columns(self):
        chosen = set(self.choice.columns) if self.choice else set()
        if not chosen:
            return [each for each in self.offered if each.shown]
        return [each for each in self.offered if each.fixed or each.key in chosen]

    def saved(self):
        """Filters under a name: everybody's, then one's own."""
        now = state_of(self.request.GET)
        now.pop("sort", None)
        own = SavedFilter.objects.visible_to(self.request.user).filter(page=self.key)
        named = [(None, "全部", ""), *((None, *preset) for preset in self.presets)]
        named += [(each.pk, each.name, each.query) for each in own]
        return [
            {"pk": pk, "name": name, "query": query, "active": now == QueryDict(query)}
            for pk, name, query in named
        ]

    def count_of(self, query):
        """How many rows a saved filter finds today."""
        return self.listing_class(self.request.user, QueryDict(query)).filterset.qs.count()

    def own_url(self):
        """The address of this list, without what it is asked."""
        match = self.request.resolver_match
        return reverse(match.view_name, args=match.args, kwargs=match.kwargs)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        columns = self.shown_columns()
        keys = {column.key for column in columns}
        pairs = zip(context["rows"], context["table"], strict=True)
        context |= {
            "table": [tick(row) + cells for row, cells in pairs],
            "selectable": True,
            "key": self.key,
            "saved": self.saved(),
            "picks": self.picks(),
            "form": self.filterset.form,
            "choices": [(each, each.key in keys) for each in self.offered if not each.fixed],
            "acts": [act for act in self.acts if self.role in act.roles],
            "state": state_of(self.request.GET).urlencode(),
            "narrowed": bool(set(state_of(self.request.GET)) - {"sort"}),
            "now": timezone.now(),
            "list_url": self.own_url(),
        }
        return context


def tick(row):
    """The cell with the box that takes a row into a bulk act."""
    return mark_safe(TICK.format(row.pk, escape(str(row))))
