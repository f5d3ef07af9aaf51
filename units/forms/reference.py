"""Forms of 类别, 称号种类, 命名办法 and 评选条件."""

import secrets

from django import forms

from portal.forms.base import DayField
from portal.forms.reference import LinesField, ReferenceForm
from units.models import Category, HonourRule, Regulation, TitleKind

FAMILIES = [
    ("CITY", "市（盟）"),
    ("COUNTY", "旗县（市、区）"),
    ("TOWNSHIP", "苏木乡镇（街道）"),
    ("COMMUNITY", "社区和嘎查村"),
    ("ORGAN", "机关"),
    ("SCHOOL", "学校"),
    ("ENTERPRISE", "企业"),
    ("RELIGIOUS", "宗教活动场所"),
    ("OTHER", "其他"),
]
FORMS_HELP = "名单里这一类的其他写法，一行一种，导入时据此识别。"


class CodedForm(ReferenceForm):
    """A row with a code of its own; rows that people add get one that no fixture will claim."""

    printed_forms = LinesField(label="名单中的写法", help_text=FORMS_HELP)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.code:
            self.instance.code = f"own_{secrets.token_hex(6)}"


class CategoryForm(CodedForm):
    family = forms.ChoiceField(label="测评体系", choices=FAMILIES)

    class Meta:
        model = Category
        fields = [
            "name",
            "scope",
            "family",
            "printed_forms",
            "code_optional",
            "is_active",
            "position",
        ]


class TitleKindForm(CodedForm):
    class Meta:
        model = TitleKind
        fields = ["name", "family", "printed_forms", "is_active", "position"]


class RegulationForm(ReferenceForm):
    starts_on = DayField(label="施行日期")
    ends_on = DayField(label="废止日期", required=False)

    class Meta:
        model = Regulation
        fields = ["title", "document_no", "starts_on", "ends_on", "note", "confirmed"]

    def clean(self):
        sent = super().clean()
        starts, ends = sent.get("starts_on"), sent.get("ends_on")
        if starts and ends and ends <= starts:
            self.add_error("ends_on", "废止日期须晚于施行日期。")
        return sent


class HonourRuleForm(ReferenceForm):
    class Meta:
        model = HonourRule
        fields = [
            "regulation",
            "level",
            "kind",
            "requires_level",
            "years_held",
            "term_years",
            "note",
            "confirmed",
        ]
