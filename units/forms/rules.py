"""Forms of 评选条件: a new one, its values, a copy, the confirmation of values."""

import re

from django import forms
from django.db.models import Q
from django.forms.models import fields_for_model

from portal.forms.base import DayField, OnceForm, VersionedForm
from portal.forms.reference import LinesField, NumbersField
from units.forms.base import text
from units.forms.issuers import IssuersMixin
from units.models import Category, HonourRule, IssuingBody, Level, Regulation, TitleKind
from units.rule_values import GROUPS, PLAIN_FIELDS, UNITS, label_of

MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
SPACES = re.compile(r"\{([^{}]*)\}")
WORDS_IN_FORMATS = {
    "number_format": ("年份", "批次", "级别", "种类", "类别", "序号"),
    "name_format": ("年份", "批次", "级别", "种类", "类别"),
}
HELPS = {
    "most_places": "不填为不限。",
    "approval_route": "推荐上报前须经的批准，一行一步，逐步上传批准文件；审定、命名不写。",
    "reminder_days": "用顿号隔开，例如 180、90、30。",
    "self_check_due": "月-日，例如 11-30。",
    "number_format": "可用 {年份}{批次}{级别}{种类}{类别}{序号}，例如 呼民团〔{年份}〕{序号}号。",
    "name_format": "可用 {年份}{批次}{级别}{种类}{类别}，不填则自动生成。",
}


class CaseFields(OnceForm):
    """Which document, level, kind and category a rule is about."""

    regulation = forms.ModelChoiceField(
        label="命名办法", queryset=Regulation.objects.none(), empty_label="请选择"
    )
    level = forms.ChoiceField(label="级别", choices=[("", "请选择"), *Level.choices])
    kind = forms.ModelChoiceField(
        label="称号种类",
        queryset=TitleKind.objects.none(),
        required=False,
        empty_label="示范区示范单位（全部）",
    )
    category = forms.ModelChoiceField(
        label="适用类别", queryset=Category.objects.none(), required=False, empty_label="全部"
    )

    def prepare(self):
        super().prepare()
        self.fields["regulation"].queryset = Regulation.objects.visible_to(self.user)
        self.fields["kind"].queryset = TitleKind.objects.visible_to(self.user).filter(
            is_active=True
        )
        self.fields["category"].queryset = Category.objects.visible_to(self.user).filter(
            is_active=True
        )


class ValuesForm(IssuersMixin, VersionedForm):
    """Every value of a rule."""

    starts_on = DayField(label="适用自", required=False, help_text="不填则从办法施行之日起。")
    ends_on = DayField(label="适用至（不含）", required=False)
    note = text("说明", 200)

    def __init__(self, *args, rule=None, **kwargs):
        self.rule = rule or HonourRule()
        kwargs.setdefault("initial", as_filled(self.rule))
        super().__init__(*args, **kwargs)

    def prepare(self):
        super().prepare()
        made = fields_for_model(HonourRule, PLAIN_FIELDS)
        made["requires_level"].choices = [("", "不要求"), *Level.choices]
        made["approval_route"] = LinesField(label=label_of("approval_route"))
        made["reminder_days"] = NumbersField(label=label_of("reminder_days"), required=False)
        for name, field in made.items():
            field.label, field.help_text = label_of(name), HELPS.get(name, "")
            self.fields[name] = field
        categories = Category.objects.visible_to(self.user).filter(
            Q(is_active=True) | Q(pk__in=self.initial.get("exempt_categories") or [])
        )
        self.fields["exempt_categories"] = forms.ModelMultipleChoiceField(
            label=label_of("exempt_categories"),
            queryset=categories,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self._offer()

    def _offer(self):
        chosen = []
        if self.rule.pk:
            chosen = [each.body for each in self.rule.issuers.select_related("body")]
        kept = Q(is_active=True) | Q(pk__in=[each.pk for each in chosen])
        bodies = IssuingBody.objects.visible_to(self.user).filter(kept).select_related("region")
        self.offer_issuers(bodies.order_by("region__path", "position", "pk"), chosen)

    def clean_self_check_due(self):
        value = self.cleaned_data["self_check_due"].strip()
        if not MONTH_DAY.fullmatch(value) or value in ("02-29", "02-30", "02-31"):
            raise forms.ValidationError("请写成 11-30 的样子，且每年都有这一天。")
        return value

    def clean_number_format(self):
        return self._format("number_format")

    def clean_name_format(self):
        return self._format("name_format")

    def _format(self, name):
        value, allowed = self.cleaned_data[name].strip(), WORDS_IN_FORMATS[name]
        unknown = [word for word in SPACES.findall(value) if word not in allowed]
        if unknown or "{" in SPACES.sub("", value) or "}" in SPACES.sub("", value):
            raise forms.ValidationError(f"大括号里只能写：{'、'.join(allowed)}。")
        return value

    def clean(self):
        sent = super().clean()
        if sent.get("requires_level") and self.rule.level == sent["requires_level"]:
            self.add_error("requires_level", "须先获得的称号不能是本级别。")
        return sent

    @property
    def rule_values(self):
        """The fields of HonourRule that were sent in."""
        names = [*PLAIN_FIELDS, "exempt_categories", "starts_on", "ends_on", "note"]
        return {name: self.cleaned_data[name] for name in names}

    def groups(self):
        """(title, bound fields) as the page draws them; issuers are drawn apart."""
        for title, names in GROUPS:
            yield title, [(self[name], UNITS.get(name, "")) for name in names if name != "issuers"]


class NewRuleForm(CaseFields, ValuesForm):
    """A rule from scratch."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=1)

    @property
    def rule_values(self):
        case = ("regulation", "level", "kind", "category")
        return super().rule_values | {name: self.cleaned_data[name] for name in case}


def as_filled(rule):
    """The form filled with a rule as it stands."""
    filled = {name: getattr(rule, name) for name in [*PLAIN_FIELDS, "note", "starts_on", "ends_on"]}
    exempt = list(rule.exempt_categories.values_list("pk", flat=True)) if rule.pk else []
    return filled | {"version": rule.version, "exempt_categories": exempt}


class CopyForm(OnceForm):
    """From which day a copy holds, and under which document."""

    regulation = forms.ModelChoiceField(label="命名办法", queryset=Regulation.objects.none())
    starts_on = DayField(
        label="新的一条适用自", help_text="原来的一条到这一天为止；已经启动的批次和申报不变。"
    )

    def prepare(self):
        self.fields["regulation"].queryset = Regulation.objects.visible_to(self.user)
        self.fields["regulation"].empty_label = None


class ConfirmForm(VersionedForm):
    """One document for the values that are ticked, each with its article."""

    document = text(
        "依据文件", 120, required=True, help_text="名称或文号，例如 内民委发〔2023〕26号。"
    )

    def __init__(self, *args, values, ticked="", **kwargs):
        self.rows, self.ticked = values, ticked
        super().__init__(*args, **kwargs)

    def prepare(self):
        for each in self.rows:
            self.fields[f"sure_{each.name}"] = forms.BooleanField(
                label=each.label, required=False, initial=each.name == self.ticked
            )
            self.fields[f"article_{each.name}"] = forms.CharField(
                label=f"{each.label}的条款",
                max_length=60,
                required=False,
                initial=each.article,
                widget=forms.TextInput({"placeholder": "如：第十二条"}),
            )

    def lines(self):
        """(value, tick, article), as the page draws them."""
        return [(v, self[f"sure_{v.name}"], self[f"article_{v.name}"]) for v in self.rows]

    def clean(self):
        sent = super().clean()
        if not any(sent.get(f"sure_{each.name}") for each in self.rows):
            self.add_error(None, "请勾选要确认的项目。")
        return sent

    @property
    def found(self):
        """Value → document and article."""
        sent = self.cleaned_data
        ticked = [each.name for each in self.rows if sent[f"sure_{each.name}"]]
        return {name: (sent["document"], sent[f"article_{name}"]) for name in ticked}
