"""The yearly appraisal of regions: by year, with the weight it has, and as a workbook."""

from io import BytesIO

from django.conf import settings
from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evaluations.access import may_see_results
from evaluations.appraisals import appraisals_over, appraised
from evaluations.operations.sheets_out import note_results
from portal.gate import roles_only
from portal.models import User
from portal.workbooks import XLSX, write_workbook

R = User.Role
READERS = (R.OFFICER, R.AUDITOR)


@require_safe
@roles_only(*READERS)
def appraisals(request):
    """Every appraisal of the year asked about, or of the latest there is."""
    rounds = [each for each in appraisals_over(request.user) if may_see_results(request.user, each)]
    years = sorted({each.year for each in rounds}, reverse=True)
    year = _year(request, years)
    page = {
        "title": "旗市区考核",
        "section": "inspections",
        "years": years,
        "year": year,
        "appraisals": appraised([each for each in rounds if each.year == year], request.user),
    }
    return render(request, "evaluations/appraisals.html", page)


def _year(request, years):
    asked = request.GET.get("year", "")
    return next((each for each in years if str(each) == asked), years[0] if years else None)


@require_POST
@roles_only(*READERS)
def appraisal_export(request, pk):
    """One appraisal as a workbook."""
    held = get_object_or_404(appraisals_over(request.user), pk=pk)
    [found] = appraised([held], request.user)
    rows = found.rows if may_see_results(request.user, held) else []
    title, at, file = f"{held.title}结果", timezone.now(), BytesIO()
    count = write_workbook(
        file,
        sheet="考核结果",
        title=f"{settings.COMMISSION_NAME}{title}",
        columns=found.columns,
        rows=rows,
        facts=facts(found),
        exporter=f"{request.user.name}（{request.user.get_role_display()}）",
        at=at,
    )
    note_results(title, f"{held.year} 年", count, actor=request.user, at=at)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)


def facts(found):
    """What stands above the table."""
    told = [("组织地区", found.held.region.name), ("年度", f"{found.held.year} 年")]
    if found.weight is None:
        return [*told, "这一年的考核权重还没有登记，没有折算。"]
    word = "" if found.weight.confirmed else "（待确认）"
    return [
        *told,
        ("权重", f"{found.weight.percent.normalize():f}%{word}"),
        ("权重依据", found.weight.source or "未填"),
        "折算分 = 总分 ÷ 满分 × 权重，由未进位的总分计算，四舍五入一次；一票否决的折算分为 0。",
    ]
