"""Forms of the top floor."""

from django import forms

from awards import rules
from awards.models import Certificate
from portal.forms.base import OnceForm
from portal.text import storable


def _line(label, length, placeholder):
    attrs = {"class": "form-control", "autocomplete": "off", "placeholder": placeholder}
    widget = forms.TextInput(attrs)
    return forms.CharField(label=label, max_length=length, required=False, widget=widget)


class VerifyForm(forms.Form):
    """A certificate's number together with its unit, or its code."""

    number = _line("证书编号", 120, "如：呼伦贝尔市民团证〔2026〕0001号")
    unit = _line("单位名称", 100, "与证书上的名称一致")
    code = _line("核验码", 64, "二维码所指网址最后一段，32 位")

    def clean(self):
        sent = {name: storable(value or "") for name, value in super().clean().items()}
        both = sent.get("number") and sent.get("unit")
        if not self.errors and not both and not sent.get("code"):
            raise forms.ValidationError("请同时填写证书编号和单位名称；或者只填核验码。")
        return sent

    @property
    def asked(self):
        """What to look for."""
        sent = self.cleaned_data
        if sent["code"]:
            return {"code": sent["code"].strip().lower()}
        key, unit = rules.number_key(sent["number"]), rules.unit_key(sent["unit"])
        return {"number_key": key, "unit_key": unit}


class ReissueForm(OnceForm):
    """Why a paper is replaced under its own number."""

    reason = forms.ChoiceField(
        label="事由", choices=[(each.value, each.label) for each in Certificate.REISSUES]
    )
    note = forms.CharField(
        label="情况说明",
        max_length=300,
        widget=forms.Textarea({"rows": 3, "class": "form-control"}),
    )


class VoidForm(OnceForm):
    """Why a paper should not have been made."""

    note = forms.CharField(
        label="作废原因",
        max_length=300,
        widget=forms.Textarea({"rows": 3, "class": "form-control"}),
    )
