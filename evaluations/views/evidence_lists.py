"""材料库, and what in it looks alike."""

import django_filters
from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from evaluations.item_evidence import size_words
from evaluations.likenesses import groups_for, members_of
from evaluations.models import Evidence
from evaluations.operations.evidence import used_by
from evaluations.views.evidence_files import READERS
from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import User
from units.models import Unit

R = User.Role
PER_PAGE = 20


class EvidenceFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="名称或单位", method="search", max_length=60)
    kind = django_filters.ChoiceFilter(
        label="种类", choices=Evidence.Kind.choices, empty_label="全部"
    )
    accepted = django_filters.ChoiceFilter(
        label="采信",
        choices=[("yes", "已采信"), ("no", "未采信")],
        empty_label="全部",
        method="by_acceptance",
    )

    class Meta:
        model = Evidence
        fields = ["q", "kind", "accepted"]

    def search(self, queryset, name, value):
        word = value.replace("\0", "")
        return queryset.filter(Q(title__icontains=word) | Q(unit__name__icontains=word))

    def by_acceptance(self, queryset, name, value):
        return queryset.filter(accepted_at__isnull=value == "no")


class EvidenceList(ScopedList):
    """Files in sight, the latest first; a clerk's own with the room that is left."""

    roles = READERS
    queryset = Evidence.objects.select_related("unit__region", "file").annotate(
        uses=Count("citations")
    )
    filterset_class = EvidenceFilter
    template_name = "evaluations/evidence_list.html"
    title = "佐证材料"
    section = "evidence"
    count_word = "份材料"
    default_sort = "-uploaded_at"
    empty_hint = "自查填报时上传的材料都在这里，可以再次选用。"
    columns = (
        Column("title", "名称", str, css="first", width=30, url=Evidence.get_absolute_url),
        Column("unit", "单位", lambda each: each.unit.name, width=28),
        Column("kind", "种类", Evidence.get_kind_display, width=8),
        Column("size", "大小", lambda each: size_words(each.file.size), "number", css="hide-phone"),
        Column("taken_on", "形成日期", lambda each: each.taken_on, "date", sort="taken_on"),
        Column(
            "uploaded_at",
            "上传时间",
            lambda each: each.uploaded_at,
            "moment",
            sort="uploaded_at",
            css="hide-phone",
        ),
        Column("uses", "引用", lambda each: f"{each.uses} 处" if each.uses else "", "number"),
        Column(
            "accepted",
            "采信",
            lambda each: "已采信" if each.accepted_at else "未采信",
            "tag",
            tone=lambda each: "t-ok" if each.accepted_at else "t-off",
            css="state",
        ),
    )

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        user = self.request.user
        if user.role == R.CLERK:
            context["rooms"] = [_room(unit) for unit in Unit.objects.visible_to(user)[:5]]
        context["tells"] = user.role != R.CLERK
        return context


def _room(unit):
    """How much of its room a unit has used."""
    used = used_by(unit)
    return {
        "unit": unit,
        "used": size_words(used) if used else "0 KB",
        "limit": size_words(settings.EVIDENCE_UNIT_LIMIT),
        "percent": min(100, round(100 * used / settings.EVIDENCE_UNIT_LIMIT)),
    }


@require_safe
@roles_only(R.OFFICER, R.AUDITOR, R.ASSESSOR)
def similar(request):
    """Pictures and files that turn up at two units or in two years, within sight."""
    kind = request.GET.get("kind", "")
    pages = Paginator(groups_for(request.user, kind), PER_PAGE)
    page = pages.get_page(request.GET.get("page", "1")[:8])
    shown = pages.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    page.shown = [each if isinstance(each, int) else None for each in shown]
    context = {
        "title": "相似图片",
        "section": "evidence",
        "page": page,
        "kind": kind,
        "count_word": "组",
        "tabs": [("", "全部"), ("units", "不同单位"), ("years", "不同年份")],
        "groups": members_of(list(page), request.user),
    }
    return render(request, "evaluations/similar.html", context)
