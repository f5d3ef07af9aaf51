"""What a list page posts about itself."""

from django import forms

from portal.lists import PAGE_SIZES


class ListedField(forms.Field):
    """Every value sent under the name."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value):
        if any(not each.isidentifier() or len(each) > 40 for each in value or []):
            raise forms.ValidationError("不是列名。")
        return list(value or [])


class ViewForm(forms.Form):
    """Columns and page length."""

    page = forms.SlugField(max_length=40)
    columns = ListedField(required=False)
    size = forms.TypedChoiceField(
        choices=[(str(each), each) for each in PAGE_SIZES],
        coerce=int,
        required=False,
        empty_value=0,
    )
    reset = forms.BooleanField(required=False)
    query = forms.CharField(max_length=4000, required=False)


class KeepForm(forms.Form):
    """A filter to be kept."""

    page = forms.SlugField(max_length=40)
    name = forms.CharField(max_length=20)
    query = forms.CharField(max_length=1000, required=False)
