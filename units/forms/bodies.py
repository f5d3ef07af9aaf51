"""Forms of recommending and issuing bodies, and of a seal's picture."""

from django import forms
from django.db.models import Q

from portal.forms.base import VersionedForm
from portal.models import Region, User
from portal.scoping import below
from portal.widgets import RegionField
from units.forms.base import text
from units.models import RecommendingBody

OFFICES = (Region.Level.PROVINCE, Region.Level.CITY, Region.Level.COUNTY)
SEAL_LIMIT = 1024 * 1024


def officers_in_scope(user, kept=()):
    """Officers in the person's care, and those a body has already."""
    officers = User.objects.filter(role=User.Role.OFFICER, is_active=True)
    near = below("region__path", user.scope_paths) | Q(pk__in=kept)
    return officers.filter(near).select_related("region").order_by("region__path", "username")


def officer_label(person):
    return f"{person.name}（{person.region.name if person.region else '无地区'}）"


class PeopleField(forms.ModelMultipleChoiceField):
    """Officers to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, person):
        return officer_label(person)


class BodyForm(VersionedForm):
    """What both kinds of body have in common."""

    own = VersionedForm.own | {"members", "signers"}
    name = text("名称", 60, required=True)
    is_active = forms.BooleanField(label="启用", required=False, initial=True)
    position = forms.IntegerField(label="排序", min_value=0, max_value=9999, initial=100)

    def __init__(self, *args, body=None, **kwargs):
        self.body = body
        super().__init__(*args, **kwargs)


class RecommendingBodyForm(BodyForm):
    """A body that recommends: territorial ones stand for a place, line ones for a system."""

    kind = forms.ChoiceField(label="性质", choices=RecommendingBody.Kind.choices)
    region = RegionField(
        label="地区",
        help_text="属地单位填它所在的旗市区或苏木乡镇；条线单位填它向哪个地区推荐。",
    )
    also_to = forms.ModelChoiceField(
        label="另行报送",
        queryset=Region.objects.none(),
        required=False,
        empty_label="无",
        help_text="除上级地区外，还可直接向谁推荐，例如满洲里市可直报自治区。",
    )
    members = PeopleField(
        label="经办人员",
        queryset=User.objects.none(),
        required=False,
        help_text="只用于条线单位；属地单位由该地区的审核人员经办。",
    )
    field_order = ("name", "kind", "region", "also_to", "position", "is_active", "members")

    def prepare(self):
        self.fields["region"].scope_to(self.user)
        above = Region.objects.in_being().filter(level__in=OFFICES[:2])
        self.fields["also_to"].queryset = above.filter(pk__in=self.user.region.ancestor_ids())
        kept = self.body.members.values("pk") if self.body else ()
        self.fields["members"].queryset = officers_in_scope(self.user, kept)

    def clean(self):
        sent = super().clean()
        line = RecommendingBody.Kind.LINE
        if sent.get("members") and sent.get("kind") != line:
            self.add_error("members", "属地单位由该地区的审核人员经办，不另选人员。")
        region, also = sent.get("region"), sent.get("also_to")
        if region and also and (also == region or also == region.parent):
            self.add_error("also_to", "这是它本来就报送的地区，不用再选。")
        return sent


class IssuingBodyForm(BodyForm):
    """A department that issues decisions, and who signs for it."""

    short_name = text("简称", 30)
    region = forms.ModelChoiceField(
        label="所属地区",
        queryset=Region.objects.none(),
        required=False,
        empty_label="全国",
    )
    signers = PeopleField(
        label="签发人员",
        queryset=User.objects.none(),
        required=False,
        help_text="代表该部门会签的人员，须有签发权限；不能指定自己。",
    )
    field_order = ("name", "short_name", "region", "position", "is_active", "signers")

    def prepare(self):
        near = Q(pk__in=self.user.region.ancestor_ids()) | below("path", self.user.scope_paths)
        regions = Region.objects.in_being().filter(near, level__in=OFFICES)
        self.fields["region"].queryset = regions.order_by("path")
        kept = self.body.signers.values("pk") if self.body else ()
        people = officers_in_scope(self.user, kept).filter(may_sign=True)
        others = ~Q(pk=self.user.pk) | Q(pk__in=kept)
        self.fields["signers"].queryset = people.filter(others)


class SealForm(VersionedForm):
    """The picture of a seal."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seal = forms.FileField(
        label="印章图样",
        help_text="背景透明的 PNG，长边 300 到 4000 像素，不超过 1 MB。只在生成文件时使用。",
        widget=forms.FileInput({"accept": "image/png,.png"}),
    )

    def clean_seal(self):
        sent = self.cleaned_data["seal"]
        if sent.size > SEAL_LIMIT:
            raise forms.ValidationError("图片超过 1 MB，请缩小后再传。")
        return sent
