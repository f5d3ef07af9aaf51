"""Forms of a decision: its papers, one line of a correction, the reason of giving a draft up."""

from django import forms
from django.urls import reverse_lazy

from portal.forms.base import DayField, OnceForm, VersionedForm
from units.forms.base import Lookup, UnitField, text
from units.models import DecisionLine, Unit

E = DecisionLine.Effect
LABELS = {E.VOID: "取消命名", E.CORRECT: "更正名称", E.NAME: "补充命名"}


class PapersForm(OnceForm):
    """Title, number, day, text and the signed paper."""

    title = text("标题", 120, required=True)
    document_no = text(
        "文号", 60, required=True, help_text="照文件写，例如 呼民委发〔2026〕31号；括号写法不限。"
    )
    decided_on = DayField(
        label="决定日期", required=True, help_text="称号从这一天起生效，不能晚于今天。"
    )
    text = text("正文", 10000, widget=forms.Textarea(attrs={"rows": 6}))
    file = forms.FileField(
        label="文件扫描件", required=False, help_text="PDF 或图片，不超过 20 MB，可以不传。"
    )
    own = OnceForm.own | {"file"}


class EditPapersForm(VersionedForm, PapersForm):
    """The same about a draft that is there already."""

    own = VersionedForm.own | PapersForm.own


class LineForm(OnceForm):
    """What a correction does to one unit."""

    effect = forms.ChoiceField(
        label="事项", choices=[(each.value, LABELS[each]) for each in DecisionLine.CORRECTING]
    )
    unit = UnitField(
        label="单位",
        noun="单位",
        widget=Lookup(reverse_lazy("units:unit-options"), "单位名称，输入后从列出的各项中选"),
    )
    unit_name = text("名单上的名称", 100, help_text="更正名称时必填；其余不填，按现名印。")
    reason = text("理由", 300, required=True, widget=forms.Textarea(attrs={"rows": 2}))

    def prepare(self):
        self.fields["unit"].rows = Unit.objects.visible_to(self.user)

    def clean(self):
        sent = self.cleaned_data
        if sent.get("effect") == E.CORRECT and not sent.get("unit_name"):
            self.add_error("unit_name", "请填写更正后的名称。")
        return sent


class DropForm(OnceForm):
    """Why a draft is given up."""

    note = text("原因", 300, required=True, widget=forms.Textarea(attrs={"rows": 2}))
