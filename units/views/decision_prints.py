"""A decision's list on paper and as a workbook."""

from io import BytesIO

from django.http import FileResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.gate import roles_only
from portal.models import User
from portal.workbooks import XLSX, write_workbook
from units.deciding import Dossier
from units.decision_columns import CORRECTION_SHEET, LIST_SHEET
from units.decision_page import rows_of
from units.models import NamingDecision
from units.operations.export import note_export
from units.views.decisions import fetch
from units.views.printing import answer_print

R = User.Role
OFFICE = (R.OFFICER, R.AUDITOR)


@require_POST
@roles_only(*OFFICE)
def decision_print(request, pk):
    """The printed list as PDF."""
    return answer_print(request, "decision", pk)


@require_POST
@roles_only(*OFFICE)
def decision_export(request, pk):
    """The list as a workbook."""
    decision, at, file = fetch(request, pk), timezone.now(), BytesIO()
    dossier = Dossier(decision)
    title = f"{decision.title}名单"
    is_naming = decision.kind == NamingDecision.Kind.NAMING
    count = write_workbook(
        file,
        sheet="名单",
        title=title,
        columns=LIST_SHEET if is_naming else CORRECTION_SHEET,
        rows=rows_of(dossier, timezone.localdate(at)),
        facts=facts(dossier),
        exporter=f"{request.user.name}（{request.user.get_role_display()}）",
        at=at,
    )
    note_export(title, decision.document_no, count, actor=request.user, at=at)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)


def facts(dossier):
    """What stands above the table."""
    decision = dossier.decision
    issuers = "、".join(each.name for each in dossier.issuers)
    return [
        ("文号", decision.document_no),
        ("决定日期", f"{decision.decided_on}"),
        ("签发部门", issuers),
        ("状态", decision.get_state_display()),
    ]
