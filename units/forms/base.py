"""Fields and manners that every form of this floor shares."""

import re
import secrets

from django import forms
from django.utils.html import format_html, format_html_join

from portal.dates import parse_date
from portal.text import storable
from portal.widgets import RegionField

CONTROL = {"class": "form-control"}
TYPED = 160  # characters of a field that names a row or a day


class DayField(forms.Field):
    """A day typed or picked: 2026-11-22, 2026年11月22日, 2026.11.22."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", DayInput())
        super().__init__(**kwargs)

    def to_python(self, value):
        text = storable(str(value or "")).strip()[:TYPED]
        if not text:
            return None
        parsed = parse_date(text)
        if parsed.fault or parsed.precision != "day":
            raise forms.ValidationError(parsed.fault or "请写到日，例如 2026-11-22。")
        return parsed.day

    def has_changed(self, initial, data):
        return str(initial or "") != str(data or "")


class DayInput(forms.TextInput):
    """A plain field: the date pickers of old browsers show the day in their own order."""

    def __init__(self):
        super().__init__({**CONTROL, "placeholder": "如：2026-11-22", "inputmode": "numeric"})

    def format_value(self, value):
        return value.isoformat() if hasattr(value, "isoformat") else value


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


class OnceForm(forms.Form):
    """A form whose every instance acts once, and that knows who fills it in."""

    form_key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    own = frozenset({"form_key", "version", "note"})
    is_wide = False  # two columns where the window has room

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["form_key"].initial = secrets.token_hex(16)
        self.prepare()
        for field in self.fields.values():
            _dress(field)

    def prepare(self):
        """Narrow the choices to what this person may see; forms with choices override it."""

    @property
    def values(self):
        """What was sent in, without the form's own bookkeeping."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.own}


def _dress(field):
    kind = getattr(field.widget, "input_type", "")
    wanted = {"select": "form-select", "checkbox": "form-check-input"}.get(kind, "form-control")
    field.widget.attrs.setdefault("class", wanted)
    chosen = isinstance(field, RowField | RegionField | forms.ChoiceField)
    field.error_messages["required"] = f"请{'选择' if chosen else '填写'}{field.label}。"


class VersionedForm(OnceForm):
    """A form about a row: it remembers which version of the row was on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def text(label, length, **more):
    """A line of text; empty unless `required` is said."""
    more.setdefault("required", False)
    return forms.CharField(label=label, max_length=length, **more)
