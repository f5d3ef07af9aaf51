"""自查名单: the checks of a region, or of a clerk's own units."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from evaluations.filters.self_checks import SelfCheckFilter
from evaluations.models import SelfCheck
from evaluations.operations.sheets_out import ask_sheet, note_sheet
from evaluations.self_check_columns import LIST_COLUMNS, place_rows
from evaluations.self_check_sheets import AT_ONCE, Sheet, rows_for_lists
from portal.gate import roles_only
from portal.lists import ScopedList
from portal.models import User
from portal.registers import state_of
from portal.workbooks import XLSX

R = User.Role
READERS = (R.OFFICER, R.AUDITOR, R.CLERK)


class SelfCheckList(ScopedList):
    queryset = SelfCheck.objects.order_by(
        "-round__opens_at", "unit__region__code", "unit__name", "pk"
    )
    filterset_class = SelfCheckFilter
    template_name = "evaluations/self_checks.html"
    columns = LIST_COLUMNS
    roles = READERS
    title = "自查"
    section = "self-checks"
    count_word = "份"
    empty_hint = "发起自查后，每个单位的填报情况会列在这里。"

    def visible(self):
        return rows_for_lists(super().visible(), timezone.now())

    def rows(self, page):
        return place_rows(list(page))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        state = state_of(self.request.GET).urlencode()
        export_url = f"{reverse('evaluations:self-checks-export')}?{state}"
        is_office = self.request.user.role in User.SUBTREE_ROLES
        return context | {"export_url": export_url, "is_office": is_office}


@require_POST
@roles_only(*READERS)
def export(request):
    """The list as filtered, as a workbook."""
    return answer(request, "checks", state_of(request.GET).urlencode())


def answer(request, kind, query):
    """The workbook at once where it is small, else the page of the job that writes it."""
    at = timezone.now()
    sheet = Sheet(kind, query, user=request.user, at=at)
    if sheet.count() > AT_ONCE:
        payload = {"kind": kind, "query": query}
        job = ask_sheet(sheet.title, payload, actor=request.user, at=at)
        messages.success(request, "表较大，正在后台生成，完成后会有消息提醒。")
        return redirect(job)
    file = BytesIO()
    rows = sheet.write(file)
    note_sheet(sheet.title, sheet.words(), rows, actor=request.user, at=at)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=sheet.file_name, content_type=XLSX)
