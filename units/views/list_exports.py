"""Pages of lists taken away as workbooks: the rows as filtered and ordered, the page's columns."""

from io import BytesIO

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.gate import roles_only
from portal.workbooks import XLSX, write_workbook
from units.exports import sheet_for
from units.operations.export import note_export
from units.wording import filter_words

MOST = 5000  # rows of one workbook; more are to be filtered first


def list_export(page, *, roles, back):
    """The address that answers with a list page's workbook; `back` is the list's own."""

    @require_POST
    @roles_only(*roles)
    def view(request):
        made = page()
        made.setup(request)
        found = made.filtered()
        if found.count() > MOST:
            messages.error(request, f"超过 {MOST} 行，没有导出。请先按条件筛选，再分次导出。")
            return redirect(back)
        return _answer(request, made, list(found))

    return view


def _answer(request, page, found):
    user, at, file = request.user, timezone.now(), BytesIO()
    rows, words = page.rows(found), _words(page.filterset)
    count = write_workbook(
        file,
        sheet=page.title,
        title=f"{settings.COMMISSION_NAME}{page.title}",
        columns=sheet_for(user.role, getattr(page, "sheet", page.columns)),
        rows=rows,
        facts=[("范围", user.region.name), ("筛选", words), ("行数", f"{len(rows)} 行")],
        exporter=f"{user.name}（{user.get_role_display()}）",
        at=at,
    )
    note_export(page.title, words, count, actor=user, at=at)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{page.title}.xlsx", content_type=XLSX)


def _words(filterset):
    return filterset.words() if hasattr(filterset, "words") else filter_words(filterset)
