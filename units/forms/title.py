"""Forms of titles and batches."""

from datetime import timedelta

from django import forms
from django.db.models import Q

from portal.forms.base import DayField, OnceForm, VersionedForm
from portal.models import Region
from units.forms.base import text
from units.models import Batch, Level, TitleKind
from units.rules import last_day

AUTO = "不填则按级别和种类自动生成。"


def batch_label(batch):
    """旗县级第三批（海拉尔区 2025 年，示范单位）: rounds of two counties are told apart."""
    place = f"{batch.region} " if batch.region and batch.level == Level.COUNTY else ""
    year = f"{batch.year} 年，" if batch.year else ""
    return f"{batch}（{place}{year}{batch.kind}）"


def pk_of(row):
    return row.pk if row else None


def kinds_offered(user, kept=None):
    """Kinds of title still in use, as this person sees them, and the one a row has already."""
    return TitleKind.objects.visible_to(user).filter(Q(is_active=True) | Q(pk=pk_of(kept)))


class DesignationForm(OnceForm):
    """What is kept of a title. The last day is shown; the database holds the day after."""

    is_wide = True
    level = forms.ChoiceField(label="级别", choices=[("", "请选择"), *Level.choices])
    kind = forms.ModelChoiceField(
        label="称号种类", queryset=TitleKind.objects.none(), empty_label="请选择"
    )
    batch = forms.ModelChoiceField(
        label="批次",
        queryset=Batch.objects.none(),
        required=False,
        empty_label="无批次",
        help_text="选了批次，文号和命名日期可以不填。",
    )
    title = text("称号全称", 100, help_text=AUTO)
    document_no = text("文号", 60)
    named_on = DayField(label="命名日期", required=False)
    named_year = forms.IntegerField(
        label="命名年份",
        required=False,
        min_value=1949,
        max_value=2100,
        help_text="只知道年份时填这里。",
    )
    starts_on = DayField(label="有效期自", required=False, help_text="不填则从命名日期起。")
    ends_last = DayField(
        label="有效期至（含当日）", required=False, help_text="不填则按命名时的评选条件推算。"
    )
    remark = text("备注", 300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, unit, **kwargs):
        self.unit = unit
        super().__init__(*args, **kwargs)

    def prepare(self):
        self.fields["kind"].queryset = kinds_offered(self.user, kept=self.initial.get("kind"))
        self.fields["batch"].queryset = self.batches()
        self.fields["batch"].label_from_instance = batch_label

    def batches(self):
        """Rounds of the regions the unit lies in, and the one the title was given in."""
        home = self.unit.region.ancestor_ids()
        here = Q(region=None) | Q(region__in=home) | Q(pk=pk_of(self.initial.get("batch")))
        rows = Batch.objects.visible_to(self.user).filter(here, state=Batch.State.DONE)
        rows = rows.select_related("kind", "region")
        return rows.order_by("-year", "level", "region__code", "-pk")

    def clean(self):
        sent = self.cleaned_data
        if "named_on" in self.errors:
            return sent
        if not sent.get("batch") and not sent.get("named_on") and not sent.get("named_year"):
            self.add_error("named_on", "批次、命名日期、命名年份至少填一项。")
        return sent

    @property
    def title_values(self):
        """The fields of Designation that were sent in."""
        sent = dict(self.values)
        last = sent.pop("ends_last")
        sent["ends_on"] = last + timedelta(days=1) if last else None
        if sent["named_on"]:
            sent["named_year"] = sent["named_on"].year
        return sent


class CorrectDesignationForm(VersionedForm, DesignationForm):
    note = text("更正原因", 300, required=True)

    @staticmethod
    def initial_of(title):
        """The form filled with a title as it stands."""
        names = [each for each in DesignationForm.base_fields if hasattr(title, each)]
        told = {name: getattr(title, name) for name in names}
        return {**told, "ends_last": last_day(title.ends_on), "version": title.version}


class VoidForm(OnceForm):
    """Why a title never was."""

    note = text("说明", 300, required=True, widget=forms.Textarea(attrs={"rows": 3}))


class BatchForm(OnceForm):
    """A round of naming."""

    level = forms.ChoiceField(label="级别", choices=[("", "请选择"), *Level.choices])
    kind = forms.ModelChoiceField(
        label="称号种类", queryset=TitleKind.objects.none(), empty_label="请选择"
    )
    name = text("批次", 40, required=True, help_text="照文件写，例如 第五批。")
    number = forms.IntegerField(label="批次序号", required=False, min_value=1, max_value=200)
    region = forms.ModelChoiceField(
        label="命名地区",
        queryset=Region.objects.none(),
        required=False,
        empty_label="按级别自动确定",
        help_text="旗县级批次须选由哪个旗市区命名。",
    )
    named_on = DayField(label="命名日期", required=False)
    year = forms.IntegerField(label="年份", required=False, min_value=1949, max_value=2100)
    document_no = text("文号", 60)

    def prepare(self):
        self.fields["kind"].queryset = kinds_offered(self.user)
        counties = Region.objects.visible_to(self.user).filter(level=Region.Level.COUNTY)
        self.fields["region"].queryset = counties.in_being()

    def clean(self):
        sent = self.cleaned_data
        if sent.get("level") == Level.COUNTY and not sent.get("region"):
            self.add_error("region", "请选择由哪个旗市区命名。")
        if sent.get("named_on") and sent.get("year") not in (None, sent["named_on"].year):
            self.add_error("year", "年份与命名日期不是同一年。")
        return sent


class CorrectBatchForm(VersionedForm, BatchForm):
    pass
