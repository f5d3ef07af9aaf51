"""The results of a round: ranking with its line, places, publication, Excel."""

from functools import cached_property
from io import BytesIO

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from evaluations.access import may_see_results, officer_over_round
from evaluations.agreement import rounds_over
from evaluations.filters.results import ResultFilter
from evaluations.forms.results import PlacesForm
from evaluations.models import Inspection, InspectionRound
from evaluations.operations.results import publish_results, set_places
from evaluations.operations.sheets_out import note_results
from evaluations.result_lists import PAGE, SHEET, county_names, county_of, offered, rows_of
from evaluations.standings import RANKED, cut_of, lines_of, standings
from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import ScopedList
from portal.models import User
from portal.workbooks import XLSX, write_workbook
from units.wording import filter_words

R = User.Role
READERS = (R.OFFICER, R.AUDITOR)
State = InspectionRound.State


def fetch(request, pk):
    """A round in sight, or 404."""
    visible = InspectionRound.objects.visible_to(request.user).select_related("region")
    return get_object_or_404(visible, pk=pk)


class Seen:
    """What one person may see of a round's results."""

    def __init__(self, request, held, params):
        self.user, self.held = request.user, held
        self.visible = Inspection.objects.visible_to(request.user).filter(round=held)
        self.filterset = ResultFilter(params, queryset=self.visible, request=request)
        self.allowed = may_see_results(request.user, held)

    @cached_property
    def is_open(self):
        """In a blind round those on the team wait until the last has signed."""
        opened = Inspection.objects.with_scores_open_to(self.user).filter(round=self.held)
        return self.allowed and opened.count() == len(self.paths)

    @cached_property
    def standing(self):
        """The whole round in its order, whoever looks."""
        return standings(self.held) if self.allowed else []

    @cached_property
    def in_sight(self):
        """The units this person sees, in order; (standing, path of its region)."""
        paths = self.paths
        return [(each, paths[each.pk]) for each in self.standing if each.pk in paths]

    @cached_property
    def paths(self):
        """Where the units that this person sees are, by inspection."""
        return dict(self.visible.values_list("pk", "unit__region__path"))

    @cached_property
    def asked(self):
        """Those that the address asks for, in order."""
        keys = set(self.filterset.qs.values_list("pk", flat=True))
        found = [each for each, _ in self.in_sight if each.pk in keys]
        return found if self.is_open else sorted(found, key=lambda each: each.pk)


class RoundResults(ScopedList):
    """Units from the top, the line among them."""

    template_name = "evaluations/round_results.html"
    roles = READERS
    section = "inspections"
    count_word = "家"
    empty_hint = "选定测评单位并分派人员后，签了字的得分列在这里。"

    def get(self, request, pk):
        self.held = fetch(request, pk)
        self.seen = Seen(request, self.held, request.GET)
        self.title = self.held.title
        return super().get(request, pk=pk)

    def visible(self):
        return self.seen.visible

    @property
    def filterset(self):
        return self.seen.filterset

    def filtered(self):
        return self.seen.asked

    def rows(self, page):
        return rows_of(list(page))

    def shown_columns(self):
        return offered(PAGE, self.held, is_open=self.seen.is_open)

    def _marks(self, cut):
        """The edition's lines, beside that of the places; where figures are open to see."""
        if not self.seen.is_open:
            return {}
        return lines_of(self.seen.standing, places=cut is None or self.held.places)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        held, seen = self.held, self.seen
        cut = cut_of(seen.standing) if seen.is_open and held.kind in RANKED else None
        context |= {
            "held": held,
            "round": held,
            "tab": "results",
            "leads": officer_over_round(self.request.user, held),
            "seen": seen,
            "cut": cut,
            "lines": list(lines(context["rows"], context["table"], cut, self._marks(cut))),
            "width": len(context["headings"]),
            "counties": counties(seen) if seen.is_open else [],
            "signed": sum(each.is_whole for each, _ in seen.in_sight),
            "vetoed": sum(bool(each.tally["vetoes"]) for each, _ in seen.in_sight),
            "short": sum(bool(each.tally["short"]) for each, _ in seen.in_sight),
            "apart": sum(bool(each.tally["apart"]) for each, _ in seen.in_sight),
            "may_keep": officer_over_round(self.request.user, held),
            "analyses": rounds_over(self.request.user).filter(pk=held.pk).exists(),
            "what_if": what_if(seen, self.request.GET.get("places", "")),
        }
        context["places_form"] = PlacesForm(
            user=self.request.user, initial={"places": held.places, "version": held.version}
        )
        return context


def lines(rows, table, cut, marks):
    """Each row's cells, and which lines run above it."""
    first = cut.first.pk if cut and cut.first else None
    for row, cells in zip(rows, table, strict=True):
        yield {"cells": mark_safe(cells), "cut": row.pk == first, "marks": marks.get(row.pk)}


def counties(seen):
    """(旗市区, above the line, all) of the units in sight."""
    names = county_names(path for _, path in seen.in_sight)
    found = {}
    for each, path in seen.in_sight:
        name = county_of(path, names) or "市直单位"
        above, total = found.get(name, (0, 0))
        found[name] = above + bool(each.above), total + 1
    return [(name, *counts, round(100 * counts[0] / counts[1])) for name, counts in found.items()]


def what_if(seen, asked):
    """Who would come in or fall out with another number of places; None if nothing is asked."""
    if not (asked.isascii() and asked.isdigit() and len(asked) < 5 and int(asked)):
        return None
    places, sight = int(asked), {each.pk for each, _ in seen.in_sight}
    ranked = [each for each in seen.standing if each.rank]
    inside = {each.pk for each in ranked if each.rank <= places}
    before = {each.pk for each in ranked if each.above}
    moved = [
        each for each in ranked if each.pk in sight and (each.pk in inside) != (each.pk in before)
    ]
    return {
        "places": places,
        "coming": rows_of([each for each in moved if each.pk in inside][:20]),
        "going": rows_of([each for each in moved if each.pk not in inside][:20]),
        "inside": len(inside),
    }


@require_POST
@roles_only(*READERS)
def round_results_export(request, pk):
    """The list as a workbook, with the filter of the page."""
    held = fetch(request, pk)
    seen, at = Seen(request, held, request.GET), timezone.now()
    rows, file = rows_of(seen.asked), BytesIO()
    title, words = f"{held.title}结果", filter_words(seen.filterset)
    count = write_workbook(
        file,
        sheet="测评结果",
        title=title,
        columns=offered(SHEET, held, is_open=seen.is_open),
        rows=rows,
        facts=facts(held, seen, words),
        exporter=f"{request.user.name}（{request.user.get_role_display()}）",
        at=at,
    )
    note_results(title, words, count, actor=request.user, at=at)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)


def facts(held, seen, words):
    """What stands above the table."""
    line = f"前 {held.places} 名" if held.places else "达到申报线的单位"
    return [
        ("组织地区", held.region.name),
        ("种类和状态", f"{held.get_kind_display()}，{held.get_state_display()}"),
        ("筛选", words),
        ("线上", line),
        "各项小计和总分由未进位的数各四舍五入一次，取两位小数。一票否决和单项不达标的不排名次。",
    ]


@require_POST
@roles_only(R.OFFICER)
def round_places(request, pk):
    """Keep the number of places."""
    held = fetch(request, pk)
    form = PlacesForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, "名额请填写 1 到 9999 的整数，或留空；没有保存。")
        return redirect("evaluations:round-results", pk)
    person = {"actor": request.user, "at": timezone.now()}
    places, version = form.cleaned_data["places"], form.cleaned_data["version"]
    return _done(
        request,
        held,
        lambda: set_places(held, places, version=version, **person),
        f"名额已设为 {places} 家。" if places else "已改为按申报线划线。",
    )


@require_POST
@roles_only(R.OFFICER)
def round_publish(request, pk):
    """Let units see their own results."""
    held = fetch(request, pk)
    return _done(
        request,
        held,
        lambda: publish_results(held, actor=request.user, at=timezone.now()),
        "结果已公布，各单位填报员已收到消息。",
    )


def _done(request, held, act, told):
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, told)
    return redirect("evaluations:round-results", held.pk)
