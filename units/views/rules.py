"""评选条件: the list, one rule with its sources, and everything that waits for confirmation."""

import django_filters
from django.contrib import messages
from django.db.models import Count, F, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.access import keeps_reference
from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import Setting, User
from portal.once import once
from portal.references import words
from portal.text import folded
from units.forms.rules import ConfirmForm, CopyForm, NewRuleForm, ValuesForm, as_filled
from units.models import HonourRule, Level, Occasion, Regulation
from units.operations.rules import (
    add_rule,
    confirm_values,
    copy_rule,
    doubt_value,
    drop_rule,
    edit_rule,
    used_by,
)
from units.rule_values import label_of, values_by_group, values_waiting
from units.views.acts import handle

READERS = tuple(sorted(User.REFERENCE_ROLES))
SECTION = "reference"
TRAIL = (("基础数据", "portal:reference"), ("评选条件", "units:rules"))
TOTAL = len(HonourRule.VALUES)


def period_of(rule):
    """The half-open days on which a rule holds: its own within those of its regulation."""
    whole = rule.regulation
    starts = max(filter(None, (rule.starts_on, whole.starts_on)))
    ends = min(filter(None, (rule.ends_on, whole.ends_on)), default=None)
    return starts, ends


def standing_of(rule, today):
    """(tone, word) of where a rule stands today."""
    starts, ends = period_of(rule)
    if starts > today:
        return "t-due", "尚未适用"
    return ("t-off", "已停用") if ends and ends <= today else ("t-ok", "适用中")


def case_of(rule):
    """级别 and, where it names them, 种类 and 类别."""
    named = [rule.get_level_display(), rule.kind and rule.kind.name]
    return " · ".join(filter(None, [*named, rule.category and rule.category.name]))


class RuleFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="办法、文号", method="search", max_length=60)
    level = django_filters.ChoiceFilter(label="级别", choices=Level.choices, empty_label="全部")
    show = django_filters.ChoiceFilter(
        label="范围", choices=[("all", "全部")], empty_label="适用中", method="every"
    )

    class Meta:
        model = HonourRule
        fields = ["q", "level", "show"]

    def search(self, queryset, name, value):
        word = folded(value)
        title = Q(regulation__title__icontains=word)
        return queryset.filter(title | Q(regulation__document_no__icontains=word))

    def every(self, queryset, name, value):
        return queryset

    def filter_queryset(self, queryset):
        rows = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("show") == "all":
            return rows
        return rows.filter(pk__in=HonourRule.objects.in_force(timezone.localdate()).values("pk"))


def _waiting(rule):
    return f"{TOTAL - rule.sure} 项" if rule.sure < TOTAL else ""


def _url(rule):
    return reverse("units:rule", args=[rule.pk])


class RuleList(ScopedList):
    """Rules in force, or all there have been."""

    queryset = (
        HonourRule.objects.select_related("regulation", "kind", "category")
        .annotate(
            sure=Count("sources", filter=Q(sources__confirmed=True), distinct=True),
        )
        .order_by("level", "-regulation__starts_on", F("starts_on").desc(nulls_last=True), "pk")
    )
    filterset_class = RuleFilter
    template_name = "units/rules.html"
    roles = READERS
    title = "评选条件"
    section = SECTION
    empty_hint = "本市可签发的审核人员可以登记。"
    columns = (
        Column(
            "regulation",
            "命名办法",
            lambda rule: rule.regulation.title,
            css="first",
            url=_url,
            fixed=True,
        ),
        Column("case", "级别和适用范围", case_of, sort="level"),
        Column("starts", "适用自", lambda rule: rule.period[0], "date", label="自"),
        Column("ends", "适用至（不含）", lambda rule: rule.period[1], "date", label="至"),
        Column("term", "有效年数", lambda rule: rule.term_years, "number", css="hide-phone"),
        Column("notice", "公示", lambda rule: rule.notice, css="nowrap hide-phone"),
        Column("waiting", "待确认", _waiting, "number", label="待确认"),
        Column(
            "state",
            "状态",
            lambda rule: rule.standing[1],
            "tag",
            tone=lambda rule: rule.standing[0],
            css="state",
        ),
    )

    def rows(self, page):
        found, today = list(page), timezone.localdate()
        for rule in found:
            rule.period, rule.standing = period_of(rule), standing_of(rule, today)
            days = "个工作日" if rule.notice_in_working_days else "天"
            rule.notice = f"{rule.notice_days} {days}"
        return found

    def get_context_data(self, **kwargs):
        keeps = keeps_reference(self.request.user)
        return super().get_context_data(keeps=keeps, trail=_trail(1), **kwargs)


def _trail(depth=2):
    return tuple((label, reverse(name)) for label, name in TRAIL[:depth])


def fetch(request, pk):
    """A rule with everything its page asks for, or 404."""
    rows = HonourRule.objects.visible_to(request.user).select_related(
        "regulation__region", "kind", "category", "copied_from__regulation"
    )
    rows = rows.prefetch_related("sources", "issuers__body", "exempt_categories")
    return get_object_or_404(rows, pk=pk)


@require_safe
@roles_only(*READERS)
def rule(request, pk):
    """One rule, every value beside its source."""
    obj, today = fetch(request, pk), timezone.localdate()
    keeps, used = keeps_reference(request.user), used_by(obj)
    page = {
        "title": obj.regulation.title,
        "section": SECTION,
        "trail": _trail(),
        "rule": obj,
        "case": case_of(obj),
        "period": period_of(obj),
        "standing": standing_of(obj, today),
        "groups": values_by_group(obj),
        "waiting": len(values_waiting(obj)),
        "used": used,
        "keeps": keeps,
        "copies": obj.copies.select_related("regulation").order_by("starts_on", "pk"),
    }
    return render(request, "units/rule.html", page)


@require_safe
@roles_only(*READERS)
def unconfirmed(request):
    """Everything that waits for confirmation: values of rules, documents, settings."""
    today = timezone.localdate()
    page = {
        "title": "待确认的值",
        "section": SECTION,
        "trail": _trail(),
        "rules": _rules_waiting(request.user, today),
        "regulations": Regulation.objects.visible_to(request.user).filter(confirmed=False),
        "settings": [
            (each, f"{words(each.value)} {each.unit}".strip())
            for each in Setting.objects.visible_to(request.user).filter(confirmed=False)
        ],
        "occasions": Occasion.objects.visible_to(request.user).filter(confirmed=False),
        "keeps": keeps_reference(request.user),
    }
    page["total"] = sum(len(values) for _, _, values in page["rules"])
    page["total"] += sum(len(page[name]) for name in ("regulations", "settings", "occasions"))
    return render(request, "units/unconfirmed.html", page)


def _rules_waiting(user, today):
    """(rule, standing, values) of every rule with a value in doubt, in their order."""
    rows = HonourRule.objects.visible_to(user).select_related("regulation", "kind", "category")
    rows = rows.prefetch_related("sources", "issuers__body", "exempt_categories")
    told = (
        (each, standing_of(each, today), values_waiting(each))
        for each in rows.order_by("level", "-regulation__starts_on", "pk")
    )
    return [(each, standing, values) for each, standing, values in told if values]


@roles_only(User.Role.OFFICER)
@once
def rule_new(request):
    """Enter what a document asks for."""
    form = NewRuleForm(request.POST or None, user=request.user)

    def act():
        person = {"actor": request.user, "at": timezone.now()}
        made = add_rule(form.rule_values, issuers=form.issuers, **person)
        return reverse("units:rule", args=[made.pk]), "已登记评选条件，各项值待确认。"

    page = _page("登记评选条件", "登记", reverse("units:rules"))
    return handle(request, form, act, page, template="units/rule_form.html")


@roles_only(User.Role.OFFICER)
@once
def rule_edit(request, pk):
    """Change a rule that nothing has been judged by."""
    obj = fetch(request, pk)
    used = used_by(obj)
    if used:
        messages.error(
            request, f"本条已被{'、'.join(used)}使用，不能再改。请复制一条，从新的日期起适用。"
        )
        return redirect("units:rule", obj.pk)
    form = ValuesForm(request.POST or None, user=request.user, rule=obj)

    def act():
        sent = {"issuers": form.issuers, "version": form.cleaned_data["version"]}
        edit_rule(obj, form.rule_values, **sent, actor=request.user, at=timezone.now())
        return _url(obj), "已保存。改动过的值转为待确认。"

    page = _page(f"修改评选条件：{case_of(obj)}", "保存", _url(obj)) | {"rule": obj}
    return handle(request, form, act, page, template="units/rule_form.html", told=as_filled)


@roles_only(User.Role.OFFICER)
@once
def rule_copy(request, pk):
    """A new rule with the same values from a day on."""
    obj = fetch(request, pk)
    initial = {"regulation": obj.regulation_id}
    form = CopyForm(request.POST or None, user=request.user, initial=initial)

    def act():
        sent = form.values
        made = copy_rule(obj, **sent, actor=request.user, at=timezone.now())
        return _url(made), f"已复制，从 {made.starts_on} 起适用；在使用之前可以修改。"

    page = _page(f"复制评选条件：{case_of(obj)}", "复制", _url(obj))
    return handle(request, form, act, page)


@roles_only(User.Role.OFFICER)
@once
def rule_confirm(request, pk):
    """Mark values as confirmed, with document and article."""
    obj = fetch(request, pk)
    form = ConfirmForm(
        request.POST or None,
        user=request.user,
        values=values_waiting(obj),
        ticked=request.GET.get("value", ""),
        initial={"version": obj.version, "document": obj.regulation.document_no},
    )

    def act():
        version = form.cleaned_data["version"]
        found = form.found
        confirm_values(obj, found, version=version, actor=request.user, at=timezone.now())
        return _url(obj), f"已确认 {len(found)} 项。"

    page = _page(f"确认各项值：{case_of(obj)}", "确认所选", _url(obj)) | {"rule": obj}
    told = lambda row: {"version": row.version}
    return handle(request, form, act, page, template="units/rule_confirm.html", told=told)


@require_POST
@roles_only(User.Role.OFFICER)
def rule_doubt(request, pk, name):
    """Put a value back to 待确认."""
    obj = fetch(request, pk)
    try:
        doubt_value(obj, name, version=obj.version, actor=request.user, at=timezone.now())
        messages.success(request, f"“{label_of(name)}”已改为待确认。")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("units:rule", obj.pk)


@require_POST
@roles_only(User.Role.OFFICER)
def rule_drop(request, pk):
    """Remove a rule that nothing has been judged by."""
    obj = fetch(request, pk)
    try:
        drop_rule(obj, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("units:rule", pk)
    messages.success(request, "已删除这条评选条件。")
    return redirect("units:rules")


def _page(title, label, back):
    return {
        "title": title,
        "submit_label": label,
        "back_url": back,
        "section": SECTION,
        "trail": _trail(),
    }
