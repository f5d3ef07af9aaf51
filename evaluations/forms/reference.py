"""Forms of 测评类型 and of which category belongs to which."""

from django import forms

from evaluations.models import Family, FamilyCategory
from portal.forms.reference import ReferenceForm


class FamilyForm(ReferenceForm):
    class Meta:
        model = Family
        fields = ["code", "name", "position"]
        help_texts = {"code": "大写英文，例如 ORGAN；建立以后不要再改。"}

    def clean_code(self):
        code = self.cleaned_data["code"].strip().upper()
        if not code.isascii() or not code.replace("_", "").isalnum():
            raise forms.ValidationError("代码只用英文字母、数字和下划线，例如 ORGAN。")
        return code


class FamilyCategoryForm(ReferenceForm):
    class Meta:
        model = FamilyCategory
        fields = ["category", "family", "confirmed"]
