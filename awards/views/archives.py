"""档案包: what would go in, having one made, one's own packages, taking one."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from awards.archive_columns import ARCHIVE_COLUMNS, state_of
from awards.filters import ArchiveFilter
from awards.models import Archive
from awards.operations.archives import ask_archive, ask_archives, note_download
from awards.packing.whole import packable, plan_of
from awards.views.summaries import fetch_recommended
from awards.views.tabs import OFFICE, SECTION, tabs
from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import ScopedList
from portal.views.sending import send_stored
from units.materials import size_words

SHOWN = 10


class ArchiveList(ScopedList):
    """One's own packages, the last first."""

    queryset = Archive.objects.for_display().order_by("-pk")
    filterset_class = ArchiveFilter
    template_name = "awards/archives.html"
    columns = ARCHIVE_COLUMNS
    roles = OFFICE
    title = "档案包"
    section = SECTION
    count_word = "个"
    empty_hint = "在申报或申报汇总表的页面上生成档案包后，列在这里。只列您自己生成的。"

    def get_context_data(self, **kwargs):
        return super().get_context_data(award_tabs=tabs("archives"), **kwargs)


def fetch(request, pk):
    """An application in sight that was handed in, or 404."""
    rows = packable(request.user).select_related("unit__successor")
    return get_object_or_404(rows.prefetch_related("batch__stages"), pk=pk)


@require_safe
@roles_only(*OFFICE)
def application_archive(request, pk):
    """What goes into the package of one application, and the packages one has made of it."""
    obj = fetch(request, pk)
    plan = plan_of(obj, request.user, timezone.localdate())
    made = Archive.objects.visible_to(request.user).for_display().filter(application=obj)
    rows = list(made.order_by("-pk")[:SHOWN])
    for each in rows:
        each.words, each.tone = state_of(each)
        each.is_behind = each.file_id and each.fingerprint != plan.fingerprint
        each.size_words = size_words(each.file.size) if each.file else ""
    context = {
        "application": obj,
        "parts": [(name, entries, bytes_of(entries)) for name, entries in plan.parts()],
        "plan": plan,
        "size": size_words(plan.size) if plan.size else "",
        "rows": rows,
        "title": f"档案包：{obj.unit.name}",
        "section": SECTION,
        "trail": (("档案包", reverse("awards:archives")), (str(obj), obj.get_absolute_url())),
    }
    return render(request, "awards/archive.html", context)


def bytes_of(entries):
    """The size of what is kept already, in words."""
    total = sum(each.size for each in entries)
    return size_words(total) if total else ""


@require_POST
@roles_only(*OFFICE)
def archive_new(request, pk):
    """Have the package made in the background."""
    made = ask_archive(fetch(request, pk), actor=request.user, at=timezone.now())
    messages.success(request, "正在后台生成，完成后会有消息提醒。")
    return redirect(made.job)


@require_POST
@roles_only(*OFFICE)
def archives_of_batch(request, pk, body_pk=None):
    """Have one made for each unit of a summary."""
    _, _, rows = fetch_recommended(request, pk, body_pk)
    here = "awards:body-summary" if body_pk else "awards:batch-summary"
    try:
        number = ask_archives(rows, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(here, *([pk, body_pk] if body_pk else [pk]))
    messages.success(request, f"{number} 个档案包正在后台逐个生成，全部完成后会有消息提醒。")
    return redirect("awards:archives")


@require_POST
@roles_only(*OFFICE)
def archive_file(request, code):
    """The package itself, to whoever had it made and still sees the application."""
    rows = Archive.objects.visible_to(request.user).ready().select_related("file", "application")
    archive = get_object_or_404(rows, code=code)
    answer = send_stored(archive.file)
    note_download(archive, actor=request.user, at=timezone.now())
    return answer
