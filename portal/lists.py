"""The list page: one scoped queryset, one filter, sorting and paging; everything in the address."""

from dataclasses import dataclass
from functools import cached_property
from html import escape  # Django's own spends more on being lazy than on escaping

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import EmptyPage, Paginator
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.views.generic import TemplateView

from portal.gate import check_role

PAGE_SIZES = (50, 100, 200)
NUMERIC = {"date", "moment", "number"}
DATED = {
    "date": lambda value: value.strftime("%Y-%m-%d"),
    "moment": lambda value: localtime(value).strftime("%Y-%m-%d %H:%M"),
}


@dataclass(frozen=True)
class Column:
    """A heading and a function of the object; the same in page and workbook.

    `kind` is text, date, moment, number or tag. `sort` names the ordering; empty: none makes sense.
    `tone` gives the colour of a tag, `url` the address of a linked cell. `css` adds a class.
    """

    key: str
    heading: str
    value: object
    kind: str = "text"
    width: int = 14
    sort: str = ""
    tone: object = None
    url: object = None
    css: str = ""
    shown: bool = True
    fixed: bool = False  # cannot be taken off the page
    label: str = ""  # short word before the value on a phone
    roles: frozenset = frozenset()  # who may have it; empty: everybody

    @cached_property
    def classes(self):
        """Classes of heading and cell."""
        return " ".join(filter(None, ["num" if self.kind in NUMERIC else "", self.css]))

    @cached_property
    def blank(self):
        """A cell without a value; a phone leaves it out."""
        return f'<td class="{f"{self.classes} none".strip()}">—</td>'

    @cached_property
    def opening(self):
        """The tag every cell of this column begins with."""
        label = f' data-l="{self.label}"' if self.label else ""
        return f'<td class="{self.classes}"{label}>'

    def cell(self, row):
        """One table cell, escaped. Built in Python, from plain strings: a list has hundreds."""
        value = self.value(row)
        if value is None or value == "":
            return self.blank
        inner = escape(str(DATED[self.kind](value) if self.kind in DATED else value))
        if self.kind == "tag":
            inner = f'<span class="p-tag {escape(self.tone(row))}">{inner}</span>'
        elif self.url:
            inner = f'<a class="name" href="{escape(self.url(row))}">{inner}</a>'
        return f"{self.opening}{inner}</td>"


class ScopedList(LoginRequiredMixin, TemplateView):
    """Rows the person may see, filtered, sorted and cut into pages.

    A page names `queryset`, `filterset_class`, `columns`, `title`; `template_name` where it has
    more to show than the table.
    """

    template_name = "portal/list.html"
    roles = ()  # empty: every role; scope decides what they see
    queryset = None
    filterset_class = None
    columns = ()
    title = ""
    section = ""
    count_word = "条"
    empty_hint = ""
    default_sort = ""

    def dispatch(self, request, *args, **kwargs):
        if self.roles and request.user.is_authenticated:
            check_role(request.user, self.roles)
        return super().dispatch(request, *args, **kwargs)

    def visible(self):
        """Every row in scope, before filtering."""
        return self.queryset.visible_to(self.request.user)

    @cached_property
    def filterset(self):
        return self.filterset_class(self.request.GET, queryset=self.visible(), request=self.request)

    @cached_property
    def sort(self):
        """The ordering asked for, if a column offers it."""
        asked = self.request.GET.get("sort", "")
        allowed = {column.sort for column in self.columns if column.sort}
        return asked if asked.removeprefix("-") in allowed else self.default_sort

    def filtered(self):
        """The rows the address asks for, in its order."""
        rows = self.filterset.qs
        if not self.sort:
            return rows
        return rows.order_by(self.sort, "-pk" if self.sort.startswith("-") else "pk")

    def page_size(self):
        return self.asked_size() or PAGE_SIZES[0]

    def asked_size(self):
        """The page length in the address, if it is one of those there are."""
        asked = self.request.GET.get("size", "")
        return next((each for each in PAGE_SIZES if str(each) == asked), None)

    def page(self):
        """The page asked for, or the last there is."""
        pages = Paginator(self.filtered(), self.page_size())
        asked = self.request.GET.get("page", "1")
        number = int(asked) if asked.isdecimal() and len(asked) < 9 else 1
        try:
            page = pages.page(number)
        except EmptyPage:
            page = pages.page(pages.num_pages)
        page.shown = list(pages.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
        page.shown = [each if isinstance(each, int) else None for each in page.shown]
        return page

    def rows(self, page):
        """The objects of one page; a list page that must add to them does so here."""
        return list(page)

    def shown_columns(self):
        """The columns on the page; a list page with a choice of columns overrides this."""
        return [column for column in self.columns if column.shown]

    def headings(self, columns):
        return [self._heading(column) for column in columns]

    def _heading(self, column):
        up, down = self.sort == column.sort, self.sort == f"-{column.sort}"
        query = self.request.GET.copy()
        query.pop("page", None)
        query["sort"] = f"-{column.sort}" if up else column.sort
        return {
            "text": column.heading,
            "css": column.classes,
            "url": f"?{query.urlencode()}" if column.sort else "",
            "arrow": ("↑" if up else "↓" if down else "") if column.sort else "",
            "order": ("ascending" if up else "descending" if down else "") if column.sort else "",
        }

    def get_context_data(self, **kwargs):
        page, columns = self.page(), self.shown_columns()
        rows = self.rows(page)
        return super().get_context_data(
            **kwargs,
            page=page,
            rows=rows,
            headings=self.headings(columns),
            table=[mark_safe("".join(each.cell(row) for each in columns)) for row in rows],
            filterset=self.filterset,
            title=self.title,
            section=self.section,
            count_word=self.count_word,
            empty_hint=self.empty_hint,
            sizes=PAGE_SIZES,
        )
