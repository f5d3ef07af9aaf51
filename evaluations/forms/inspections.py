"""Forms of rounds, teams and assignments."""

from decimal import Decimal

from django import forms

from evaluations.models import InspectionRound
from portal.forms.base import DayField, OnceForm, VersionedForm, text
from portal.models import Region, User
from portal.scoping import below
from portal.widgets import RegionField

Level = Region.Level


class RoundForm(OnceForm):
    """A round's settings."""

    is_wide = True
    kind = forms.ChoiceField(label="种类", choices=[("", "请选择"), *InspectionRound.Kind.choices])
    title = text("名称", 80, help_text="例如：2026年度市级验收。")
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    region = RegionField(label="组织地区", help_text="初验由旗县市区组织，验收由市（盟）组织。")
    starts_on = DayField(label="开始日期")
    ends_on = DayField(label="结束日期（含当日）")
    assessors_each = forms.IntegerField(
        label="每家测评人数", min_value=1, max_value=15, help_text="去掉最高最低分须 4 人以上。"
    )
    outlier_percent = forms.IntegerField(
        label="差距复核线（占满分 %）",
        min_value=5,
        max_value=100,
        help_text="同一项各人打分相差超过满分的这个比例，提示加派一人。",
    )
    blind = forms.BooleanField(
        label="背靠背打分",
        required=False,
        help_text="全部签字之前，测评人员互相看不到打分，也看不到初验和上年得分。",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["region"].scope_to(user)

    def clean(self):
        values = super().clean()
        starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "结束日期不能早于开始日期。")
        return values

    @property
    def values(self):
        """The fields of a round."""
        named = {name: self.cleaned_data[name] for name in AS_THEY_ARE}
        return named | {"outlier_limit": Decimal(self.cleaned_data["outlier_percent"]) / 100}


AS_THEY_ARE = [name for name in InspectionRound.SETTINGS if name != "outlier_limit"]


class EditRoundForm(RoundForm, VersionedForm):
    """The same about a round that is there."""


def as_filled(round):
    """The form's fields as the round stands."""
    values = {name: getattr(round, name) for name in (*AS_THEY_ARE, "version")}
    return values | {"outlier_percent": int(round.outlier_limit * 100)}


def people_for(round, user):
    """Accounts that may join the team: assessors and officers where the officer looks after."""
    found = User.objects.filter(is_active=True, role__in=(User.Role.ASSESSOR, User.Role.OFFICER))
    found = found.filter(below("region__path", user.scope_paths))
    return found.exclude(teams__round=round).select_related("region")


class HomeField(forms.ModelChoiceField):
    """The 旗市区 somebody comes from."""

    def label_from_instance(self, obj):
        return obj.name


class MemberForm(OnceForm):
    """One member: leader or not, and the 旗 they come from."""

    is_leader = forms.BooleanField(label="组长", required=False)
    home = HomeField(
        label="所属旗县市区",
        queryset=Region.objects.none(),
        required=False,
        empty_label="市直（不限）",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["home"].queryset = counties_in_sight(user)


def counties_in_sight(user):
    """旗县市区 in the officer's care."""
    return Region.objects.visible_to(user).in_being().filter(level=Level.COUNTY).order_by("code")


class HandOverForm(OnceForm):
    """To whom an assignment goes instead, and why."""

    to = forms.ModelChoiceField(label="改派给", queryset=User.objects.none(), empty_label="请选择")
    note = forms.CharField(label="理由", max_length=300, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args, user, people, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["to"].queryset = people
        self.fields["to"].label_from_instance = lambda person: person.name


class ExtraForm(HandOverForm):
    """Who is called to a unit in addition."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].label = "加派"
        self.fields["note"].required = False
        self.fields["note"].label = "说明"


class CorrectionForm(OnceForm):
    """Why a signed sheet has to change."""

    reason = forms.CharField(
        label="更正理由",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="写明哪一项、因为什么要改。理由随新的一版长期保存。",
    )


class DecisionForm(OnceForm):
    """What the second person says to a correction."""

    note = forms.CharField(
        label="核准意见",
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="不同意时必填。",
    )
