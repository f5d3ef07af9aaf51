"""What is asked before a token is made."""

from django import forms


class TokenForm(forms.Form):
    """What the token is for."""

    name = forms.CharField(
        label="用途",
        max_length=40,
        widget=forms.TextInput(attrs={"class": "form-control", "placeholder": "如：统计报表取数"}),
    )
