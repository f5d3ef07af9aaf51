"""What is asked before many rows are changed at once."""

from uuid import uuid4

from django import forms

from units.models import Category


class CategoryForm(forms.Form):
    """The new category of all selected units."""

    form_key = forms.CharField(
        widget=forms.HiddenInput, required=False, initial=lambda: uuid4().hex
    )
    expected = forms.IntegerField(widget=forms.HiddenInput)
    category = forms.ModelChoiceField(
        label="改为",
        queryset=Category.objects.none(),
        empty_label="请选择类别",
        error_messages={"required": "请选择类别。"},
    )
    note = forms.CharField(label="说明", max_length=300, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.visible_to(user).filter(is_active=True)
        self.fields["category"].widget.attrs["class"] = "form-select"
        self.fields["note"].widget.attrs["class"] = "form-control"

    def clean(self):
        self.cleaned_data.pop("form_key", None)
        return self.cleaned_data
