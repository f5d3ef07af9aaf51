"""分配: a plan by the rule, a matrix of units and people to adjust by hand, then it is applied."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evaluations.models import InspectionRound
from evaluations.operations.assignments import apply_plan
from evaluations.result_lists import county_names, county_of
from evaluations.rosters import Roster
from evaluations.rules.assignment import short
from evaluations.views.inspection_rounds import OFFICE, fetch_kept, round_page
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User

R = User.Role


@dataclass(frozen=True)
class Cell:
    """One unit and one person."""

    pair: tuple
    on: bool
    fixed: bool
    barred: str
    is_new: bool

    @property
    def value(self):
        return f"{self.pair[0]}-{self.pair[1]}"


@require_safe
@roles_only(*OFFICE)
def inspection_assign(request, pk):
    """The matrix as it stands, or with the rule's plan in it."""
    round = fetch_kept(request, pk)
    roster = Roster(round)
    asked = "plan" in request.GET and round.state != InspectionRound.State.FINISHED
    plan = roster.propose() if asked else None
    return _draw(request, round, roster, plan.pairs if plan else roster.pairs, plan=plan)


def _draw(request, round, roster, pairs, *, plan=None, fault="", changed=False):
    page = round_page(request, round, "assign")
    lacking = {each.key: have for each, have in short(roster.subjects, pairs, round.assessors_each)}
    loads = [sum(1 for _, who in pairs if who == each.user_id) for each in roster.members]
    counties = county_names(each.unit.region.path for each in roster.inspections)
    context = page | {
        "roster": roster,
        "people": list(zip(roster.members, loads, strict=True)),
        "rows": [_row(roster, each, pairs, lacking, counties) for each in roster.inspections],
        "sentences": plan.sentences if plan else [],
        "planned": plan is not None,
        "fault": fault,
        "lacking": len(lacking),
        "unsaved": len(pairs ^ roster.pairs),
        "spread": max(loads) - min(loads) if loads else 0,
        "changed": changed,
    }
    return render(request, "evaluations/inspection_assign.html", context)


def _row(roster, inspection, pairs, lacking, counties):
    cells = []
    for member in roster.members:
        pair = inspection.pk, member.user_id
        on = pair in pairs
        barred = roster.bars.get(pair, "")
        cells.append(Cell(pair, on, pair in roster.fixed, barred, on and pair not in roster.pairs))
    place = _place(inspection.unit.region, counties)
    return inspection, place, cells, lacking.get(inspection.pk)


def _place(region, counties):
    """The 旗 a unit lies in, and its own 苏木 or 街道 where it has one."""
    county = county_of(region.path, counties)
    return region.name if county in ("", region.name) else f"{county} · {region.name}"


@require_POST
@roles_only(R.OFFICER)
def inspection_apply(request, pk):
    """Make the assignments be what is ticked; refusals stand above the matrix as it was sent."""
    round = fetch_kept(request, pk)
    pairs = asked_pairs(request)
    try:
        given, taken = apply_plan(round, pairs, actor=request.user, at=timezone.now())
    except Refused as refusal:
        roster = Roster(round)
        known = {pair for pair in pairs if roster.unit_name(pair[0])}
        return _draw(request, round, roster, known | roster.fixed, fault=str(refusal))
    if given or taken:
        messages.success(request, f"已保存分配：新派 {given} 份，取消 {taken} 份。{_next(round)}")
    else:
        messages.info(request, "分配没有变化。")
    return redirect("evaluations:inspection-assign", pk)


def _next(round):
    waits = round.state == round.State.PREPARING
    return "轮次开始打分时通知测评人员。" if waits else ""


def asked_pairs(request):
    """The ticked cells: one field each, or all in one where the page's script packed them."""
    packed = request.POST.get("plan")
    texts = packed.split(",") if packed is not None else request.POST.getlist("t")
    pairs = set()
    for text in texts:
        unit, _, person = text.partition("-")
        if all(each.isascii() and each.isdigit() and len(each) < 12 for each in (unit, person)):
            pairs.add((int(unit), int(person)))
    return pairs
