"""One form for each thing that can happen to a region."""

from django import forms

from portal.forms.base import DayField, OnceForm, VersionedForm, text
from portal.models import Region, RegionName
from portal.region_history import Paper
from portal.region_lists import RANK
from portal.widgets import RegionField

KINDS_OF = {
    "province": ["province"],
    "city": ["city", "league"],
    "county": ["district", "county_city", "county", "banner", "autonomous_banner", "zone"],
    "township": [
        "subdistrict",
        "town",
        "township",
        "ethnic_township",
        "sumu",
        "ethnic_sumu",
        "farm",
        "company",
        "zone",
        "office",
        "other",
    ],
    "village": ["gacha", "village", "community", "team", "farm", "zone", "other"],
}


def kind_choices(level):
    """The kinds a place of this tier can be of, and leaving it to the name."""
    labels = dict(Region.Kind.choices)
    return [("", "按名称判断"), *((kind, labels[kind]) for kind in KINDS_OF[level])]


class EventForm(VersionedForm):
    """What every event asks: from which day, under which document."""

    on = DayField(label="发生日期")
    document_no = text("文号", 60, required=False)
    note = text("说明", 300, required=False)

    def __init__(self, *args, region, **kwargs):
        self.region = region
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = region.version

    @property
    def paper(self):
        sent = self.cleaned_data
        return Paper(on=sent["on"], document_no=sent["document_no"], note=sent["note"])


class RenameForm(EventForm):
    name = text("新名称", 60)
    kind = forms.ChoiceField(label="类型", required=False)
    field_order = ["name", "kind"]

    def prepare(self):
        self.fields["kind"].choices = kind_choices(self.region.level)


class RecodeForm(EventForm):
    code = text("新代码", 12, help_text="12 位统计用区划代码。")
    field_order = ["code"]


class OtherForm(EventForm):
    """An event with another region."""

    other = RegionField()
    field_order = ["other"]

    def prepare(self):
        self.fields["other"].scope_to(self.user)


class ExchangeForm(OtherForm):
    other = RegionField(label="互换代码的区划")


class MergeForm(OtherForm):
    other = RegionField(label="并入的区划", help_text="须是同一层级的区划。")


class MoveForm(OtherForm):
    other = RegionField(label="新的上级")


class EntrustForm(OtherForm):
    other = RegionField(label="代管地区", required=False, help_text="留空表示终止代管。")
    confirmed = forms.BooleanField(label="已有文件确认", required=False)
    field_order = ["other", "confirmed"]


class AbolishForm(EventForm):
    pass


class EstablishForm(EventForm):
    level = forms.ChoiceField(label="层级")
    name = text("名称", 60)
    code = text("区划代码", 12, help_text="12 位统计用区划代码。")
    field_order = ["level", "name", "code"]

    def prepare(self):
        below = [level for level in Region.Level if RANK[level] > RANK[self.region.level]]
        self.fields["level"].choices = [(level.value, level.label) for level in below]


class NameForm(OnceForm):
    name = text("名称", 60)
    kind = forms.ChoiceField(
        label="种类",
        choices=[each for each in RegionName.Kind.choices if each[0] != RegionName.Kind.FORMER],
    )

    def __init__(self, *args, region, **kwargs):
        super().__init__(*args, **kwargs)
        self.region = region
