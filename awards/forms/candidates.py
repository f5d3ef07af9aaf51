"""Forms of the 培育库."""

from django import forms

from portal.forms.base import OnceForm, VersionedForm

LINES = {"rows": 5}


class NoteForm(VersionedForm):
    """What is done to bring a unit on."""

    words = forms.CharField(
        label="培育措施",
        max_length=1000,
        required=False,
        strip=True,
        widget=forms.Textarea(LINES),
        help_text="写明帮什么、谁来帮、何时完成。汇总表的备注取第一行。",
    )


class RemoveForm(OnceForm):
    """Why a unit is taken off the list."""

    reason = forms.CharField(
        label="移出原因", max_length=200, widget=forms.Textarea({"rows": 2}), strip=True
    )
