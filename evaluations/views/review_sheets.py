"""评审表: finished rounds, and their review sheets as workbooks."""

from io import BytesIO

import django_filters
from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from evaluations.models import Inspection, InspectionRound
from evaluations.operations.review_sheets import ask_review_sheets, note_review_sheets
from evaluations.sheets.review_book import write_review_book
from evaluations.sheets.review_data import finished_rounds, review_rows
from portal import files
from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import User
from portal.workbooks import XLSX

R = User.Role
READERS = (R.AUDITOR, R.OFFICER)
AT_ONCE = 30  # units; more are written in the background


class RoundFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="轮次名称", field_name="title", lookup_expr="icontains")
    kind = django_filters.ChoiceFilter(
        label="种类", choices=InspectionRound.Kind.choices, empty_label="全部"
    )

    class Meta:
        model = InspectionRound
        fields = ["q", "kind"]


class ReviewRounds(ScopedList):
    """Finished rounds, the latest first, each with its review sheets."""

    roles = READERS
    queryset = finished_rounds().select_related("region").order_by("-ends_on", "-pk")
    filterset_class = RoundFilter
    template_name = "evaluations/review_rounds.html"
    title = "评审表"
    section = "inspections"
    count_word = "轮"
    empty_hint = "测评轮次结束并结分之后，列在这里，可以导出评审表。"
    columns = (
        Column("title", "轮次", str, css="first", width=34),
        Column("kind", "种类", lambda each: each.get_kind_display(), width=8),
        Column("region", "组织地区", lambda each: each.region.name, width=20),
        Column("ends_on", "结束日期", lambda each: each.ends_on, "date", sort="ends_on"),
    )


@require_POST
@roles_only(*READERS)
def review_sheets(request, pk):
    """The review sheets of a round: what this person may see of it."""
    visible = InspectionRound.objects.visible_to(request.user)
    asked = get_object_or_404(visible, pk=pk)
    try:
        round, rows = review_rows(request.user, asked.pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("evaluations:review-rounds")
    if rows.count() <= AT_ONCE:
        return _at_once(request, round, rows, f"{round} 评审表.xlsx")
    job = ask_review_sheets(round, actor=request.user, at=timezone.now())
    messages.success(request, "单位较多，正在后台生成，完成后会有消息提醒。")
    return redirect(job)


@require_POST
@roles_only(*READERS)
def review_sheet(request, pk):
    """The review sheet of one unit of a finished round."""
    visible = Inspection.objects.visible_to(request.user).select_related("round", "unit")
    inspection = get_object_or_404(visible, pk=pk)
    round = inspection.round
    if round.state != InspectionRound.State.FINISHED:
        messages.error(request, f"“{round}”还没有结束，结分之后才能导出评审表。")
        return redirect("evaluations:review-rounds")
    rows = visible.filter(pk=pk)
    return _at_once(request, round, rows, f"{inspection.unit} {round} 评审表.xlsx")


def _at_once(request, round, rows, name):
    at, file = timezone.now(), BytesIO()
    author = request.user.name
    units = write_review_book(file, rows, round=round, author=author, at=at)
    note_review_sheets(round, units, actor=request.user, at=at)
    file.seek(0)
    name = files.clean_name(name)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
