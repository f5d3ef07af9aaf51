"""Filters by ticking: fields that know how they are drawn, and the panels that draw them."""

from dataclasses import dataclass, field

import django_filters
from django import forms


class TickField(forms.MultipleChoiceField):
    """Values ticked in a panel; a foreign one is a sentence, not a row."""

    default_error_messages = {
        "invalid_choice": "“%(value)s”不在可选范围内，没有列出任何行。请重新选择。"
    }


class RowsField(forms.Field):
    """Rows named by key in the address, fetched in one query from those the person may see."""

    widget = forms.MultipleHiddenInput
    hidden_widget = forms.MultipleHiddenInput

    def __init__(self, *, rows, keys=("pk",), **kwargs):
        super().__init__(**kwargs)
        self.rows, self.keys = rows, keys

    def to_python(self, value):
        asked = [each for each in value or [] if each]
        if not asked:
            return []
        if len(asked) > 500:
            raise forms.ValidationError(
                f"{self.label}选得过多，没有列出任何行。请减到 500 个以内。"
            )
        return self._found(asked)

    def _found(self, asked):
        found = {}
        for key in self.keys:
            wanted = [each for each in asked if _fits(key, each)]
            if wanted:
                rows = self.rows().filter(**{f"{key}__in": wanted})
                found |= {str(getattr(row, key)): row for row in rows}
        missing = [each for each in asked if each not in found]
        if missing:
            raise forms.ValidationError(f"没有找到所选的{self.label}，没有列出任何行。请重新选择。")
        return list({row.pk: row for row in found.values()}.values())


def _fits(key, text):
    if key == "pk":
        return text.isascii() and text.isdigit() and len(text) < 12
    return text.isascii() and text.isdigit() and len(text) == 12


class RowsFilter(django_filters.Filter):
    """A filter by rows in sight; `rows(request)` is asked when the address names some."""

    field_class = RowsField

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows

    @property
    def field(self):
        self.extra["rows"] = lambda: self.rows(self.parent.request)
        return super().field


class TickFilter(django_filters.Filter):
    """Any of a fixed list of values."""

    field_class = TickField


@dataclass
class Pick:
    """One panel of the filter bar: what it is called, what it says now, what can be ticked."""

    name: str
    label: str
    summary: str = "不限"
    kind: str = "checkbox"  # checkbox, radio, year, lazy (fetched when opened), more (of these)
    options: list = field(default_factory=list)
    url: str = ""
    hint: str = ""
    value: str = ""
    on: bool = False


def ticked(form, name, *, kind="checkbox"):
    """The panel of a filter with a fixed list of values."""
    chosen = set(form[name].value() or []) if kind == "checkbox" else {form[name].value() or ""}
    choices = form.fields[name].choices
    options = [(str(key), label, str(key) in chosen) for key, label in choices]
    words = [label for key, label, on in options if on and key]
    pick = Pick(name, form.fields[name].label, kind=kind, options=options, on=bool(words))
    pick.summary = summary(words)
    return pick


def typed(form, name):
    """The panel of a filter by a year that is typed."""
    value = str(form[name].value() or "")
    label = form.fields[name].label
    return Pick(name, label, value or "不限", "year", value=value, on=bool(value))


def fetched(form, name, url, hint):
    """The panel of a filter whose list is fetched when the panel is opened."""
    rows = form.cleaned_data.get(name) or [] if form.is_bound and form.is_valid() else []
    options = [(str(row.pk), str(row), True) for row in rows]
    words = [label for _, label, _ in options]
    label = form.fields[name].label
    return Pick(name, label, summary(words), "lazy", options, url, hint, on=bool(options))


def more(*picks):
    """One panel for filters that are seldom wanted."""
    words = [f"{pick.label} {pick.summary}" for pick in picks if pick.on]
    return Pick("more", "更多", summary(words) if words else "", "more", picks, on=bool(words))


def summary(words):
    """What a closed panel says."""
    if not words:
        return "不限"
    return words[0] if len(words) == 1 else f"已选 {len(words)} 项"
