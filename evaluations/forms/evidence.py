"""What a unit says of its evidence."""

from django import forms

from portal.forms.base import CONTROL, DayField


class DescribeForm(forms.Form):
    """Name and day of a piece of evidence."""

    title = forms.CharField(
        label="名称",
        max_length=120,
        widget=forms.TextInput(CONTROL),
        error_messages={"required": "请填写名称。", "max_length": "名称最多 120 个字。"},
    )
    taken_on = DayField(label="形成日期", required=False)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
