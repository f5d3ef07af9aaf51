"""Naming the clerk of a unit, and taking in a list of accounts."""

from django import forms

from portal.forms.base import OnceForm


class BindClerkForm(OnceForm):
    username = forms.CharField(
        label="填报员用户名",
        max_length=40,
        help_text="登录码条上的用户名。还没有账号的，请系统管理员建立。",
        error_messages={"max_length": "用户名最长 40 个字。"},
        widget=forms.TextInput({"autocapitalize": "none", "autocomplete": "off"}),
    )


class AccountListForm(OnceForm):
    file = forms.FileField(
        label="名单文件",
        allow_empty_file=True,
        help_text="第一行是列名。.xlsx 或 .csv，一次最多 2000 个账号。",
        error_messages={"required": "请选择名单文件。"},
        widget=forms.ClearableFileInput({"accept": ".xlsx,.csv"}),
    )
