"""Fields and manners of the ground floor's forms."""

import secrets

from django import forms
from django.core.validators import RegexValidator

from portal.dates import parse_date


class DayInput(forms.TextInput):
    """A plain field: the date pickers of old browsers show the day in their own order."""

    def __init__(self):
        super().__init__({"placeholder": "如：2026-11-22", "inputmode": "numeric"})

    def format_value(self, value):
        return value.isoformat() if hasattr(value, "isoformat") else value


class DayField(forms.CharField):
    """A day as people write it: 2026-11-22, 2026年11月22日, 2026.11.22."""

    widget = DayInput

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return None
        parsed = parse_date(text)
        if parsed.fault or parsed.precision != "day":
            raise forms.ValidationError(parsed.fault or "请写到日，例如 2026-11-22。")
        return parsed.day


class OnceForm(forms.Form):
    """A form whose every instance acts once; `user` is who fills it in."""

    form_key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["form_key"].initial = secrets.token_hex(16)
        for field in self.fields.values():
            _dress(field)


class VersionedForm(OnceForm):
    """A form about a row: it remembers which version of the row was on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def _dress(field):
    kind = getattr(field.widget, "input_type", "")
    wanted = {"select": "form-select", "checkbox": "form-check-input"}.get(kind, "form-control")
    field.widget.attrs.setdefault("class", wanted)
    chosen = isinstance(field, forms.ChoiceField) or not hasattr(field, "max_length")
    field.error_messages["required"] = f"请{'选择' if chosen else '填写'}{field.label}。"


check_phone = RegexValidator(
    r"^[0-9+()（）转 -]{5,20}$", "工作电话只写数字、横线和分机，例如 0470-8221234。"
)


def text(label, length, **more):
    """A line of text; a form says `required=False` where it may stay empty."""
    return forms.CharField(label=label, max_length=length, **more)
