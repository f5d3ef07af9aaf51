"""Pages of batches: the list with how many titles each gave, and one batch."""

import django_filters
from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import AuditEvent, User
from portal.once import once
from portal.text import folded
from units.access import keeps_batch, may_keep_batch
from units.batch_page import (
    places_of,
    progress_of,
    stages_of,
    todo_of,
    where_it_stands,
    words_by_category,
)
from units.cards import cards_of
from units.filters import due_within
from units.forms.title import BatchForm, CorrectBatchForm
from units.models import Application, Batch, Designation, Level, NamingDecision, PublicNotice
from units.models.designation import Status
from units.operations.batch_plans import level_of
from units.operations.batches import FIELDS, add_batch, correct_batch
from units.operations.running_batches import signing_begun
from units.tones import BATCH_TONES, TITLE_TONES
from units.views.acts import handle

R = User.Role
LOG = 30  # lines of what was done
READERS = (R.OFFICER, R.AUDITOR)


class BatchFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="批次、文号", method="search", max_length=60)
    level = django_filters.ChoiceFilter(label="级别", choices=Level.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(
        label="状态", choices=Batch.State.choices, empty_label="全部"
    )

    class Meta:
        model = Batch
        fields = ["q", "level", "state"]

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
    Column(
        "year",
        "年份",
        lambda each: each.year,
        kind="number",
        sort="year",
        width=8,
        css="hide-phone",
    ),
    Column("document_no", "文号", lambda each: each.document_no, width=26),
    Column("titles", "辖区内称号", lambda each: each.seen, kind="number", width=10, label="称号"),
    Column(
        "state",
        "状态",
        Batch.get_state_display,
        "tag",
        tone=lambda each: BATCH_TONES[each.state],
        css="state",
    ),
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
        user = self.request.user
        more = {"may_add": user.role == R.OFFICER}
        more["may_plan"] = more["may_add"] and bool(level_of(user.region))
        return super().get_context_data(**more, **kwargs)


def fetch(request, pk):
    """A batch in sight, or 404."""
    visible = Batch.objects.visible_to(request.user)
    rows = visible.select_related("kind", "region", "rule__regulation").prefetch_related("stages")
    return get_object_or_404(rows, pk=pk)


@roles_only(*READERS, R.CLERK)
@require_safe
def batch(request, pk):
    """One batch: how it runs, its papers, and what has become of its titles within sight."""
    obj, now = fetch(request, pk), timezone.now()
    counts = _titles(request.user, obj, timezone.localdate(now))
    keeps = obj.rule_id is not None and keeps_batch(request.user, obj)
    page = {
        "batch": obj,
        "title": str(obj),
        "section": "batches",
        "tone": BATCH_TONES[obj.state],
        "counts": counts,
        "total": sum(number for *_, number in counts),
        "is_office": request.user.role in READERS,
        "keeps": keeps,
        "cards": cards_of("batch", obj, request.user),
        "may_correct": obj.rule_id is None and may_keep_batch(request.user, obj),
    }
    if obj.rule_id is not None:
        page |= _run_here(request.user, obj, now, keeps)
    return render(request, "units/batch.html", page)


def _titles(user, obj, today):
    """(status, tone, number) of the titles within sight."""
    titles = Designation.objects.visible_to(user).filter(batch=obj)
    counted = titles.with_status(today, due_within()).order_by().values_list("status")
    counts = dict(counted.annotate(n=Count("pk")))
    known = [each for each in Status if counts.get(each)]
    return [(each, TITLE_TONES[each], counts[each]) for each in known]


def _deliberates(obj, user):
    """Has this person the ranking of the batch to look at?"""
    begun = obj.state in (Batch.State.OPEN, Batch.State.DONE)
    return begun and Batch.objects.deliberated_by(user).filter(pk=obj.pk).exists()


def _decisions(obj, user):
    """The naming decision and what corrects it, as far as this person sees them."""
    visible = NamingDecision.objects.visible_to(user).filter(batch=obj)
    return visible.exclude(state=NamingDecision.State.DROPPED).order_by("decided_on", "pk")


def _notices(obj, user):
    """The notices of the batch that this person sees."""
    visible = PublicNotice.objects.visible_to(user).filter(batch=obj)
    return visible.exclude(state=PublicNotice.State.CANCELLED)


def _may_hang_out(obj, keeps, notices):
    """Is there a list to be shown to the public, and no notice of it yet?"""
    waiting = keeps and obj.state == Batch.State.OPEN and not notices
    return waiting and obj.applications.filter(state=Application.State.PROPOSED).exists()


def _run_here(user, obj, now, keeps):
    """What more there is to say of a batch that is not just entered from a list."""
    shown, office = stages_of(obj, now), user.role in READERS
    notices = list(_notices(obj, user)) if office else []
    page = {
        "run": True,
        "shown": shown,
        "stands": where_it_stands(obj, shown, now),
        "requirements": obj.requirements.select_related("category"),
        "words": words_by_category(obj),
        "issuers": obj.issuers.select_related("body"),
        "places": places_of(obj) if office else None,
        "progress": progress_of(obj, user) if office else (),
        "deliberates": _deliberates(obj, user) if office else False,
        "decisions": _decisions(obj, user) if office else (),
        "notices": notices,
        "may_hang_out": _may_hang_out(obj, keeps, notices),
        "may_open": keeps and obj.state == Batch.State.DRAFT,
        "may_cancel": keeps and obj.state in (Batch.State.DRAFT, Batch.State.OPEN),
        "editable": keeps and obj.state in (Batch.State.DRAFT, Batch.State.OPEN),
    }
    page["reopens"] = keeps and obj.state == Batch.State.OPEN and not signing_begun(obj)
    if page["editable"]:
        page["todo"], page["clashes"] = todo_of(obj, now)
    if keeps:
        page["log"] = _log(obj)
    return page


def _log(batch):
    """What was done to it, under the name it has now."""
    found = list(AuditEvent.objects.about(batch)[:LOG])
    for each in found:
        if each.target_type == batch._meta.label_lower:
            each.target_name = str(batch)
    return found


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
