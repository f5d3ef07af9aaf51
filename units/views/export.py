"""Lists as workbooks: at once where they are small, in the background where they are not."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.gate import roles_only
from portal.registers import state_of
from portal.workbooks import XLSX
from units.access import READERS
from units.operations.export import ask_export, note_export
from units.sheets import AT_ONCE, Export

MOST_PICKED = 1000
LISTS = {
    "register": "units:register",
    "designations": "units:designations",
    "expiry": "units:designations",
}


def export_view(sheet):
    """The address that answers with one kind of workbook."""

    @require_POST
    @roles_only(*READERS)
    def view(request):
        return answer(request, sheet)

    return view


def picked_in(request):
    """The ticked rows of a post; none where it is about all that the filter finds."""
    if request.POST.get("scope", "all") != "picked":
        return []
    asked = request.POST.getlist("pk")[:MOST_PICKED]
    return [int(each) for each in asked if each.isascii() and each.isdigit() and len(each) < 12]


def answer(request, sheet):
    """The workbook, or the page of the job that writes it."""
    picked, query = picked_in(request), state_of(request.GET).urlencode()
    if request.POST.get("scope") == "picked" and not picked:
        messages.error(
            request, "还没有勾选任何一行，没有导出。请先勾选，或用“导出 Excel”导出全部。"
        )
        return redirect(LISTS[sheet])
    export = Export(sheet, query, picked, user=request.user)
    if export.count() > AT_ONCE:
        payload = {"sheet": sheet, "query": query, "picked": picked}
        job = ask_export(export.title, payload, actor=request.user, at=timezone.now())
        messages.success(request, "表较大，正在后台生成，完成后会有消息提醒。")
        return redirect(job)
    return at_once(request, export)


def at_once(request, export):
    """The bytes themselves."""
    at, file = timezone.now(), BytesIO()
    rows = export.write(file, at=at)
    note_export(export.title, export.words(), rows, actor=request.user, at=at)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=export.file_name, content_type=XLSX)
