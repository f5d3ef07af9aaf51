"""Forms of what happens to a unit: each with its day, its document and what titles do."""

from django import forms
from django.urls import reverse_lazy

from portal.forms.base import DayField, VersionedForm
from portal.widgets import RegionField
from units.forms.base import Lookup, UnitField, text
from units.models import Unit, UnitEvent
from units.models.registry import credit_code_fault

Effect = UnitEvent.Effect
PLACES = 3
TO_PARTS = [(str(number), f"由新单位 {number + 1} 承接") for number in range(PLACES)]


class ChangeForm(VersionedForm):
    """The day, the papers, and the effect on the unit's titles in force."""

    happened_on = DayField(label="发生日期", help_text="以文件载明的日期为准，不能晚于今天。")
    document_no = text("文号", 60)
    note = text("说明", 300, widget=forms.Textarea(attrs={"rows": 2}))
    effect = forms.ChoiceField(
        label="对现有称号", choices=Effect.choices, initial=Effect.KEEP, required=True
    )
    own = VersionedForm.own | {"happened_on", "document_no", "effect"}
    first = ()

    def __init__(self, *args, unit, **kwargs):
        self.unit = unit
        super().__init__(*args, **kwargs)
        self.order_fields([*self.first, "happened_on", "effect", "keeper", "closes"])

    @property
    def papers(self):
        """Day, document, note and effect as the operations take them."""
        sent = self.cleaned_data
        told = {"on": sent["happened_on"], "document_no": sent["document_no"], "note": sent["note"]}
        return {**told, "effect": Effect(sent["effect"])} if "effect" in sent else told

    @property
    def arguments(self):
        """What the operation wants besides the papers."""
        return self.values


class RenameForm(ChangeForm):
    name = text("新名称", 100, required=True)
    first = ("name",)


class TransferForm(ChangeForm):
    to = RegionField(label="划入地区")
    first = ("to",)

    def prepare(self):
        self.fields["to"].scope_to(self.user)


class MergeForm(ChangeForm):
    into = UnitField(
        label="并入单位",
        noun="单位",
        widget=Lookup(reverse_lazy("units:unit-options"), "输入名称，从列出的各项中选"),
    )
    first = ("into",)

    def prepare(self):
        self.fields["into"].rows = Unit.objects.visible_to(self.user)


class CloseForm(ChangeForm):
    effect = None  # titles end with the unit


class SplitForm(ChangeForm):
    is_wide = True
    keeper = forms.ChoiceField(
        label="称号归属", choices=[("", "留在原单位"), *TO_PARTS], required=False
    )
    closes = forms.BooleanField(label="原单位同时注销", required=False)

    def prepare(self):
        for number in range(PLACES):
            name = text(f"新单位 {number + 1} 全称", 100, required=number == 0)
            self.fields[f"name_{number}"] = name
            self.fields[f"code_{number}"] = text(f"新单位 {number + 1} 信用代码", 18)
        self.first = tuple(f"{each}_{n}" for n in range(PLACES) for each in ("name", "code"))

    def clean(self):
        for number in range(PLACES):
            fault = credit_code_fault(self.cleaned_data.get(f"code_{number}", ""))
            if fault:
                self.add_error(f"code_{number}", fault)
        keeper = self.cleaned_data.get("keeper")
        if keeper and not self.cleaned_data.get(f"name_{keeper}"):
            self.add_error("keeper", "承接称号的新单位还没有填名称。")
        return self.cleaned_data

    @property
    def arguments(self):
        sent = self.cleaned_data
        filled = [number for number in range(PLACES) if sent[f"name_{number}"]]
        keeper = filled.index(int(sent["keeper"])) if sent["keeper"] else None
        parts = [self._part(sent[f"name_{n}"], sent[f"code_{n}"]) for n in filled]
        return {"parts": parts, "keeper": keeper, "closes": sent["closes"]}

    def _part(self, name, code):
        unit = self.unit
        place = {"region": unit.region, "category": unit.category}
        return {"name": name, "credit_code": code, **place}


CHANGE_FORMS = {
    "rename": RenameForm,
    "transfer": TransferForm,
    "merge": MergeForm,
    "split": SplitForm,
    "close": CloseForm,
}
