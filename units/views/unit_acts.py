"""Entering, correcting and changing units: each view fetches, shapes and calls one operation."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.gate import roles_only
from portal.models import User
from portal.once import once
from portal.text import folded
from units.forms.base import UnitField, options
from units.forms.change import CHANGE_FORMS
from units.forms.unit import ContactForm, CorrectUnitForm, NewUnitForm
from units.models import Unit, UnitEvent
from units.operations import changes, mergers, registry
from units.views.acts import handle
from units.views.unit import fetch

R = User.Role
LOOKUP_LENGTH = 20
CHANGES = {
    "rename": (changes.rename_unit, "更名", "登记更名"),
    "transfer": (changes.transfer_unit, "划转", "登记划转"),
    "merge": (mergers.merge_unit, "并入其他单位", "登记并入"),
    "split": (mergers.split_unit, "分立", "登记分立"),
    "close": (changes.close_unit, "注销", "注销单位"),
}
WARNINGS = {
    "merge": "并入后本单位即注销，不再出现在册；称号按所选方式处理。",
    "close": "注销后本单位不再在册，现有称号一并退出，不能恢复。",
}


@roles_only(R.OFFICER)
@once
def unit_new(request):
    """Enter a unit by hand; one that may be there already is shown first."""
    form = NewUnitForm(request.POST or None, user=request.user)
    page = {
        "title": "登记单位",
        "submit_label": "登记单位",
        "section": "register",
        "back_url": reverse("units:register"),
        "trail": (("名册", reverse("units:register")),),
    }
    if form.is_bound and form.is_valid() and not form.cleaned_data["seen"]:
        page["similar"] = _similar(request, form)
    if page.get("similar"):
        return _show_similar(request, form, page)
    return handle(request, form, lambda: _register(request, form), page)


def _similar(request, form):
    sent = form.cleaned_data
    same = {name: sent[name] for name in ("name", "credit_code", "region")}
    visible = Unit.objects.visible_to(request.user).like(**same)
    return list(visible.select_related("region", "category")[:LOOKUP_LENGTH])


def _show_similar(request, form, page):
    form.data = form.data.copy()
    form.data["seen"] = "on"
    page["submit_label"] = "不是同一单位，仍要登记"
    return render(request, "units/form.html", {**page, "form": form})


def _register(request, form):
    sent = form.cleaned_data
    unit = registry.register_unit(
        form.unit_values,
        actor=request.user,
        at=timezone.now(),
        on=sent["registered_on"],
        document_no=sent["document_no"],
        note=sent["note"],
    )
    return unit, f"已登记“{unit}”。"


@roles_only(R.OFFICER)
@once
def unit_correct(request, pk):
    """Put mistakes right; a second editor is shown both contents."""
    unit = fetch(request, pk)
    form = CorrectUnitForm(request.POST or None, user=request.user, initial=as_filled(unit))

    def act():
        sent = form.cleaned_data
        told = {"version": sent["version"], "note": sent["note"]}
        registry.correct_unit(unit, form.unit_values, actor=request.user, at=timezone.now(), **told)
        return unit, f"已更正“{unit}”。"

    intro = "只用来改正录入错误；名称、隶属真的变了，请登记更名或划转，以便查到过去的情形。"
    page = _page(unit, "更正登记内容", "保存更正", intro=intro)
    return handle(request, form, act, page, told=as_filled)


def as_filled(unit):
    """The form's fields as the unit stands."""
    names = [name for name in CorrectUnitForm.base_fields if hasattr(unit, name)]
    told = {name: getattr(unit, name) for name in names}
    return {**told, "stands_for": unit.represents_id is not None}


@roles_only(R.OFFICER, R.CLERK)
@once
def unit_contact(request, pk):
    """Keep up to date whom to call."""
    unit = fetch(request, pk)
    form = ContactForm(request.POST or None, user=request.user, initial=contact_of(unit))

    def act():
        told = {"actor": request.user, "at": timezone.now()}
        version = form.cleaned_data["version"]
        registry.edit_contact(unit, form.values, version=version, **told)
        return unit, "联系方式已保存。"

    page = _page(unit, "修改联系方式", "保存联系方式")
    return handle(request, form, act, page, told=contact_of)


def contact_of(unit):
    return {name: getattr(unit, name) for name in [*registry.CONTACT, "version"]}


@roles_only(R.OFFICER)
@once
def unit_change(request, pk, kind):
    """Register what happened to a unit, and what becomes of its titles."""
    if kind not in CHANGES:
        raise Http404
    unit = fetch(request, pk)
    operation, title, label = CHANGES[kind]
    initial = {"version": unit.version, "effect": UnitEvent.Effect.KEEP}
    form = CHANGE_FORMS[kind](request.POST or None, user=request.user, unit=unit, initial=initial)

    def act():
        unit.version = form.cleaned_data["version"]
        told = {"actor": request.user, "at": timezone.now()}
        operation(unit, **form.arguments, **form.papers, **told)
        return unit, f"已登记“{unit}”的{UnitEvent.Kind(kind).label}。"

    page = _page(unit, title, label, intro=WARNINGS.get(kind, ""))
    page["ends"] = kind in WARNINGS
    page["held"] = unit.designations.in_force(timezone.localdate()).select_related("batch")
    return handle(request, form, act, page)


def _page(unit, title, label, intro=""):
    return {
        "title": f"{title}：{unit}",
        "unit": unit,
        "submit_label": label,
        "back_url": unit.get_absolute_url(),
        "section": "register",
        "intro": intro,
    }


@roles_only(R.OFFICER)
@require_safe
def unit_options(request):
    """Proposals for a unit field."""
    word = folded(request.GET.get("q", ""))[:60]
    rows = Unit.objects.visible_to(request.user).active().select_related("region")
    found = rows.filter(search_text__contains=word) if word else rows.none()
    return HttpResponse(options(UnitField.label_of(each) for each in found[:LOOKUP_LENGTH]))
