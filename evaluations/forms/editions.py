"""Forms of editions and of the nodes of their trees."""

from decimal import Decimal

from django import forms

from evaluations.index_sheet import cells
from evaluations.models import Family, IndexEdition, Indicator
from portal.forms.base import DayField, OnceForm, VersionedForm
from portal.forms.base import text as line
from portal.forms.reference import LinesField
from portal.text import storable

Kind, Tier = Indicator.Kind, Indicator.Tier
METHODS = "材料审核、实地考察、听取汇报、问卷调查、个别访谈、座谈会、抽查提问、明察暗访、日常掌握"
PLAIN = {"class": "form-control num p-points", "inputmode": "decimal"}


class PointsField(forms.CharField):
    """Points as people type them, also in full width: ５, 2.5分."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(PLAIN))
        super().__init__(max_length=12, **kwargs)

    def run_validators(self, value):
        """The browser bounds what is typed; the figure is bounded below."""

    def to_python(self, value):
        typed = super().to_python(value)
        if not typed:
            return None
        number, fault = cells.points(typed)
        if fault:
            raise forms.ValidationError(f"{fault}。")
        if number < 0:
            raise forms.ValidationError("分值不能小于 0。")
        return number

    def prepare_value(self, value):
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class BandsField(forms.CharField):
    """Bands of a threshold: 95:10；90:7"""

    def run_validators(self, value):
        """What was typed is looked at below."""

    def to_python(self, value):
        typed = super().to_python(value)
        if not typed:
            return []
        pairs, fault = cells.bands(typed[:200])
        if fault:
            raise forms.ValidationError(f"{fault}。")
        return pairs

    def prepare_value(self, value):
        if isinstance(value, list):
            return "；".join(f"{reached}:{points}" for reached, points in value)
        return value


class EditionForm(OnceForm):
    """The facts of an edition."""

    is_wide = True

    family = forms.ModelChoiceField(Family.objects.none(), label="测评类型", empty_label="请选择")
    title = line("名称", 100)
    issuer = line("发布单位", 100)
    document_no = line("文号", 60, required=False)
    edition_no = line("版本", 40, help_text="同一发布单位、同一类型下不能重复，例如 2026。")
    region_variant = line("地区适用", 40, required=False, help_text="例如 西部地区；通用的不填。")
    total = PointsField(label="总分")
    bonus_cap = PointsField(label="加分上限", initial=Decimal(0))
    apply_line = PointsField(label="申报线", help_text="自评达到这个分数才能申报。")
    pass_line = PointsField(label="合格线")
    step = PointsField(label="打分步长", initial=Decimal("0.5"))
    method = forms.ChoiceField(label="合分办法", choices=IndexEdition.Method.choices)
    words_cap = forms.IntegerField(
        label="每项说明字数上限", min_value=50, max_value=5000, initial=500
    )
    files_cap = forms.IntegerField(label="每项材料数上限", min_value=0, max_value=50, initial=5)
    starts_on = DayField(label="施行日期")
    reason_below_full = forms.BooleanField(label="扣分须写理由", required=False, initial=True)
    is_sample = forms.BooleanField(label="示例（非正式）", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["family"].queryset = Family.objects.visible_to(self.user)

    def clean_step(self):
        step = self.cleaned_data["step"]
        if step <= 0 or step % Decimal("0.25"):
            raise forms.ValidationError("步长须大于 0，并且是 0.25 的倍数，例如 0.5。")
        return step

    def clean(self):
        sent = super().clean()
        total = sent.get("total")
        for name in ("apply_line", "pass_line", "bonus_cap"):
            if total is not None and sent.get(name) is not None and sent[name] > total:
                self.add_error(name, f"不能高于总分 {total:f}。")
        return sent

    @property
    def values(self):
        """Fields of an edition."""
        told = self.cleaned_data
        return {n: v for n, v in told.items() if n not in ("form_key", "version", "sheet")}


class CorrectEditionForm(EditionForm, VersionedForm):
    """The facts of a draft, with the version that was on the screen."""


class PreviewForm(EditionForm):
    """The facts of an edition to be made of one sheet of a workbook."""

    sheet = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=50)


class UploadForm(OnceForm):
    """A workbook that holds an index."""

    file = forms.FileField(
        label="Excel 文件",
        max_length=400,
        help_text="民委自己的指标表（.xlsx，不超过 10 MB）。合并单元格、多行表头都可以。",
        error_messages={"empty": "这个文件是空的，没有读取任何内容。请重新选择。"},
    )


class CopyForm(OnceForm):
    """The next edition, begun as a copy."""

    title = line("名称", 100)
    edition_no = line("新版本", 40, help_text="例如 2027，不能与现有版本重复。")
    starts_on = DayField(label="施行日期")


class RetireForm(OnceForm):
    """The end of an edition."""

    on = DayField(label="停用日期", help_text="从这一天起不再用于新的自查和测评。")
    note = line("停用原因", 300, widget=forms.Textarea({"rows": 3}))


class IndicatorForm(VersionedForm):
    """A node of a draft; which fields it has depends on its tier."""

    parent = forms.ModelChoiceField(Indicator.objects.none(), label="上级指标", empty_label=None)
    code = line("编号", 20)
    text = line("内容", 1000, widget=forms.Textarea({"rows": 3}))
    standard = line("评分标准", 1000, required=False, widget=forms.Textarea({"rows": 3}))
    kind = forms.ChoiceField(label="计分方式", choices=Kind.choices)
    points = PointsField(label="满分", required=False)
    each = PointsField(label="每次分值", required=False)
    checklist = LinesField(label="清单", help_text="一行一条，按达到的条数折算。")
    bands = BandsField(
        label="分档",
        required=False,
        max_length=200,
        help_text="比例（或条数）:分值，从高到低，例如 95:10；90:7；85:4。",
    )
    methods = line("测评方法", 200, required=False, help_text=f"用顿号隔开，例如 {METHODS}。")
    evidence_asked = line(
        "需提供材料", 300, required=False, help_text="用顿号隔开；不用上传的留空。"
    )
    department = line("责任部门", 60, required=False)
    item_set = line("清单来源", 20, required=False, help_text="例如 六有、七个一、四个一。")
    minimum = PointsField(
        label="最低分", required=False, help_text="本项低于这个分数，总分再高也不合格。"
    )

    OF = {
        Tier.SECTION: ("code", "text", "points", "minimum"),
        Tier.GROUP: ("parent", "code", "text", "points"),
        Tier.ITEM: (
            "parent",
            "code",
            "text",
            "kind",
            "points",
            "each",
            "checklist",
            "bands",
            "standard",
            "methods",
            "evidence_asked",
            "department",
            "item_set",
        ),
    }

    def __init__(self, *args, tier, parents, **kwargs):
        super().__init__(*args, **kwargs)
        self.tier = tier
        kept = (*self.OF[tier], "form_key", "version")
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        self.order_fields(kept)
        if "parent" in self.fields:
            self.fields["parent"].queryset = parents
        if tier != Tier.ITEM:
            self.fields["points"].label = "写明的分值"
            self.fields["points"].help_text = "可以不填；填了就与所属要点的合计核对。"
        self.fields["version"].required = False

    def clean_code(self):
        code = cells.code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError("请填写编号。")
        return code

    def clean_methods(self):
        return cells.split_list(storable(self.cleaned_data["methods"]))

    def clean_checklist(self):
        return [word for each in self.cleaned_data["checklist"] for word in cells.lines(each)]

    def clean(self):
        sent = super().clean()
        kind, points = sent.get("kind"), sent.get("points")
        if kind == Kind.VETO and points:
            self.add_error("points", "一票否决的要点不计分，请清空分值。")
        if kind in Kind.values and kind not in (Kind.VETO, Kind.DEDUCTION) and points == 0:
            self.add_error("points", "满分须大于 0。")
        return sent

    @property
    def values(self):
        """Fields of an indicator; what the kind has no use for is emptied."""
        told = {n: v for n, v in self.cleaned_data.items() if n not in ("form_key", "version")}
        told["points"] = told.get("points") or Decimal(0)
        if self.tier == Tier.ITEM:
            told |= dict(self._unused(told["kind"]))
        return told

    @staticmethod
    def _unused(kind):
        if kind not in (Kind.OCCURRENCE, Kind.DEDUCTION):
            yield "each", None
        if kind != Kind.CHECKLIST:
            yield "checklist", []
        if kind not in (Kind.CHECKLIST, Kind.THRESHOLD):
            yield "bands", []


def as_filled(node):
    """The form's fields as a stored node stands."""
    told = {name: getattr(node, name) for name in IndicatorForm.base_fields if hasattr(node, name)}
    told["methods"] = "、".join(node.methods)
    told["parent"] = node.parent_id
    return told
