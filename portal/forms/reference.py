"""Forms of reference rows; each edits the row it shows and saves through one operation."""

import secrets

from django import forms

from portal.forms.base import DayField
from portal.models import Holiday, Setting


class ReferenceForm(forms.ModelForm):
    """A row with the version it was opened with; read-only for those who do not keep the table."""

    form_key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, read_only=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = secrets.token_hex(16)
        self.fields["version"].initial = self.instance.version
        for field in self.fields.values():
            self._dress(field, read_only)

    def _dress(self, field, read_only):
        kind = getattr(field.widget, "input_type", "")
        wanted = {"select": "form-select", "checkbox": "form-check-input"}.get(kind, "form-control")
        field.widget.attrs.setdefault("class", wanted)
        field.disabled = field.disabled or (read_only and not field.widget.is_hidden)
        field.error_messages["required"] = f"请填写{field.label}。"

    @property
    def row_fields(self):
        """Columns that the form may change."""
        return list(self._meta.fields)


class LinesField(forms.CharField):
    """A list of words, one a line."""

    widget = forms.Textarea

    def __init__(self, **kwargs):
        kwargs.setdefault("required", False)
        super().__init__(max_length=2000, **kwargs)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        if isinstance(value, list):
            return value
        lines = (line.strip() for line in (value or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def run_validators(self, value):
        """Length is that of what was typed; the list itself needs no check."""

    def has_changed(self, initial, data):
        return self.to_python(initial) != self.to_python(data)


class NumbersField(forms.CharField):
    """Whole numbers in a row: 30、7、1."""

    def prepare_value(self, value):
        return "、".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value):
        if isinstance(value, list):
            return value
        parts = (value or "").replace("，", "、").replace(",", "、").split("、")
        words = [part.strip() for part in parts if part.strip()]
        if not all(word.isascii() and word.isdigit() and len(word) < 5 for word in words):
            raise forms.ValidationError("请填写整数，用顿号隔开，例如 30、7、1。")
        return [int(word) for word in words]

    def run_validators(self, value):
        """Each number has been looked at above."""


class SettingForm(ReferenceForm):
    class Meta:
        model = Setting
        fields = ["value", "source", "confirmed"]

    def __init__(self, *args, **kwargs):
        instance = kwargs["instance"]
        self.base_fields = {**self.base_fields, "value": _value_field(instance)}
        super().__init__(*args, **kwargs)
        self.initial["value"] = instance.value


def _value_field(setting):
    label = f"值（{setting.unit}）" if setting.unit else "值"
    if isinstance(setting.value, list):
        return NumbersField(label=label)
    if isinstance(setting.value, int):
        return forms.IntegerField(label=label, min_value=0, max_value=100_000)
    return forms.CharField(label=label, max_length=60)


class HolidayForm(ReferenceForm):
    day = DayField(label="日期")

    class Meta:
        model = Holiday
        fields = ["day", "name", "is_workday"]
