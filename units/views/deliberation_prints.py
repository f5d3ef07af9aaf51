"""The deliberation list on paper and as a workbook."""

from io import BytesIO

from django.http import FileResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.gate import roles_only
from portal.models import User
from portal.workbooks import XLSX, write_workbook
from units.deliberating import Docket
from units.deliberation_columns import DELIBERATION_SHEET
from units.deliberation_page import rows_of
from units.operations.export import note_export
from units.views.deliberations import fetch
from units.views.printing import answer_print

R = User.Role
OFFICE = (R.OFFICER, R.AUDITOR)


@require_POST
@roles_only(*OFFICE)
def deliberation_print(request, pk):
    """审定表 as PDF."""
    return answer_print(request, "deliberation", pk)


@require_POST
@roles_only(*OFFICE)
def deliberation_export(request, pk):
    """审定表 as a workbook."""
    docket, at, file = Docket(fetch(request, pk)), timezone.now(), BytesIO()
    title = f"{docket.batch}审定表"
    count = write_workbook(
        file,
        sheet="审定表",
        title=title,
        columns=DELIBERATION_SHEET,
        rows=rows_of(docket, docket.ranking.places),
        facts=facts(docket),
        exporter=f"{request.user.name}（{request.user.get_role_display()}）",
        at=at,
    )
    note_export(title, docket.deliberation.get_state_display(), count, actor=request.user, at=at)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)


def facts(docket):
    """What stands above the table."""
    ranking = docket.ranking
    signed = [each.body.name for each in docket.signatures if each.is_valid]
    places = f"{docket.limit} 家" if docket.limit else "未定"
    return [
        ("命名地区", str(docket.batch.region)),
        ("状态", docket.deliberation.get_state_display()),
        ("名额", places),
        ("入选", f"{len(ranking.chosen)} 家，参评 {len(ranking.places)} 家"),
        ("已会签", "、".join(signed) or "无"),
        ("名单摘要（SHA-256）", docket.digest),
    ]
