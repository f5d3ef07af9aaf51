"""待我审核: the applications on my desks, oldest first."""

from functools import cached_property

from django.urls import reverse
from django.utils import timezone

from portal.lists import ScopedList
from portal.models import User
from portal.registers import state_of, tick
from units.desk_list import COLUMNS, HOLDER, DeskListing
from units.models import Application

CHIPS = (
    ("all", "全部", ""),
    ("overdue", "已逾期", "due=overdue"),
    ("soon", "7 天内到期", "due=soon"),
    ("mended", "改动重报", "again=1"),
)


class Desk(ScopedList):
    """The to-do of an officer."""

    queryset = Application.objects.all()
    columns = COLUMNS
    roles = (User.Role.OFFICER,)
    template_name = "units/desk.html"
    title = "待我审核"
    section = "desk"
    count_word = "件"
    empty_hint = "单位提交申报，或下级上报后，会列在这里。"

    @cached_property
    def listing(self):
        return DeskListing(self.request.user, self.request.GET, timezone.now())

    @property
    def filterset(self):
        return self.listing.filterset

    @property
    def sort(self):
        return self.listing.sort

    def filtered(self):
        return self.listing.ids()

    def shown_columns(self):
        mixed = self.listing.holding.is_mixed
        return [each for each in COLUMNS if mixed or each is not HOLDER]

    @cached_property
    def state(self):
        """The address's filter and order, which the review page walks along."""
        return state_of(self.request.GET).urlencode()

    def rows(self, page):
        rows = self.listing.page(page.object_list)
        for row in rows:
            url = reverse("units:review", args=[row.pk])
            row.url = f"{url}?{self.state}" if self.state else url
        return rows

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        counts = self.listing.counts()
        pairs = zip(context["rows"], context["table"], strict=True)
        held = self.listing.holding
        return context | {
            "table": [tick(row) + cells for row, cells in pairs],
            "selectable": True,
            "state": self.state,
            "chips": [
                {"label": label, "query": query, "n": counts[key], "on": self.state == query}
                for key, label, query in CHIPS
            ],
            "counts": counts,
            "givers": sorted(
                {each.name for each in [*held.givers.values(), *held.line_givers.values()]}
            ),
            "tab": "desk",
        }
