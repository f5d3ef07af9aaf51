"""How a person wants messages."""

from django import forms

from portal import channels
from portal.forms.base import VersionedForm
from portal.models import Delivery, NewsChoice

CLOCK = forms.TimeInput({"placeholder": "如：20:00", "inputmode": "numeric"}, format="%H:%M")
SHAPES = ["%H:%M", "%H：%M", "%H.%M"]


class NewsForm(VersionedForm):
    """Which ways, how often, and when it is to be quiet; only the ways that are set up."""

    by_email = forms.BooleanField(label="发到邮箱", required=False)
    email = forms.EmailField(label="工作邮箱", required=False, max_length=100)
    by_gateway = forms.BooleanField(label="发到政务微信或钉钉", required=False)
    pace = forms.ChoiceField(label="频次", choices=NewsChoice.Pace.choices)
    quiet_from = forms.TimeField(
        label="免打扰自", required=False, input_formats=SHAPES, widget=CLOCK
    )
    quiet_until = forms.TimeField(
        label="免打扰至", required=False, input_formats=SHAPES, widget=CLOCK
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ways = channels.configured()
        if Delivery.Channel.EMAIL not in ways:
            del self.fields["by_email"], self.fields["email"]
        if Delivery.Channel.GATEWAY not in ways:
            del self.fields["by_gateway"]
        for name in ("quiet_from", "quiet_until"):
            self.fields[name].error_messages["invalid"] = "请写成 20:00 这样的时间。"

    def clean(self):
        told = super().clean()
        if told.get("by_email") and not told.get("email") and "email" not in self.errors:
            self.add_error("email", "选择发到邮箱时，请填写工作邮箱。")
        if bool(told.get("quiet_from")) != bool(told.get("quiet_until")):
            self.add_error("quiet_until", "免打扰的开始和结束时间要一起填写，或都不填。")
        return told
