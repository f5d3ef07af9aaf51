"""Forms of coming in and of changing one's password."""

from django import forms
from django.contrib.auth.password_validation import validate_password

from portal.models.user import tidy_username

LONGEST = 40  # characters of a user name


def password_input(purpose):
    """A field whose content is never sent back to the page."""
    return forms.PasswordInput(attrs={"class": "form-control", "autocomplete": purpose})


def text_input(**attrs):
    return forms.TextInput(attrs={"class": "form-control", **attrs})


class NameMixin(forms.Form):
    """A user name, in the one spelling that accounts have."""

    username = forms.CharField(
        label="用户名",
        max_length=LONGEST,
        widget=text_input(
            autocomplete="username", autocapitalize="none", spellcheck="false", autofocus=True
        ),
        error_messages={"required": "请填写用户名。", "max_length": "用户名最长 40 个字。"},
    )

    def clean_username(self):
        """Some signs become several letters; more than an account may have is nobody's name."""
        return tidy_username(self.cleaned_data["username"])[:LONGEST]


class SignInForm(NameMixin):
    password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        widget=password_input("current-password"),
        error_messages={"required": "请填写密码。", "max_length": "密码最长 128 位。"},
    )


class NewPasswordMixin(forms.Form):
    """A password of one's own, twice."""

    new_password = forms.CharField(
        label="新密码",
        max_length=128,
        strip=False,
        help_text="至少 10 位，不全是数字，不与用户名相近。可以用一句好记的话。",
        widget=password_input("new-password"),
        error_messages={"required": "请填写新密码。", "max_length": "密码最长 128 位。"},
    )
    repeated = forms.CharField(
        label="再输一遍新密码",
        max_length=128,
        strip=False,
        widget=password_input("new-password"),
        error_messages={"required": "请再输一遍新密码。", "max_length": "密码最长 128 位。"},
    )

    def clean_repeated(self):
        if self.cleaned_data.get("new_password") not in (None, self.cleaned_data["repeated"]):
            raise forms.ValidationError("两次输入的新密码不一样，请重新输入。")
        return self.cleaned_data["repeated"]

    def check_rules(self, user):
        """Add each password rule that is broken to the form; True if none is."""
        try:
            validate_password(self.cleaned_data["new_password"], user)
        except forms.ValidationError as faults:
            self.add_error("new_password", faults)
        return not self.errors


class CodeForm(NewPasswordMixin, NameMixin):
    code = forms.CharField(
        label="一次性登录码",
        max_length=30,
        help_text="登录码条上的 12 位字母和数字，横线可以不填。",
        widget=text_input(autocomplete="one-time-code", autocapitalize="characters"),
        error_messages={"required": "请填写登录码。", "max_length": "登录码只有 12 位。"},
    )

    field_order = ["username", "code", "new_password", "repeated"]


class ChangePasswordForm(NewPasswordMixin):
    password = forms.CharField(
        label="现在的密码",
        max_length=128,
        strip=False,
        widget=password_input("current-password"),
        error_messages={"required": "请填写现在的密码。", "max_length": "密码最长 128 位。"},
    )

    field_order = ["password", "new_password", "repeated"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError("现在的密码不对，没有更改。")
        return self.cleaned_data["password"]
