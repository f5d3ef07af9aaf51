"""The list of 征求意见: whom one waits for, and what came back."""

from html import escape

import django_filters
from django.urls import reverse
from django.utils.safestring import mark_safe

from portal.lists import Column
from portal.text import folded
from units.desk_list import Drawn, open_batches
from units.models import Consultation

A = Consultation.Answer
STATES = [("waiting", "未回复"), ("overdue", "逾期未回"), ("agreed", "无不同意见"),
          ("objected", "有不同意见")]  # fmt: skip
TONES = {A.NONE: "t-due", A.AGREED: "t-ok", A.OBJECTED: "t-bad"}


class ConsultationFilter(django_filters.FilterSet):
    """By unit, body asked, batch and answer."""

    q = django_filters.CharFilter(label="单位名称、拼音", method="search", max_length=60)
    body = django_filters.CharFilter(
        label="征求单位", field_name="body_name", lookup_expr="contains", max_length=60
    )
    batch = django_filters.ModelChoiceFilter(
        label="批次", field_name="application__batch", queryset=open_batches, empty_label="全部"
    )
    state = django_filters.ChoiceFilter(
        label="回复", choices=STATES, empty_label="全部", method="by_state"
    )

    def __init__(self, *args, today=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def filter_queryset(self, queryset):
        return queryset.none() if self.errors else super().filter_queryset(queryset)

    def search(self, queryset, name, value):
        for word in value.split():
            queryset = queryset.filter(application__unit__search_text__contains=folded(word))
        return queryset

    def by_state(self, queryset, name, value):
        if value == "overdue":
            return queryset.overdue(self.today)
        return queryset.awaited() if value == "waiting" else queryset.filter(answer=value)


def _unit(row):
    url = reverse("units:consultation", args=[row.pk])
    unit = row.application.unit
    more = f"{unit.region.name} · {row.application.batch}"
    return mark_safe(
        f'<a class="name" href="{url}">{escape(unit.name)}</a>'
        f'<div class="tiny muted">{escape(more)}</div>'
    )


def _reply_by(row):
    late = row.is_overdue(row.today)
    days = (row.today - row.reply_by).days
    more = f'<div class="tiny red strong">超 {days} 天</div>' if late else ""
    return mark_safe(f'<span class="num">{row.reply_by:%Y-%m-%d}</span>{more}')


def state_of_row(row):
    """(words, tone) of one row as of its `today`."""
    if row.is_overdue(row.today):
        return "逾期未回", "t-bad"
    return row.get_answer_display(), TONES[row.answer]


def _state(row):
    words, tone = state_of_row(row)
    return mark_safe(f'<span class="p-tag {tone}">{words}</span>')


COLUMNS = (
    Drawn("unit", "单位", _unit, css="first"),
    Column("body", "征求意见单位", lambda row: row.body_name, sort="body_name"),
    Column("asked_on", "发函日期", lambda row: row.asked_on, kind="date", sort="asked_on",
           label="发函"),
    Drawn("reply_by", "回复截止", _reply_by, sort="reply_by", css="num", label="截止"),
    Column("replied_on", "回复日期", lambda row: row.replied_on, kind="date", label="回复"),
    Drawn("state", "回复", _state, css="state nowrap"),
)  # fmt: skip
