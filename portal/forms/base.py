"""Fields and manners that every form shares."""

import secrets

from django import forms
from django.core.validators import RegexValidator

from portal.dates import parse_date
from portal.text import storable
from portal.widgets import RegionField

CONTROL = {"class": "form-control"}
DRESS = {"select": "form-select", "checkbox": "form-check-input", "radio": "p-radios"}
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


class VersionedForm(OnceForm):
    """A form about a row: it remembers which version of the row was on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def _dress(field):
    kind = getattr(field.widget, "input_type", "")
    field.widget.attrs.setdefault("class", DRESS.get(kind, "form-control"))
    field.error_messages["required"] = f"请{'选择' if _is_chosen(field) else '填写'}{field.label}。"


def _is_chosen(field):
    return isinstance(field, RegionField | forms.ChoiceField) or getattr(field, "is_chosen", False)


check_phone = RegexValidator(
    r"^[0-9+()（）转 -]{5,20}$", "工作电话只写数字、横线和分机，例如 0470-8221234。"
)


def text(label, length, **more):
    """A line of text; a form says `required=False` where it may stay empty."""
    return forms.CharField(label=label, max_length=length, **more)
