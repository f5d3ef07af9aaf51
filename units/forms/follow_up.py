"""Forms of 复验: calling a round, applying, concluding, renewing."""

from datetime import timedelta

from django import forms

from portal.forms.base import DayField, OnceForm, VersionedForm
from units.access import calls_round
from units.forms.base import text
from units.models import Level, ReverificationRound
from units.verdicts import PLEDGES

LINES = {"rows": 3}


class RoundForm(OnceForm):
    """A new round: whose titles, ending when, until when one may apply."""

    title = forms.CharField(label="名称", max_length=80)
    level = forms.ChoiceField(label="称号级别")
    ends_from = DayField(label="到期日自")
    ends_last = DayField(label="到期日至（含当日）")
    opens_on = DayField(label="开始日期")
    due_on = DayField(label="申请截止（含当日）")
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    waiting = forms.BooleanField(
        label="包括因单位变更待复验的称号",
        required=False,
        initial=True,
        help_text="这些称号复验合格后恢复有效，有效期不变。",
    )

    def prepare(self):
        offered = [each for each in Level if calls_round(self.user, each)]
        self.fields["level"].choices = [(each.value, each.label) for each in offered]

    def clean(self):
        sent = super().clean()
        first, last = sent.get("ends_from"), sent.get("ends_last")
        if first and last and last < first:
            self.add_error("ends_last", "止日早于起日，请核对。")
        return sent

    @property
    def round_values(self):
        sent = {name: self.cleaned_data[name] for name in ROUND_FIELDS}
        ends_before = self.cleaned_data["ends_last"] + timedelta(days=1)
        return {**sent, "ends_before": ends_before, "region": self.user.region}


ROUND_FIELDS = ("title", "level", "year", "ends_from", "opens_on", "due_on")


class ExtendRoundForm(VersionedForm):
    """More time to apply."""

    due_on = DayField(label="新的申请截止（含当日）")
    note = text("原因", 300, required=True)


class CloseRoundForm(VersionedForm):
    """The end of a round."""

    note = text("说明", 300)


class JoinRoundForm(OnceForm):
    """Which of the rounds going on takes a title in."""

    round = forms.ModelChoiceField(
        label="复验轮次", queryset=ReverificationRound.objects.none(), empty_label=None
    )

    def __init__(self, *args, rounds, **kwargs):
        self.rounds = rounds
        super().__init__(*args, **kwargs)

    def prepare(self):
        self.fields["round"].queryset = self.rounds


class ApplyForm(VersionedForm):
    """How the title has been kept up to: a report and three pledges."""

    statement = forms.CharField(
        label="保持情况报告",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="写命名以来怎样保持和提高：组织领导、宣传教育、交往交流交融、"
        "解决的问题、还有的不足。至少 100 字，最多 5000 字。",
    )
    pledges = forms.MultipleChoiceField(
        label="承诺",
        choices=PLEDGES.items(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请勾选全部承诺。"},
    )


class ReasonForm(OnceForm):
    """Why; what the page says of it stands beside."""

    note = text("说明", 500, required=True, widget=forms.Textarea(attrs=LINES))


class PassForm(OnceForm):
    """合格, from which day, under which document."""

    on = DayField(label="结论日期")
    document_no = text(
        "文号", 60, help_text="延长有效期已有文件的，填文号；没有的，以后在轮次中统一出续期决定。"
    )
    note = text("结论说明", 500, widget=forms.Textarea(attrs=LINES))


class FailForm(OnceForm):
    """不合格, and why."""

    on = DayField(label="结论日期")
    note = text("结论说明", 500, required=True, widget=forms.Textarea(attrs=LINES))


class OrderForm(OnceForm):
    """整改: what is wrong, one finding a line."""

    on = DayField(label="下达日期")
    document_no = text("通知文号", 60)
    items = forms.CharField(
        label="问题",
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="每行一个问题，按行编号。",
    )
    note = text("说明", 500, required=True, widget=forms.Textarea(attrs=LINES))

    @property
    def findings(self):
        lines = (each.strip() for each in self.cleaned_data["items"].splitlines())
        return [each for each in lines if each]

    def clean_items(self):
        given = self.cleaned_data["items"]
        long = next((each for each in given.splitlines() if len(each.strip()) > 500), None)
        if long:
            raise forms.ValidationError(f"“{long[:20]}…”超过 500 字，请分成几个问题。")
        return given


class RenewalForm(OnceForm):
    """One decision for titles whose 复验 was passed."""

    heading = forms.CharField(label="标题", max_length=120)
    document_no = forms.CharField(label="文号", max_length=60)
    decided_on = DayField(label="决定日期", help_text="新称号自这一天起算。")
    turns = forms.ModelMultipleChoiceField(
        label="续期的称号", queryset=None, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, turns, **kwargs):
        self.offered = turns
        super().__init__(*args, **kwargs)

    def prepare(self):
        field = self.fields["turns"]
        field.queryset = self.offered
        field.initial = list(self.offered)
        field.label_from_instance = lambda each: (
            f"{each.designation.unit.name}　{each.designation.title}"
        )
