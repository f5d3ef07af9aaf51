"""Forms of 自查轮次: opening one, more time, returning a check."""

import re
from datetime import datetime, time

from django import forms
from django.utils import timezone

from evaluations.models import IndexEdition
from portal.forms.base import DayField, OnceForm, VersionedForm
from portal.widgets import RegionField
from units.forms.base import text
from units.forms.title import batch_label
from units.models import Batch, Category, Level

CLOCK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")
BATCHES = 60  # the latest; older ones hardly call for a self-check


class ClockField(forms.CharField):
    """A time of day: 17:30."""

    widget = forms.TextInput(attrs={"placeholder": "17:30", "maxlength": 5})

    def to_python(self, value):
        found = CLOCK.fullmatch(super().to_python(value).strip() or "17:30")
        if not found:
            raise forms.ValidationError("请写成 17:30 的样子。")
        return time(int(found[1]), int(found[2]))


def moment_of(day, clock):
    """A day and a time of day as people here read them."""
    return timezone.make_aware(datetime.combine(day, clock))


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes in columns; the page draws them."""


class RoundForm(OnceForm):
    """A new round: when, whom, by which editions. The editions' fields depend on what there is."""

    is_wide = True
    title = forms.CharField(label="名称", max_length=80)
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    region = RegionField(label="发起地区")
    opens_on = DayField(label="开始日期")
    due_on = DayField(label="截止日期")
    due_clock = ClockField(label="截止时刻", required=False)
    only = RegionField(label="只限地区（不填为全部）", required=False)
    categories = forms.MultipleChoiceField(label="类别", required=False, widget=Ticks)
    levels = forms.MultipleChoiceField(
        label="现有称号的级别", required=False, widget=Ticks, choices=Level.choices
    )
    batches = forms.MultipleChoiceField(label="命名批次", required=False, widget=Ticks)

    audience_fields = ("categories", "levels", "batches")

    def prepare(self):
        for name in ("region", "only"):
            self.fields[name].scope_to(self.user)
        categories = Category.objects.visible_to(self.user).filter(is_active=True)
        self.fields["categories"].choices = [(str(each.pk), each.name) for each in categories]
        batches = Batch.objects.visible_to(self.user).select_related("kind", "region")
        latest = batches.order_by("-year", "-pk")[:BATCHES]
        self.fields["batches"].choices = [(str(each.pk), batch_label(each)) for each in latest]
        self._offer_editions()

    def _offer_editions(self):
        """One choice a family, the newest edition first; a family may stay out."""
        self.editions = {}
        rows = IndexEdition.objects.visible_to(self.user).in_force(timezone.localdate())
        for edition in rows.select_related("family").order_by("-starts_on", "-pk"):
            self.editions.setdefault(edition.family, []).append(edition)
        self.families = sorted(self.editions, key=lambda each: (each.position, each.pk))
        for family in self.families:
            choices = [(str(each.pk), _label(each)) for each in self.editions[family]]
            self.fields[f"edition_{family.pk}"] = forms.ChoiceField(
                label=family.name,
                required=False,
                choices=[("", "不参加"), *choices],
                initial=choices[0][0],
            )

    def clean(self):
        sent = super().clean()
        region, only = sent.get("region"), sent.get("only")
        if region and only and not region.contains(only):
            self.add_error("only", f"{only}不在{region}之内，请另选，或留空。")
        return sent

    @property
    def chosen(self):
        """The editions taken, one a family at most."""
        known = {str(each.pk): each for found in self.editions.values() for each in found}
        picked = (self.cleaned_data.get(f"edition_{family.pk}") for family in self.families)
        return [known[pk] for pk in picked if pk]

    @property
    def audience(self):
        """The conditions as a round keeps them."""
        sent = self.cleaned_data
        only = [sent["only"].pk] if sent.get("only") else []
        return {
            "regions": only,
            "categories": [int(pk) for pk in sent["categories"]],
            "levels": list(sent["levels"]),
            "batches": [int(pk) for pk in sent["batches"]],
        }

    @property
    def round_values(self):
        sent = self.cleaned_data
        return {
            "title": sent["title"],
            "year": sent["year"],
            "region": sent["region"],
            "opens_at": moment_of(sent["opens_on"], time(0)),
            "due_at": moment_of(sent["due_on"], sent["due_clock"]),
        }

    def edition_fields(self):
        return [self[f"edition_{family.pk}"] for family in self.families]


def _label(edition):
    return f"{edition.edition_no} · {edition.issuer}"


class ExtendForm(VersionedForm):
    """More time for everybody."""

    due_on = DayField(label="新的截止日期")
    due_clock = ClockField(label="截止时刻", required=False)
    note = text("原因", 300, required=True)

    @property
    def due_at(self):
        return moment_of(self.cleaned_data["due_on"], self.cleaned_data["due_clock"])


class CloseForm(VersionedForm):
    """The end of a round."""

    note = text("说明", 300)


class ReturnForm(OnceForm):
    """Why a check goes back, item by item where that helps, and until when it may come again."""

    note = forms.CharField(
        label="退回意见", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = DayField(label="再次提交的截止日期")
    due_clock = ClockField(label="截止时刻", required=False)

    def __init__(self, *args, lines, **kwargs):
        self.lines = lines
        super().__init__(*args, **kwargs)

    def prepare(self):
        for line in self.lines:
            self.fields[f"remark_{line.pk}"] = forms.CharField(
                label=f"{line.item.code} {line.item.text}",
                required=False,
                max_length=300,
                widget=forms.Textarea(attrs={"rows": 1}),
            )

    @property
    def due_at(self):
        return moment_of(self.cleaned_data["due_on"], self.cleaned_data["due_clock"])

    @property
    def remarks(self):
        """Item code → words, where something was written."""
        sent = self.cleaned_data
        return {line.item.code: sent[f"remark_{line.pk}"] for line in self.lines}

    def main_fields(self):
        return [self[name] for name in ("note", "due_on", "due_clock")]
