"""Forms of accounts: what a person is called, and what they may do."""

import secrets

from django import forms

from portal.forms.base import check_phone
from portal.models import User
from portal.models.user import tidy_username
from portal.widgets import RegionField

GRANTABLE = [choice for choice in User.Role.choices if choice[0] != User.Role.UNASSIGNED]
TEXT = {"class": "form-control"}


def text_field(label, length, **fields):
    """One line of text whose fault is told in a sentence."""
    fields.setdefault("required", False)
    faults = {"required": f"请填写{label}。", "max_length": f"{label}最长 {length} 个字。"}
    widget = forms.TextInput(TEXT)
    return forms.CharField(
        label=label, max_length=length, widget=widget, error_messages=faults, **fields
    )


def role_field(label, **fields):
    faults = {"required": "请选择角色。", "invalid_choice": "请从列表中选择角色。"}
    select = forms.Select({"class": "form-select"})
    choices = [("", "请选择"), *GRANTABLE]
    return forms.ChoiceField(
        label=label, choices=choices, widget=select, error_messages=faults, **fields
    )


class DetailsForm(forms.Form):
    """What an account is called; about the post, not about the person."""

    name = text_field("称呼", 40, required=True, help_text="科室或岗位，例如“民委办公室”。")
    post = text_field("岗位", 40)
    work_phone = text_field(
        "工作电话", 20, help_text="办公电话，例如 0470-8221234。", validators=[check_phone]
    )


class EditAccountForm(DetailsForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class NewAccountForm(DetailsForm):
    form_key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    username = text_field("用户名", 40, help_text="小写字母、数字和横线；不填则自动生成。")
    region = RegionField(label="所属地区")
    proposed_role = role_field("拟授角色", help_text="由安全保密管理员确认后生效。")

    field_order = ["username", "name", "post", "work_phone", "region", "proposed_role"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].scope_to(user)
        self.fields["form_key"].initial = secrets.token_hex(16)

    def clean_username(self):
        username = tidy_username(self.cleaned_data["username"])
        if username and not username.replace("-", "").replace("_", "").isalnum():
            raise forms.ValidationError("用户名只用字母、数字和横线，请修改。")
        if len(username) > 40:
            raise forms.ValidationError("用户名最长 40 个字。")
        return username


class GrantForm(forms.Form):
    """The three things that only the security administrator decides."""

    role = role_field("角色")
    region = RegionField(label="所属地区", help_text="能看到这个地区及其下级。")
    may_sign = forms.BooleanField(
        label="可签发（分管领导，仅限审核人员）",
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    note = text_field("依据或说明", 200)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].scope_to(user)


class ReasonForm(forms.Form):
    """Why an account loses something."""

    note = text_field("原因", 200, required=True)
