"""推荐单位 and 命名部门: the lists, one body, the picture of a seal."""

import django_filters
from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal import files
from portal.access import keeps_reference
from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import User
from portal.once import once
from portal.step_up import step_up
from portal.views.files import HEADERS
from units.access import keeps_body
from units.forms.bodies import IssuingBodyForm, RecommendingBodyForm, SealForm
from units.models import IssuingBody, RecommendingBody
from units.operations.bodies import (
    OFFICE_LEVELS,
    add_issuing_body,
    add_recommending_body,
    edit_issuing_body,
    edit_recommending_body,
    fill_territorial_bodies,
    set_seal,
)
from units.seals import take_seal
from units.views.acts import handle

R = User.Role
OFFICE = (R.OFFICER, R.AUDITOR)
SECTION = "reference"
KIND = RecommendingBody.Kind


class BodyFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="名称", field_name="name", lookup_expr="icontains")


class RecommendingFilter(BodyFilter):
    kind = django_filters.ChoiceFilter(label="性质", choices=KIND.choices, empty_label="全部")


def may_keep(user, body):
    """May this person change the body? One of the whole country is the portal's own affair."""
    return keeps_body(user, body.region) if body.region else keeps_reference(user)


def may_keep_some(user):
    """Is there any region whose bodies this person keeps?"""
    return bool(user.region) and keeps_body(user, user.region)


def _in_use(body):
    return "启用" if body.is_active else "停用"


class RecommendingBodyList(ScopedList):
    """Bodies in sight, in the order of the tree."""

    queryset = (
        RecommendingBody.objects.select_related("region", "also_to")
        .annotate(people=Count("members", filter=Q(members__is_active=True)))
        .order_by("region__path", "-kind", "position", "pk")
    )
    filterset_class = RecommendingFilter
    template_name = "units/recommending_bodies.html"
    roles = OFFICE
    title = "推荐单位"
    section = SECTION
    count_word = "个"
    empty_hint = "可签发的审核人员可以登记，或按行政区划补齐。"
    columns = (
        Column(
            "name",
            "名称",
            lambda body: body.name,
            css="first",
            url=lambda body: reverse("units:recommending-body", args=[body.pk]),
            fixed=True,
        ),
        Column("kind", "性质", RecommendingBody.get_kind_display, sort="kind"),
        Column("region", "地区", lambda body: body.region.name),
        Column("also", "另行报送", lambda body: body.also_to and body.also_to.name, label="另报"),
        Column("people", "经办人员", lambda body: _people(body), css="hide-phone"),
        Column("state", "状态", _in_use, css="state nowrap"),
    )

    def get_context_data(self, **kwargs):
        user = self.request.user
        keeps = may_keep_some(user)
        more = {"keeps": keeps, "trail": _trail(1)}
        more["fills"] = keeps and user.region.level in OFFICE_LEVELS
        return super().get_context_data(**more, **kwargs)


def _people(body):
    if body.kind == KIND.TERRITORIAL:
        return "该地区的审核人员"
    return f"{body.people} 人" if body.people else "未指定"


class IssuingBodyList(ScopedList):
    """Departments in sight, in the order of their seals."""

    queryset = (
        IssuingBody.objects.select_related("region")
        .annotate(people=Count("signers", filter=Q(signers__is_active=True)))
        .order_by("region__path", "position", "pk")
    )
    filterset_class = BodyFilter
    template_name = "units/issuing_bodies.html"
    roles = OFFICE
    title = "命名部门"
    section = SECTION
    count_word = "个"
    empty_hint = "可签发的审核人员可以登记。"
    columns = (
        Column(
            "name",
            "名称",
            lambda body: body.name,
            css="first",
            url=lambda body: reverse("units:issuing-body", args=[body.pk]),
            fixed=True,
        ),
        Column("short", "简称", lambda body: body.short_name, css="hide-phone"),
        Column("region", "地区", lambda body: body.region.name if body.region else "全国"),
        Column("position", "排序", lambda body: body.position, "number", css="hide-phone"),
        Column("people", "签发人员", lambda body: f"{body.people} 人", "number", label="签发"),
        Column("seal", "印章图样", lambda body: "已上传" if body.seal_id else "", label="印章"),
        Column("state", "状态", _in_use, css="state nowrap"),
    )

    def get_context_data(self, **kwargs):
        keeps = may_keep_some(self.request.user)
        return super().get_context_data(keeps=keeps, trail=_trail(1), **kwargs)


def _trail(depth=2, name="recommending-bodies", label="推荐单位"):
    whole = (("基础数据", reverse("portal:reference")), (label, reverse(f"units:{name}")))
    return whole[:depth]


def fetch_recommending(request, pk):
    """A recommending body in sight, or 404."""
    rows = RecommendingBody.objects.visible_to(request.user).select_related("region", "also_to")
    return get_object_or_404(rows, pk=pk)


def fetch_issuing(request, pk):
    """An issuing body in sight, or 404."""
    rows = IssuingBody.objects.visible_to(request.user).select_related("region", "seal")
    return get_object_or_404(rows, pk=pk)


@roles_only(R.OFFICER)
@once
def recommending_body_new(request):
    """Enter a recommending body."""
    initial = {"kind": KIND.LINE, "region": request.user.region_id, "version": 1}
    form = RecommendingBodyForm(request.POST or None, user=request.user, initial=initial)

    def act():
        values, members = split(form, "members")
        person = {"actor": request.user, "at": timezone.now()}
        made = add_recommending_body(values, members=members, **person)
        return reverse("units:recommending-bodies"), f"已登记“{made}”。"

    back = reverse("units:recommending-bodies")
    page = _page("登记推荐单位", "登记", back, _trail())
    return handle(request, form, act, page, template="units/body_form.html")


@roles_only(*OFFICE)
@once
def recommending_body(request, pk):
    """One recommending body, to read; to change for those who keep it."""
    body = fetch_recommending(request, pk)
    keeps = may_keep(request.user, body)
    form = RecommendingBodyForm(
        request.POST or None,
        user=request.user,
        body=body,
        initial=_filled(body, RecommendingBodyForm, "members"),
    )

    def act():
        values, members = split(form, "members")
        sent = {"members": members, "version": form.cleaned_data["version"]}
        edit_recommending_body(body, values, **sent, actor=request.user, at=timezone.now())
        return reverse("units:recommending-bodies"), f"已保存“{body}”。"

    back = reverse("units:recommending-bodies")
    page = _page(str(body), "保存", back, _trail()) | {"body": body, "keeps": keeps}
    page["people"] = body.members.select_related("region").order_by("username")
    template = "units/body_form.html" if keeps else "units/recommending_body.html"
    told = lambda row: _told(row, RecommendingBodyForm, "members")
    return handle(request, form, act, page, template=template, told=told)


@require_POST
@roles_only(R.OFFICER)
def recommending_bodies_fill(request):
    """Enter a territorial body for each place beneath one's own."""
    try:
        region, person = request.user.region, {"actor": request.user, "at": timezone.now()}
        count = fill_territorial_bodies(region, **person) if region else 0
        messages.success(request, f"已补齐 {count} 个属地推荐单位。")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("units:recommending-bodies")


@roles_only(R.OFFICER)
@once
def issuing_body_new(request):
    """Enter an issuing body."""
    initial = {"region": request.user.region_id, "version": 1}
    form = IssuingBodyForm(request.POST or None, user=request.user, initial=initial)

    def act():
        values, signers = split(form, "signers")
        made = add_issuing_body(values, signers=signers, actor=request.user, at=timezone.now())
        return reverse("units:issuing-body", args=[made.pk]), f"已登记“{made}”。"

    back = reverse("units:issuing-bodies")
    page = _page("登记命名部门", "登记", back, _trail(2, "issuing-bodies", "命名部门"))
    return handle(request, form, act, page, template="units/body_form.html")


def _keeps_issuing(request, pk):
    return request.method == "POST" and may_keep(request.user, fetch_issuing(request, pk))


@roles_only(*OFFICE)
@step_up(fetch_issuing, when=_keeps_issuing)
@once
def issuing_body(request, pk):
    """One issuing body with its seal, to read; to change for those who keep it."""
    body = fetch_issuing(request, pk)
    keeps = may_keep(request.user, body)
    form = IssuingBodyForm(
        request.POST or None,
        user=request.user,
        body=body,
        initial=_filled(body, IssuingBodyForm, "signers"),
    )

    def act():
        values, signers = split(form, "signers")
        sent = {"signers": signers, "version": form.cleaned_data["version"]}
        edit_issuing_body(body, values, **sent, actor=request.user, at=timezone.now())
        return reverse("units:issuing-body", args=[body.pk]), f"已保存“{body}”。"

    back = reverse("units:issuing-bodies")
    page = _page(str(body), "保存", back, _trail(2, "issuing-bodies", "命名部门"))
    page |= {"body": body, "keeps": keeps, "seal_form": SealForm(user=request.user)}
    page["people"] = body.signers.select_related("region").order_by("username")
    told = lambda row: _told(row, IssuingBodyForm, "signers")
    return handle(request, form, act, page, template="units/issuing_body.html", told=told)


@require_safe
@roles_only(R.OFFICER)
def issuing_body_seal(request, pk):
    """The picture of a seal, for those who keep it."""
    body = fetch_issuing(request, pk)
    if body.seal is None or not may_keep(request.user, body):
        raise Http404
    return FileResponse(
        open(files.path_of(body.seal.sha256), "rb"),
        filename=body.seal.name,
        content_type="image/png",
        headers=HEADERS,
    )


@require_POST
@roles_only(R.OFFICER)
def issuing_body_seal_set(request, pk):
    """Take in the picture of a seal, or remove the one there is."""
    body, at = fetch_issuing(request, pk), timezone.now()
    form = SealForm(request.POST, request.FILES, user=request.user)
    removing = request.POST.get("act") == "remove"
    try:
        stored = None if removing else _seal_sent(form, body, request.user, at)
        set_seal(body, stored, actor=request.user, at=at)
        messages.success(request, "印章图样已移除。" if removing else "印章图样已更换。")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("units:issuing-body", body.pk)


def _seal_sent(form, body, user, at):
    """The file as it will be kept; nothing is read for somebody who may not keep the body."""
    if not may_keep(user, body):
        raise Refused(f"“{body}”的印章图样由可签发的审核人员维护，没有改动。")
    if not form.is_valid():
        raise Refused("".join(form.errors.get("seal", ["请选择印章图样。"])) + "没有改动。")
    sent = form.cleaned_data["seal"]
    return take_seal(sent, name=sent.name, owner=user, at=at)


def split(form, people):
    """(fields of the body, people) as they were sent in."""
    return form.values, list(form.cleaned_data[people])


def _filled(body, form, people):
    names = [name for name in form.base_fields if hasattr(body, name) and name != people]
    filled = {name: getattr(body, name) for name in names}
    for name in ("region", "also_to"):
        if name in filled:
            filled[name] = getattr(body, f"{name}_id")
    return filled | {people: [each.pk for each in getattr(body, people).all()]}


def _told(body, form, people):
    """The row as a second editor is shown it: names, not numbers; people apart."""
    filled = _filled(body, form, people)
    filled.pop(people)
    return filled | {name: getattr(body, name) for name in ("region", "also_to") if name in filled}


def _page(title, label, back, trail):
    return {
        "title": title,
        "submit_label": label,
        "back_url": back,
        "section": SECTION,
        "trail": trail,
        "keeps": True,
    }
