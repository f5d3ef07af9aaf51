"""Pages of batches: the list with how many titles each gave, and one batch."""

import django_filters
from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import User
from portal.once import once
from portal.text import folded
from units.access import may_keep_batch
from units.filters import due_within
from units.forms.title import BatchForm, CorrectBatchForm
from units.models import Batch, Designation, Level
from units.models.designation import Status
from units.operations.batches import FIELDS, add_batch, correct_batch
from units.tones import TITLE_TONES
from units.views.acts import handle

R = User.Role
READERS = (R.OFFICER, R.AUDITOR)


class BatchFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="批次、文号", method="search", max_length=60)
    level = django_filters.ChoiceFilter(label="级别", choices=Level.choices, empty_label="全部")

    class Meta:
        model = Batch
        fields = ["q", "level"]

    def search(self, queryset, name, value):
        word = folded(value)
        return queryset.filter(name__icontains=word) | queryset.filter(document_no__icontains=word)


COLUMNS = [
    Column(
        "name",
        "批次",
        lambda each: each.name,
        url=Batch.get_absolute_url,
        css="first",
        width=24,
        fixed=True,
    ),
    Column("level", "级别", Batch.get_level_display, sort="level"),
    Column("kind", "称号种类", lambda each: each.kind.name, width=20),
    Column("region", "命名地区", lambda each: each.region and each.region.name, width=20),
    Column("named_on", "命名日期", lambda each: each.named_on, kind="date", sort="named_on"),
    Column("year", "年份", lambda each: each.year, kind="number", sort="year", width=8),
    Column("document_no", "文号", lambda each: each.document_no, width=26),
    Column("titles", "辖区内称号", lambda each: each.seen, kind="number", width=10),
]


class BatchList(ScopedList):
    """Rounds of naming, latest first, each with the titles it gave within sight."""

    queryset = Batch.objects.select_related("kind", "region").order_by("-year", "-named_on", "-pk")
    filterset_class = BatchFilter
    template_name = "units/batches.html"
    columns = COLUMNS
    roles = READERS
    title = "批次"
    section = "batches"
    count_word = "批"
    empty_hint = "登记批次后，登记和导入称号时就可以选用。"

    def rows(self, page):
        found = list(page)
        titles = Designation.objects.visible_to(self.request.user).standing()
        counted = titles.filter(batch__in=found).order_by().values_list("batch")
        counts = dict(counted.annotate(n=Count("pk")))
        for each in found:
            each.seen = counts.get(each.pk, 0)
        return found

    def get_context_data(self, **kwargs):
        may_add = self.request.user.role == R.OFFICER
        return super().get_context_data(may_add=may_add, **kwargs)


def fetch(request, pk):
    """A batch in sight, or 404."""
    visible = Batch.objects.visible_to(request.user).select_related("kind", "region")
    return get_object_or_404(visible, pk=pk)


@roles_only(*READERS)
@require_safe
def batch(request, pk):
    """One batch: its papers, and what has become of its titles within sight."""
    obj, today = fetch(request, pk), timezone.localdate()
    titles = Designation.objects.visible_to(request.user).filter(batch=obj)
    counted = titles.with_status(today, due_within()).order_by().values_list("status")
    counts = dict(counted.annotate(n=Count("pk")))
    known = [each for each in Status if counts.get(each)]
    page = {
        "batch": obj,
        "title": str(obj),
        "section": "batches",
        "counts": [(each, TITLE_TONES[each], counts[each]) for each in known],
        "total": sum(counts.values()),
        "may_correct": may_keep_batch(request.user, obj),
    }
    return render(request, "units/batch.html", page)


@roles_only(R.OFFICER)
@once
def batch_new(request):
    """Enter a batch."""
    form = BatchForm(request.POST or None, user=request.user)

    def act():
        made = add_batch(form.values, actor=request.user, at=timezone.now())
        return made, f"已登记“{made}”。"

    return handle(request, form, act, _page("登记批次", "登记批次", reverse("units:batches")))


@roles_only(R.OFFICER)
@once
def batch_correct(request, pk):
    """Put mistakes in a batch right."""
    obj = fetch(request, pk)
    form = CorrectBatchForm(request.POST or None, user=request.user, initial=as_filled(obj))

    def act():
        person = {"actor": request.user, "at": timezone.now()}
        correct_batch(obj, form.values, version=form.cleaned_data["version"], **person)
        return obj, f"已更正“{obj}”。"

    page = _page(f"更正批次：{obj}", "保存更正", obj.get_absolute_url())
    return handle(request, form, act, page, told=as_filled)


def as_filled(obj):
    """The form's fields as the batch stands."""
    return {name: getattr(obj, name) for name in [*FIELDS, "version"]}


def _page(title, label, back):
    return {
        "title": title,
        "submit_label": label,
        "back_url": back,
        "section": "batches",
        "trail": (("批次", reverse("units:batches")),),
    }
