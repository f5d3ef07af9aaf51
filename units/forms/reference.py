"""Forms of 类别, 称号种类, 命名办法 and 评选条件."""

import secrets

from django import forms

from portal.forms.base import DayField
from portal.forms.reference import LinesField, ReferenceForm
from portal.models import Region
from units.models import Category, Occasion, Regulation, TitleKind

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
LOW = (Region.Level.TOWNSHIP, Region.Level.VILLAGE)  # no document holds for these alone
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
    region = forms.ModelChoiceField(
        label="适用地区",
        queryset=Region.objects.in_being().exclude(level__in=LOW),
        required=False,
        empty_label="全国",
    )
    starts_on = DayField(label="施行日期")
    ends_on = DayField(label="废止日期", required=False)

    class Meta:
        model = Regulation
        fields = ["title", "document_no", "region", "starts_on", "ends_on", "note", "confirmed"]

    def clean(self):
        sent = super().clean()
        starts, ends = sent.get("starts_on"), sent.get("ends_on")
        if starts and ends and ends <= starts:
            self.add_error("ends_on", "废止日期须晚于施行日期。")
        return sent


class OccasionForm(ReferenceForm):
    class Meta:
        model = Occasion
        fields = [
            "name",
            "month",
            "part",
            "counting",
            "from_year",
            "until_year",
            "source",
            "confirmed",
        ]

    def clean(self):
        sent = super().clean()
        first, end = sent.get("from_year"), sent.get("until_year")
        if first and end and end <= first:
            self.add_error("until_year", "终止年份须晚于起始年份。")
        return sent
