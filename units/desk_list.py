"""My to-do: the applications on the desks a person holds, filtered and in order."""

from datetime import timedelta
from functools import cached_property
from html import escape

import django_filters
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.safestring import mark_safe

from portal.listings import Listing
from portal.lists import Column
from portal.text import folded
from portal.times import Deadline, span, until
from portal.widgets import RegionFilter
from units.holdings import Holding
from units.models import Application, Batch, BatchStage, Category, Submission

SOON = timedelta(days=7)
DUE = [("overdue", "已逾期"), ("soon", "7 天内"), ("later", "7 天以后")]
WHOSE = [("own", "本级"), ("line", "条线"), ("stand_in", "代办")]
LATE_DAYS, LONG_DAYS = 10, 5  # from when a stay is drawn amber and red


def with_deadline(applications):
    """With `due_at`, the end of the reviewing stage, and whether it was handed in again."""
    stages = BatchStage.objects.filter(
        batch=OuterRef("batch"), kind=BatchStage.Kind.REVIEWING
    ).annotate(end=Least("ends_at", Coalesce("closed_at", "ends_at")))
    again = Submission.objects.filter(application=OuterRef("pk"), number__gt=1)
    return applications.annotate(due_at=Subquery(stages.values("end")[:1]), again=Exists(again))


def open_batches(request):
    return Batch.objects.visible_to(request.user).filter(state=Batch.State.OPEN)


class DeskFilter(django_filters.FilterSet):
    """By unit, place, batch, category, time left and whose desk it lies on."""

    q = django_filters.CharFilter(label="单位名称、拼音", method="search", max_length=60)
    region = RegionFilter(field_name="unit__region")
    batch = django_filters.ModelChoiceFilter(
        label="批次", queryset=open_batches, empty_label="全部"
    )
    category = django_filters.ModelChoiceFilter(
        label="类别", queryset=lambda request: Category.objects.visible_to(request.user),
        empty_label="全部",
    )  # fmt: skip
    due = django_filters.ChoiceFilter(
        label="期限", choices=DUE, empty_label="全部", method="by_time"
    )
    again = django_filters.ChoiceFilter(
        label="重报", choices=[("1", "改动重报")], empty_label="全部", method="by_again"
    )
    whose = django_filters.ChoiceFilter(
        label="经办", choices=WHOSE, empty_label="全部", method="by_holder"
    )

    def __init__(self, *args, holding, at, **kwargs):
        super().__init__(*args, **kwargs)
        self.holding, self.at = holding, at
        if not holding.is_mixed:
            del self.filters["whose"]

    def filter_queryset(self, queryset):
        return queryset.none() if self.errors else super().filter_queryset(queryset)

    def search(self, queryset, name, value):
        for word in value.split():
            queryset = queryset.filter(unit__search_text__contains=folded(word))
        return queryset

    def by_time(self, queryset, name, value):
        return queryset.filter(time_left(value, self.at))

    def by_again(self, queryset, name, value):
        return queryset.filter(again=True)

    def by_holder(self, queryset, name, value):
        held = self.holding
        own = Q(at_line_desk=False, desk=held.own_region)
        line = Q(at_line_desk=True, body__in=held.own_bodies)
        asked = {"own": own, "line": line, "stand_in": ~own & ~line}
        return queryset.filter(asked[value])


def time_left(value, at):
    """The condition under which an application has that much time left."""
    soon = Q(due_at__gt=at, due_at__lte=at + SOON)
    return {"overdue": Q(due_at__lte=at), "soon": soon, "later": Q(due_at__gt=at + SOON)}[value]


class DeskListing(Listing):
    """What lies on a person's desks."""

    queryset = Application.objects.all()
    orderings = {
        "since": [F("desk_since")],
        "due": [F("due_at"), F("desk_since")],
        "name": [F("unit__name")],
        "batch": [F("batch"), F("body"), F("desk_since")],
    }
    default_sort = "since"

    def __init__(self, user, params, at=None):
        super().__init__(user, params)
        self.at = at or timezone.now()

    @cached_property
    def holding(self):
        return Holding.of(self.user)

    def visible(self):
        held = self.holding.mine(self.queryset.visible_to(self.user))
        return with_deadline(held)

    @cached_property
    def filterset(self):
        asker = type("Asker", (), {"user": self.user})
        told = {"holding": self.holding, "at": self.at}
        return DeskFilter(self.params, queryset=self.visible(), request=asker, **told)

    def fetch(self, ids):
        rows = self.queryset.filter(pk__in=ids).select_related(
            "unit__region", "category", "batch", "body", "desk"
        )
        return with_deadline(rows.defer("deeds", "batch__notice_text"))

    def dress(self, rows):
        for row in rows:
            row.giver = self.holding.whose(row)
            row.deadline = Deadline(row.due_at, self.at) if row.due_at else None
            row.at = self.at

    def counts(self):
        """How many there are, overdue, due soon, handed in again: of all, unfiltered."""
        return self.visible().aggregate(
            all=Count("pk"),
            overdue=Count("pk", filter=time_left("overdue", self.at)),
            soon=Count("pk", filter=time_left("soon", self.at)),
            mended=Count("pk", filter=Q(again=True)),
        )

    def place(self, pk):
        """(position, number, key before, key after) of an application in this list."""
        keys = list(self.ids().values_list("pk", flat=True))
        if pk not in keys:
            return None, len(keys), None, keys[0] if keys else None
        at = keys.index(pk)
        before = keys[at - 1] if at else None
        after = keys[at + 1] if at + 1 < len(keys) else None
        return at + 1, len(keys), before, after


def stay(row):
    """How many days it has been here."""
    return (row.at - row.desk_since).days if row.desk_since else 0


class Drawn(Column):
    """A column whose cell is drawn by its value, already escaped."""

    def cell(self, row):
        inner = self.value(row)
        return f"{self.opening}{inner}</td>" if inner else self.blank


def _unit(row):
    more = f"{row.category.name} · {row.unit.region.name}"
    return mark_safe(
        f'<a class="name" href="{escape(row.url)}">{escape(row.unit.name)}</a>'
        f'<div class="tiny muted">{escape(more)}</div>'
    )


def _stay(row):
    days = stay(row)
    tone = " a3" if days >= LATE_DAYS else " a2" if days >= LONG_DAYS else ""
    words = f"{days} 天" if days else span(row.at - row.desk_since) if row.desk_since else "—"
    return mark_safe(f'<span class="p-age{tone}"><b>{words}</b></span>')


def _due(row):
    if row.deadline is None:
        return ""
    tone = "red strong" if row.deadline.is_over else "muted"
    return mark_safe(
        f'<span class="num">{until(row.due_at)}</span>'
        f'<div class="tiny {tone}">{row.deadline.words}</div>'
    )


def _holder(row):
    if row.giver:
        return escape(f"代{row.giver.name}")
    return escape(row.body.name if row.at_line_desk else row.desk.name)


def state_of_row(row):
    """(words, tone) of what is to be done with it."""
    if row.deadline and row.deadline.is_over:
        return "逾期", "t-bad"
    if row.again:
        return "改动重报", "t-mend"
    final = row.desk_id == row.batch.region_id and not row.at_line_desk
    return ("待受理", "t-due") if final else ("待审核", "t-due")


def _state(row):
    words, tone = state_of_row(row)
    return mark_safe(f'<span class="p-tag {tone}">{words}</span>')


HOLDER = Drawn("holder", "经办", _holder)
COLUMNS = (
    Drawn("unit", "单位", _unit, sort="name", css="first"),
    Column("batch", "批次", lambda row: str(row.batch), sort="batch"),
    Column("body", "推荐单位", lambda row: row.body.name, css="hide-mid"),
    HOLDER,
    Drawn("stay", "已停留", _stay, sort="since", css="num", label="停留"),
    Drawn("due", "办理期限", _due, sort="due", label="期限"),
    Drawn("state", "状态", _state, css="state nowrap"),
)
