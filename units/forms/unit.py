"""Forms of the unit register: entering, correcting, whom to call."""

from django import forms
from django.db.models import Q

from portal.forms.base import DayField, OnceForm, VersionedForm, check_phone
from portal.widgets import RegionField
from units.forms.base import text
from units.models import Category
from units.models.registry import credit_code_fault


class UnitForm(OnceForm):
    """What is kept of a unit, apart from whom to call."""

    is_wide = True
    name = text("单位全称", 100, required=True)
    short_name = text("简称", 40)
    category = forms.ModelChoiceField(
        label="类别", queryset=Category.objects.none(), empty_label="请选择"
    )
    region = RegionField(label="行政区划")
    stands_for = forms.BooleanField(
        label="代表该地区",
        required=False,
        help_text="旗县、苏木乡镇整体获得的称号，登记在代表该地区的单位名下。",
    )
    credit_code = text(
        "统一社会信用代码", 18, help_text="18 位；嘎查村、社区、连队没有的可以不填。"
    )
    address = text("地址", 120)
    brand_feature = text("一进一特色", 60)
    brand_highlight = text("一品一亮点", 60)
    remark = text("备注", 300, widget=forms.Textarea(attrs={"rows": 2}))

    def prepare(self):
        self.fields["region"].scope_to(self.user)
        kept = self.initial.get("category")
        offered = Q(is_active=True) | Q(pk=kept.pk if kept else None)
        self.fields["category"].queryset = Category.objects.visible_to(self.user).filter(offered)

    def clean_credit_code(self):
        code = self.cleaned_data["credit_code"].upper()
        if fault := credit_code_fault(code):
            raise forms.ValidationError(fault)
        return code

    def clean(self):
        category, code = self.cleaned_data.get("category"), self.cleaned_data.get("credit_code")
        if category and code == "" and not self.may_lack_code(category):
            self.add_error("credit_code", f"“{category}”须填统一社会信用代码。")
        return self.cleaned_data

    def may_lack_code(self, category):
        return category.code_optional

    @property
    def unit_values(self):
        """The fields of Unit that were sent in."""
        sent = dict(self.values)
        sent["represents"] = sent["region"] if sent.pop("stands_for") else None
        return sent


class ContactFields(forms.Form):
    """Whom to call about work: a post and an office line, nothing about the person."""

    contact_name = text("联系人", 40, help_text="可只写称呼，不填个人信息。")
    contact_post = text("联系人岗位", 40)
    contact_phone = text(
        "工作电话", 20, help_text="办公电话，不在公开页面显示。", validators=[check_phone]
    )


class NewUnitForm(ContactFields, UnitForm):
    """Entering a unit by hand."""

    registered_on = DayField(
        label="成立（登记）日期", required=False, help_text="不清楚可以不填，表示一直就有。"
    )
    document_no = text("文号", 60)
    note = text("说明", 300)
    own = UnitForm.own | {"registered_on", "document_no", "seen"}
    seen = forms.BooleanField(required=False, widget=forms.HiddenInput)


class CorrectUnitForm(VersionedForm, UnitForm):
    """Putting mistakes right."""

    note = text("更正原因", 300, required=True)

    def may_lack_code(self, category):
        return category.code_optional or not self.initial.get("credit_code")


class ContactForm(VersionedForm, ContactFields):
    """Whom to call, kept up to date by the unit itself."""
