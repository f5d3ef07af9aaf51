"""Fields of this floor's forms: rows named by typing."""

import re

from django import forms
from django.utils.html import format_html, format_html_join

from portal.forms.base import CONTROL, TYPED
from portal.text import storable


class Lookup(forms.TextInput):
    """A field that proposes rows while one types; what counts is the number it begins with."""

    def __init__(self, url, placeholder):
        self.url = url
        super().__init__({**CONTROL, "placeholder": placeholder, "autocomplete": "off"})

    def render(self, name, value, attrs=None, renderer=None):
        list_id = f"{(attrs or {}).get('id', name)}_list"
        more = {**(attrs or {}), "list": list_id, "data-lookup": str(self.url)}
        field = super().render(name, value, more, renderer)
        return format_html('{}<datalist id="{}"></datalist>', field, list_id)


class RowField(forms.Field):
    """One row in sight, named by the number at the head of the text or by its whole name."""

    is_chosen = True

    def __init__(self, *, rows=None, noun="", **kwargs):
        self.rows, self.noun = rows, noun
        super().__init__(**kwargs)

    def to_python(self, value):
        text = storable(str(value or "")).strip()[:TYPED]
        if not text:
            return None
        found = list(self.matching(text)[:2])
        if len(found) == 1:
            return found[0]
        raise forms.ValidationError(self._fault(text, found))

    def _fault(self, text, found):
        if found:
            return f"叫“{text}”的{self.noun}不止一个，请从输入时列出的各项中选一个。"
        return f"在您的辖区内没有找到{self.noun}“{text}”，请从输入时列出的各项中选一个。"

    def prepare_value(self, value):
        return self.label_of(value) if hasattr(value, "pk") else value


class UnitField(RowField):
    """A unit: #12 示例猎民村（托扎敏乡）."""

    def matching(self, text):
        number = re.match(r"#(\d{1,12})", text)
        rows = self.rows.active().select_related("region")
        return rows.filter(pk=number[1]) if number else rows.filter(name=text)

    @staticmethod
    def label_of(unit):
        return f"#{unit.pk} {unit.name}（{unit.region.name}）"


def options(labels):
    """The proposals of a lookup as the page's datalist takes them."""
    return format_html_join("", '<option value="{}"></option>', ((each,) for each in labels))


def text(label, length, **more):
    """A line of text; empty unless `required` is said."""
    more.setdefault("required", False)
    return forms.CharField(label=label, max_length=length, **more)
