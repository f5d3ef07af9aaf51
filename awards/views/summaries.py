"""申报汇总表: what can be passed upward, a look at what goes in, and the workbook."""

from io import BytesIO

from django.db.models import Count
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from awards import exports
from awards.models import Candidate
from awards.operations.candidates import listed
from awards.operations.summaries import note_summary
from awards.summary import COLUMNS, of_applications, of_candidates
from awards.views.candidates import fetch_list
from awards.views.tabs import OFFICE, SECTION, tabs
from portal.gate import roles_only
from portal.views.files import HEADERS
from portal.workbooks import XLSX
from units.models import Application, Level
from units.quotas import on_list
from units.views.desk_order import bodies_in_sight, running

ORDER = ("body__position", "body", "recommended_rank", "recommended_at", "pk")


@require_safe
@roles_only(*OFFICE)
def summaries(request):
    """Every list that can be passed upward: by batch and body, and each 培育库."""
    bodies = {each.pk: each for each in bodies_in_sight(request.user).select_related("region")}
    context = {
        "groups": _groups(request.user, bodies),
        "pools": _pools(request.user),
        "award_tabs": tabs("summaries"),
        "title": "申报汇总表",
        "section": SECTION,
    }
    return render(request, "awards/summaries.html", context)


def _groups(user, bodies):
    """[(name, batch, [(body, how many)], how many in all)] of open batches with such units."""
    batches = list(running(user))
    seen = Application.objects.visible_to(user).live().recommended()
    counted = seen.filter(batch__in=batches, body__in=list(bodies)).order_by()
    counts = {
        (batch, body): number
        for batch, body, number in counted.values_list("batch", "body").annotate(n=Count("pk"))
    }
    found = []
    for batch in batches:
        own = [(bodies[key], number) for (pk, key), number in counts.items() if pk == batch.pk]
        own.sort(key=lambda pair: (pair[0].position, pair[0].pk))
        if own:
            found.append((batch.with_kind, batch, own, sum(number for _, number in own)))
    return found


def _pools(user):
    """[{office, level, how many}] of the lists in sight."""
    rows = Candidate.objects.visible_to(user).standing().order_by("region__path", "level")
    counted = rows.values("region", "region__name", "level").annotate(number=Count("pk"))
    return [{**each, "level_name": Level(each["level"]).label} for each in counted]


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*OFFICE)
def pool_summary(request, region_pk, level):
    """An office's 培育库 as 申报汇总表."""
    region, level = fetch_list(request, region_pk, level)
    rows = listed(region, level).select_related("region", "unit__region", "unit__category")
    lines, left = of_candidates(region, level, rows, timezone.localdate())
    page = {
        "title": f"{region.name}{level.label}示范单位{exports.NAME}（培育库）",
        "facts": [("推荐地区", region.name), ("推荐目标", level.label)],
        "lines": lines,
        "left": left,
        "order_url": reverse("awards:candidate-order", args=[region.pk, level]),
    }
    return _answer(request, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*OFFICE)
def batch_summary(request, pk, body_pk=None):
    """What one body, or every body in sight, recommended in an open batch."""
    batch, body, rows = fetch_recommended(request, pk, body_pk)
    lines = of_applications(rows, timezone.localdate())
    whose = body.name if body else "各推荐单位"
    keys = [pk, body_pk] if body_pk else [pk]
    page = {
        "title": f"{batch.with_kind}{exports.NAME}（{whose}）",
        "facts": [("批次", str(batch)), ("推荐单位", whose)],
        "lines": lines,
        "left": [],
        "archives_url": reverse(f"awards:{'body' if body else 'batch'}-archives", args=keys),
        "order_url": reverse("units:recommended-order", args=keys) if body else "",
    }
    return _answer(request, page)


def fetch_recommended(request, pk, body_pk=None):
    """(batch, body or None, its recommended applications in sight, in order), or 404."""
    batch = get_object_or_404(running(request.user), pk=pk)
    bodies = bodies_in_sight(request.user).select_related("region")
    body = get_object_or_404(bodies, pk=body_pk) if body_pk else None
    if body and not body.region.path.startswith(batch.region.path):
        raise Http404
    rows = on_list(batch, body).filter(
        pk__in=Application.objects.visible_to(request.user).order_by().values("pk"),
        body__in=bodies.order_by().values("pk"),
    )
    rows = rows.select_related("unit__region", "unit__category", "category", "body", "batch__kind")
    return batch, body, list(rows.defer("deeds").order_by(*ORDER))


def _answer(request, page):
    if request.method == "POST":
        return _workbook(request, page)
    short = [each for each in page["lines"] if each.lacking]
    context = {
        **page,
        "columns": COLUMNS,
        "table": [cells_of(line) for line in page["lines"]],
        "short": short,
        "section": SECTION,
        "trail": (("申报汇总表", reverse("awards:summaries")),),
    }
    return render(request, "awards/summary.html", context)


def cells_of(line):
    """One row of the preview."""
    return mark_safe("".join(each.cell(line) for each in COLUMNS))


def _workbook(request, page):
    user, at, file = request.user, timezone.now(), BytesIO()
    title = page["title"]
    facts = [*page["facts"], ("行数", f"{len(page['lines'])} 家")]
    count = exports.write_summary(
        file,
        title=title,
        lines=page["lines"],
        facts=facts,
        exporter=f"{user.name}（{user.get_role_display()}）",
        at=at,
    )
    words = "；".join(f"{label}：{value}" for label, value in page["facts"])
    note_summary(title, words, count, actor=user, at=at)
    file.seek(0)
    heads = {"content_type": XLSX, "headers": HEADERS}
    return FileResponse(file, as_attachment=True, filename=f"{title}.xlsx", **heads)
