"""Forms of the deliberation: the line, one departure, the minutes, a department's yes."""

from django import forms

from portal.forms.base import DayField, OnceForm, VersionedForm
from units.forms.base import text


class CutForm(VersionedForm):
    """Where the line is to run; empty puts it back to the places of the batch."""

    cut = forms.IntegerField(label="命名线", required=False, min_value=1, max_value=9999)


class ChoiceForm(OnceForm):
    """In or out otherwise than the ranking, and why."""

    chosen = forms.ChoiceField(
        label="决定",
        choices=[("yes", "入选"), ("no", "不列入")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择入选还是不列入。"},
    )
    reason = text(
        "理由",
        300,
        required=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写入审定表，会签部门都能看到。",
    )

    def __init__(self, *args, place=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["chosen"].widget.attrs["class"] = "form-check-input"
        if place is not None:
            self._offer(place)

    def _offer(self, place):
        """Only what departs from the ranking; a tie is open both ways."""
        if place.verdict != "tied":
            only = ("no", "不列入") if place.verdict == "in" else ("yes", "调入")
            self.fields["chosen"].choices = [only]
            self.fields["chosen"].initial = only[0]
        if place.departure:
            self.fields["chosen"].initial = "yes" if place.departure.chosen else "no"
            self.fields["reason"].initial = place.departure.reason


class MinutesForm(VersionedForm):
    """What is written down of the meeting; the signed paper is added as a file."""

    held_on = DayField(label="会议日期", required=True)
    place = text("会议地点", 80)
    attended = text("参加部门", 300, help_text="写部门和人数，不写个人姓名。")
    minutes = text("会议纪要", 20000, widget=forms.Textarea(attrs={"rows": 12}))
    file = forms.FileField(
        label="纪要附件", required=False, help_text="签字盖章的扫描件，PDF 或图片，不超过 20 MB。"
    )
    own = VersionedForm.own | {"file"}


class NoteForm(OnceForm):
    """A reason."""

    note = text("原因", 300, required=True, widget=forms.Textarea(attrs={"rows": 2}))


class SignForm(OnceForm):
    """A department's yes to the list that was on the screen."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    body = forms.TypedChoiceField(label="代表部门", coerce=int)
    note = text("会签意见", 300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [(each.pk, each.name) for each in bodies]
