"""Forms of a batch that is run here: plan, papers, timetable, documents, acts on its stages."""

import re
from datetime import time, timedelta

from django import forms
from django.db.models import Q
from django.utils import timezone

from portal.forms.base import DayField, OnceForm, VersionedForm
from portal.forms.reference import LinesField
from units import letters
from units.forms.base import text
from units.forms.issuers import IssuersMixin
from units.forms.ranges import RangesField
from units.forms.title import kinds_offered
from units.models import Category, IssuingBody, Requirement, TitleKind
from units.planning import MIDNIGHT, Kind, Laid, at_clock

CLOCK = re.compile(r"([01]?\d|2[0-4])[:：]([0-5]\d)")
ONE = timedelta(days=1)
BLANK_ROWS = 6
HIGHEST = 99  # number of a batch
MOST_PLACES = 100_000


class ClockField(forms.CharField):
    """A time of day at which something ends: 17:30, or 24:00 for the end of the day."""

    widget = forms.TextInput({"placeholder": "24:00", "maxlength": 5, "inputmode": "numeric"})

    def to_python(self, value):
        found = CLOCK.fullmatch(super().to_python(value).strip() or "24:00")
        if not found or (found[1] == "24" and found[2] != "00"):
            raise forms.ValidationError("请写成 17:30 或 24:00 的样子。")
        return f"{int(found[1]):02}:{found[2]}"


def end_of(day, clock):
    """The moment that a last day and its time of day mean."""
    if clock == "24:00":
        return at_clock(day + ONE, MIDNIGHT)
    hours, minutes = map(int, clock.split(":"))
    return at_clock(day, time(hours, minutes))


def reason(label="原因"):
    """Why; always asked for."""
    return text(label, 300, required=True, widget=forms.Textarea({"rows": 3}))


class PlanForm(OnceForm):
    """What a new batch begins with."""

    is_wide = True
    kind = forms.ModelChoiceField(label="称号种类", queryset=TitleKind.objects.none())
    number = forms.IntegerField(label="批次序号", min_value=1, max_value=HIGHEST)
    year = forms.IntegerField(label="年份", min_value=2000, max_value=2100)
    starts_on = DayField(label="申报开始日期", help_text="各阶段从这一天起按评选条件和工作日排定。")
    places = forms.IntegerField(
        label="总名额",
        required=False,
        min_value=1,
        max_value=MOST_PLACES,
        help_text="可以以后再填。",
    )
    approval_no = text("批准文号", 60, help_text="启动前须填写，可以以后再填。")

    def prepare(self):
        families = (TitleKind.Family.DEMONSTRATION, TitleKind.Family.BASE)
        self.fields["kind"].queryset = kinds_offered(self.user).filter(family__in=families)
        self.fields["kind"].empty_label = None

    @property
    def plan(self):
        """(fields of Batch, first day)."""
        sent = dict(self.values)
        starts_on = sent.pop("starts_on")
        return {**sent, "name": ""}, starts_on


class PapersForm(IssuersMixin, VersionedForm):
    """A batch's papers; of an open one only the notice and who is asked."""

    kind = forms.ModelChoiceField(label="称号种类", queryset=TitleKind.objects.none())
    number = forms.IntegerField(label="批次序号", required=False, min_value=1, max_value=HIGHEST)
    name = text("批次名称", 40, required=True, help_text="照文件写，例如 第七批。")
    year = forms.IntegerField(label="年份", min_value=2000, max_value=2100)
    approval_no = text("批准文号", 60)
    notice_text = forms.CharField(
        label="申报通知",
        max_length=20000,
        required=False,
        widget=forms.Textarea({"rows": 14}),
        help_text="启动后填报员和各级审核人员在批次页看到。",
    )
    deeds_least = forms.IntegerField(label="事迹材料最少字数", min_value=0, max_value=20000)
    deeds_most = forms.IntegerField(label="事迹材料最多字数", min_value=1, max_value=20000)
    deeds_by_category = RangesField(
        label="按类别另定字数",
        required=False,
        help_text="一行一个，例如 学校 1500-2500；没有列出的类别按上面的字数。",
    )
    consulted = LinesField(
        label="征求意见单位",
        help_text="一行一个，例如纪检监察、公安、信访部门。",
        widget=forms.Textarea({"rows": 6}),
    )
    letter_text = text(
        "征求意见函正文",
        2000,
        widget=forms.Textarea({"rows": 7}),
        help_text=f"可用 {'、'.join(letters.WORDS)}；不填则用通用写法。",
    )
    letter_office = text("征求意见函落款", 60, help_text="不填则用排在最后的联合命名部门。")
    kept_while_open = ("notice_text", "consulted", "letter_text", "letter_office")

    def __init__(self, *args, batch, **kwargs):
        self.batch = batch
        self.is_open = batch.state == batch.State.OPEN
        super().__init__(*args, **kwargs)

    def prepare(self):
        self.fields["kind"].queryset = kinds_offered(self.user, kept=self.batch.kind)
        self.fields["kind"].empty_label = None
        self.fields["deeds_by_category"].categories = list(Category.objects.all())
        self.initial["letter_text"] = self.initial.get("letter_text") or letters.USUAL
        self._offer()
        if self.is_open:
            own = {*self.kept_while_open, "version", "form_key"}
            for name in set(self.fields) - own:
                self.fields[name].disabled = True

    def clean_letter_text(self):
        words = self.cleaned_data["letter_text"].strip()
        unknown = letters.unknown_words(words)
        if unknown:
            raise forms.ValidationError(f"{'、'.join(unknown)}不能用，没有保存任何内容。")
        return "" if words == letters.USUAL else words

    def _offer(self):
        chosen = [each.body for each in self.batch.issuers.select_related("body")]
        near = Q(region=self.batch.region) | Q(region__in=self.batch.region.ancestor_ids())
        kept = Q(pk__in=[each.pk for each in chosen])
        bodies = IssuingBody.objects.visible_to(self.user).select_related("region")
        offered = bodies.filter(kept | (near & Q(is_active=True)))
        self.offer_issuers(offered.order_by("-region__path", "position", "pk"), chosen)

    def clean(self):
        sent = super().clean()
        least, most = sent.get("deeds_least"), sent.get("deeds_most")
        if least is not None and most is not None and least > most:
            self.add_error("deeds_least", "最少字数不能多于最多字数。")
        return sent

    @property
    def papers(self):
        """The fields of Batch that were sent in."""
        return {
            name: value for name, value in self.values.items() if not name.startswith("issuer_")
        }


class StagesForm(VersionedForm):
    """First day, last day and hour of each stage, and whether its date ends it."""

    def prepare(self):
        for kind in Kind:
            self.fields[f"starts_{kind}"] = DayField(label=f"{kind.label}开始")
            self.fields[f"ends_{kind}"] = DayField(label=f"{kind.label}结束")
            self.fields[f"clock_{kind}"] = ClockField(label=f"{kind.label}结束时刻", required=False)
            self.fields[f"by_date_{kind}"] = forms.BooleanField(
                label=f"{kind.label}到期自动结束", required=False
            )

    def rows(self):
        """(stage, first day, last day, hour, by date), as the page draws them."""
        names = ("starts", "ends", "clock", "by_date")
        return [(kind.label, [self[f"{name}_{kind}"] for name in names]) for kind in Kind]

    @property
    def laid(self):
        """The stages as the planner reads them."""
        sent = self.cleaned_data
        return [
            Laid(
                kind.value,
                at_clock(sent[f"starts_{kind}"], MIDNIGHT),
                end_of(sent[f"ends_{kind}"], sent[f"clock_{kind}"]),
                sent[f"by_date_{kind}"],
            )
            for kind in Kind
        ]


def filled_stages(laid, version):
    """The form filled with stages."""
    filled = {"version": version}
    for each in laid:
        filled[f"starts_{each.kind}"] = each.first
        filled[f"ends_{each.kind}"] = each.last
        filled[f"clock_{each.kind}"] = clock_of(each.ends_at)
        filled[f"by_date_{each.kind}"] = each.closes_by_date
    return filled


def clock_of(at):
    """17:30 of a moment; 24:00 where it is the end of a day."""
    local = timezone.localtime(at)
    return "24:00" if local.time() == MIDNIGHT else f"{local:%H:%M}"


class RequirementForm(forms.Form):
    """One document asked of applicants; without a name the row is left out."""

    name = forms.CharField(label="材料名称", max_length=60, required=False)
    kind = forms.ChoiceField(label="种类", choices=Requirement.Kind.choices)
    category = forms.ModelChoiceField(
        label="类别", queryset=Category.objects.none(), required=False, empty_label="全部类别"
    )
    is_required = forms.BooleanField(label="必交", required=False, initial=True)
    least = forms.IntegerField(label="最少", min_value=0, max_value=50, initial=1)
    most = forms.IntegerField(label="最多", min_value=1, max_value=50, initial=1)
    largest_mb = forms.IntegerField(label="单份上限", min_value=1, max_value=200, initial=20)

    def __init__(self, *args, categories, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = categories
        for name, field in self.fields.items():
            kind = getattr(field.widget, "input_type", "")
            css = {"select": "form-select", "checkbox": "form-check-input"}.get(kind)
            field.widget.attrs |= {
                "class": css or "form-control",
                "aria-label": field.label,
            }
            if name in ("least", "most", "largest_mb"):
                field.widget.attrs["inputmode"] = "numeric"

    def full_clean(self):
        super().full_clean()
        if self.is_bound and not self.cleaned_data.get("name") and "name" not in self.errors:
            self._errors = self.error_class()

    def clean(self):
        sent = self.cleaned_data
        if not sent.get("name"):
            return sent
        least, most = sent.get("least"), sent.get("most")
        if least is not None and most is not None and least > most:
            self.add_error("most", "不能少于最少份数。")
        if sent.get("is_required") and least == 0:
            self.add_error("least", "必交的至少 1 份。")
        return sent


class RequirementSet(forms.BaseFormSet):
    """The rows of the page."""

    @property
    def filled(self):
        """The rows that have a name, as fields of Requirement."""
        return [dict(each.cleaned_data) for each in self.forms if each.cleaned_data.get("name")]


def requirement_set(batch, user, data=None):
    """The documents of a batch as rows to edit, with some blank ones."""
    made = forms.formset_factory(
        RequirementForm, formset=RequirementSet, extra=BLANK_ROWS, max_num=60, absolute_max=80
    )
    used = batch.requirements.exclude(category=None).values("category")
    kept = Q(is_active=True) | Q(pk__in=used)
    categories = Category.objects.visible_to(user).filter(kept)
    names = list(RequirementForm.base_fields)
    initial = [{name: getattr(each, name) for name in names} for each in batch.requirements.all()]
    return made(data, initial=initial, prefix="r", form_kwargs={"categories": categories})


class StageCloseForm(OnceForm):
    """Why a stage ends now."""

    reason = reason()


class StageStartForm(OnceForm):
    """Why a stage begins now."""

    reason = reason()


class StageExtendForm(OnceForm):
    """More time for a stage."""

    ends_on = DayField(label="新的结束日期")
    clock = ClockField(label="结束时刻", required=False)
    shift_later = forms.BooleanField(label="后面的阶段顺延同样的时间", required=False, initial=True)
    reason = reason()

    @property
    def ends_at(self):
        return end_of(self.cleaned_data["ends_on"], self.cleaned_data["clock"])


class CancelForm(OnceForm):
    """Why a batch is cancelled."""

    reason = reason("取消原因")
