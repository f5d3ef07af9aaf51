"""基础数据: an index, and for each registered table its list and its rows."""

import django_filters
from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.access import keeps_reference
from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import ScopedList
from portal.models import User
from portal.once import once
from portal.operations.reference import add_reference, drop_reference, save_reference
from portal.references import TABLES, tables
from portal.versions import Stale

READERS = tuple(sorted(User.REFERENCE_ROLES))


def table_or_404(slug):
    """The table of that name."""
    if slug not in TABLES or TABLES[slug].url_name:
        raise Http404
    return TABLES[slug]


@require_safe
@roles_only(*READERS)
def reference(request):
    """What tables there are, and how many rows of each still await confirmation."""
    shown = [_summary(each, request.user) for each in tables()]
    context = {"title": "基础数据", "section": "reference", "tables": shown}
    return render(request, "portal/reference.html", context)


def _summary(table, user):
    rows = table.model.objects.visible_to(user)
    names = {field.name for field in table.model._meta.get_fields()}
    waiting = rows.filter(confirmed=False).count() if "confirmed" in names else 0
    return {"table": table, "count": rows.count(), "waiting": waiting}


def filter_of(table):
    """The filter of one table: a search over the columns it names."""

    class ReferenceFilter(django_filters.FilterSet):
        q = django_filters.CharFilter(label="查找", method="search", max_length=60)

        class Meta:
            model = table.model
            fields = []

        def search(self, queryset, name, value):
            found = Q(pk__in=[])
            for column in table.search:
                found |= Q(**{f"{column}__icontains": value.strip()})
            return queryset.filter(found)

    return ReferenceFilter


class ReferenceList(ScopedList):
    template_name = "portal/reference_list.html"
    roles = READERS
    section = "reference"
    empty_hint = "本市可签发的审核人员可以在这里新增。"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        table = table_or_404(kwargs["slug"])
        self.table, self.title, self.columns = table, table.title, table.columns
        self.filterset_class = filter_of(table)
        rows = table.model.objects.order_by(*table.model._meta.ordering or ["pk"])
        self.queryset = rows.select_related(*table.related) if table.related else rows

    def get_context_data(self, **kwargs):
        keeps = keeps_reference(self.request.user)
        return super().get_context_data(**kwargs, source=self.table, keeps=keeps)


@roles_only(*READERS)
@once
def reference_new(request, slug):
    """Add a row."""
    table = table_or_404(slug)
    if not table.grows:
        raise Http404
    form = table.form(request.POST or None, instance=table.model())

    def act():
        who = {"actor": request.user, "at": timezone.now()}
        return add_reference(form.instance, fields=form.row_fields, **who)

    return _handle(request, table, form, act, f"新增{table.title}")


@roles_only(*READERS)
@once
def reference_row(request, slug, pk):
    """One row, to read; to edit for those who keep the tables."""
    table = table_or_404(slug)
    row = get_object_or_404(table.model.objects.visible_to(request.user), pk=pk)
    may = keeps_reference(request.user)
    form = table.form(request.POST or None, instance=row, read_only=not may)

    def act():
        who = {"actor": request.user, "at": timezone.now()}
        version = form.cleaned_data["version"] or 0
        return save_reference(form.instance, version=version, fields=form.row_fields, **who)

    return _handle(request, table, form, act, str(row), row=row)


def _handle(request, table, form, act, title, row=None):
    context = {
        "title": title,
        "section": "reference",
        "source": table,
        "form": form,
        "row": row,
        "keeps": keeps_reference(request.user),
        "back_url": reverse("portal:reference-table", args=[table.slug]),
    }
    if request.method == "POST" and form.is_valid():
        try:
            saved = act()
        except Stale as stale:
            context |= _conflict(table, form, stale.current)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已保存“{saved}”。")
            return redirect("portal:reference-table", table.slug)
    return render(request, "portal/reference_row.html", context)


def _conflict(table, form, current):
    """Both contents side by side; handing the form in again means one has seen them."""
    form.add_error(None, "您打开之后，他人已修改过这条记录。请核对上方两份内容后再保存。")
    form.data = {**form.data.dict(), "version": current.version}
    theirs = table.form(instance=current)
    lines = []
    for name in form.row_fields:
        mine, now = form[name].value(), theirs[name].value()
        if str(mine or "") != str(now or ""):
            lines.append({"label": form.fields[name].label, "theirs": now, "mine": mine})
    return {"conflict": lines}


@require_POST
@roles_only(*READERS)
def reference_drop(request, slug, pk):
    """Remove a row of a table that allows it."""
    table = table_or_404(slug)
    row = get_object_or_404(table.model.objects.visible_to(request.user), pk=pk)
    if not table.shrinks:
        raise Http404
    try:
        drop_reference(row, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已删除“{row}”。")
    return redirect("portal:reference-table", table.slug)
