"""Bringing a list, saying what its columns are, mending a row."""

from django import forms
from django.urls import reverse_lazy

from portal.errors import Refused
from portal.forms.base import OnceForm
from portal.widgets import RegionField
from units.forms.base import Lookup, UnitField
from units.importing import fields
from units.importing.fields import LABELS, WHOLE_LIST, Mapping
from units.models import Level, TitleKind, Unit

NOT_READ = [("", "不导入这一列")]
FIELD_CHOICES = NOT_READ + list(LABELS.items())
MOST = 10 * 1024 * 1024


class NewImportForm(OnceForm):
    """A file, or a list copied from a page or a document."""

    file = forms.FileField(
        label="名单文件",
        required=False,
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
        help_text=".xlsx 或 .csv，不超过 10 MB。.xls、.et 请先另存为 .xlsx。可以把文件拖到这里。",
    )
    text = forms.CharField(
        label="或者粘贴名单",
        required=False,
        strip=False,
        widget=forms.Textarea(
            {"rows": 8, "placeholder": "从网页、Word、WPS 或 Excel 复制的表格或名单"}
        ),
    )

    def clean(self):
        said = self.cleaned_data
        file, text = said.get("file"), (said.get("text") or "").strip()
        if not file and not text and not self.errors:
            raise forms.ValidationError("请选择名单文件，或者粘贴名单。")
        if file and text:
            raise forms.ValidationError("文件和粘贴的内容只能选一样，请去掉其中一样。")
        if file and file.size > MOST:
            raise forms.ValidationError("文件超过 10 MB，没有导入任何一行。请分成几个文件。")
        return said


class MappingForm(forms.Form):
    """Which column is what; what is not in a column may hold for the whole list."""

    level = forms.ChoiceField(label="级别", required=False)
    kind = forms.CharField(label="称号种类", required=False, max_length=60)
    batch = forms.CharField(label="批次", required=False, max_length=40)
    year = forms.CharField(label="年份", required=False, max_length=8)
    named_on = forms.CharField(label="命名日期", required=False, max_length=20)
    document_no = forms.CharField(label="文号", required=False, max_length=60)
    region = forms.CharField(label="所在地区", required=False, max_length=60)

    def __init__(self, *args, table, mapping, user, **kwargs):
        super().__init__(*args, initial=mapping.constants, **kwargs)
        self.table, self.mapping = table, mapping
        levels = [("", "名单中已写明"), *((each.label, each.label) for each in Level)]
        self.fields["level"].choices = levels
        self.kinds = list(TitleKind.objects.visible_to(user).filter(is_active=True))
        for name, field in self.fields.items():
            css = "form-select" if name == "level" else "form-control"
            field.widget.attrs.update({"class": css})
        self.fields["kind"].widget.attrs["list"] = "kinds"
        self.columns = self._columns()

    def _columns(self):
        sheet = self.table.sheets[self.mapping.sheet]
        by_number = {number: name for name, number in self.mapping.columns.items()}
        names = []
        for number, heading in enumerate(fields.headings(sheet, self.mapping), 1):
            key = f"column-{number}"
            field = forms.ChoiceField(choices=FIELD_CHOICES, required=False, label=heading)
            field.widget.attrs.update({"class": "form-select", "aria-label": f"“{heading}”是什么"})
            self.fields[key], self.initial[key] = field, by_number.get(number, "")
            names.append((heading, key))
        return names

    def heads(self):
        """(heading, bound field) of every column, in order."""
        return [(heading, self[key]) for heading, key in self.columns]

    def wholes(self):
        """The fields that may hold for the whole list."""
        return [self[name] for name in WHOLE_LIST]

    def clean(self):
        chosen = {}
        for number, (_, key) in enumerate(self.columns, 1):
            name = self.cleaned_data.get(key)
            if name and name in chosen:
                raise forms.ValidationError(f"有两列都对应“{LABELS[name]}”，请去掉其中一列。")
            if name:
                chosen[name] = number
        said = {name: self.cleaned_data.get(name, "") for name in WHOLE_LIST}
        constants = {name: value.strip() for name, value in said.items() if value.strip()}
        self.chosen = Mapping(chosen, constants, self.mapping.sheet, self.mapping.heading_row)
        try:
            fields.check(self.chosen, self.table)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return self.cleaned_data


class RowForm(forms.Form):
    """One row: its cells, and whom or where it means."""

    unit = UnitField(
        label="就是名册中的",
        required=False,
        noun="单位",
        widget=Lookup(reverse_lazy("units:unit-options"), "输入名称查找"),
        help_text="不选则按名称和地区自动匹配。",
    )
    place = RegionField(label="选定地区", required=False, help_text="名单写得不清楚时在这里选定。")
    is_new = forms.BooleanField(label="确认是新单位", required=False)

    def __init__(self, *args, row, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.row, said = row, {**row.raw, **row.edits}
        for name, label in LABELS.items():
            if name in said or name in ("level", "kind", "batch", "year", "region"):
                self.fields[name] = self._cell(name, label, said.get(name, ""))
        self.fields["unit"].rows = Unit.objects.visible_to(user)
        self.fields["place"].scope_to(user)
        self.initial["is_new"] = bool(row.choice.get("new"))
        self.fields["is_new"].widget.attrs["class"] = "form-check-input"
        self.order_fields([*LABELS, "unit", "place", "is_new"])

    @staticmethod
    def _cell(name, label, value):
        field = forms.CharField(label=label, required=False, max_length=300, initial=value)
        field.widget.attrs["class"] = "form-control"
        return field

    def change(self):
        """What was said of the row, as the operation takes it down."""
        said, choice = self.cleaned_data, dict(self.row.choice)
        cells = {name: said[name] for name in LABELS if name in said}
        edits = {name: text for name, text in cells.items() if text != self.row.raw.get(name, "")}
        choice.pop("new", None)
        if said["unit"]:
            choice = {"unit": said["unit"].pk}
        if said["place"]:
            choice["region"] = said["place"].pk
        if said["is_new"]:
            choice["new"] = True
        return {"edits": edits, "choice": choice, "set_aside": False}
