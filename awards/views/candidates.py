"""培育库: the list, who may be put on it, one candidate, the order."""

from functools import cached_property

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from awards.access import keeps_candidates, next_levels
from awards.candidate_columns import CANDIDATE_COLUMNS, dress
from awards.filters import CandidateFilter, ProposalFilter
from awards.forms.candidates import NoteForm, RemoveForm
from awards.models import Candidate
from awards.operations.candidates import (
    OrderMoved,
    add_candidate,
    listed,
    note_candidate,
    order_candidates,
    remove_candidate,
)
from awards.qualifying import DEMONSTRATION, NextLevel
from awards.views.tabs import OFFICE, SECTION, R, tabs
from portal.audit_labels import label_of
from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import ScopedList
from portal.models import AuditEvent, Region
from portal.once import once
from portal.registers import state_of
from portal.scoping import below
from portal.widgets import is_key
from units.models import Designation, Level, Unit
from units.places import Places, county_of
from units.views.acts import handle

SHOWN = 30


class CandidateList(ScopedList):
    """Every list in sight, one office and level after the other, each in its order."""

    queryset = Candidate.objects.for_display().order_by("region__path", "level", "rank", "pk")
    filterset_class = CandidateFilter
    template_name = "awards/candidates.html"
    columns = CANDIDATE_COLUMNS
    roles = OFFICE
    title = "培育库"
    section = SECTION
    count_word = "家"
    empty_hint = "从本级示范单位中选出好的列入培育库，逐家写明培育措施，条件成熟后向上一级推荐。"

    def rows(self, page):
        return dress(page, timezone.localdate())

    def get_context_data(self, **kwargs):
        region = self.request.user.region
        more = {
            "award_tabs": tabs("candidates"),
            "own_levels": [(each, each.label) for each in next_levels(region)],
            "may_keep": self.request.user.role == R.OFFICER,
            "region": region,
        }
        return super().get_context_data(**more, **kwargs)


class ProposalList(ScopedList):
    """Units that hold the title one starts from, measured against the next level."""

    filterset_class = ProposalFilter
    template_name = "awards/proposals.html"
    roles = OFFICE
    title = "可培育单位"
    section = SECTION
    count_word = "家"
    empty_hint = "本辖区没有可以列入培育库的单位：持有本级称号、又不在培育库中的单位会列在这里。"

    @cached_property
    def levels(self):
        return next_levels(self.request.user.region)

    @cached_property
    def level(self):
        """The level asked for, else the next one; None where this office has none."""
        asked = self.request.GET.get("level", "")
        return next((each for each in self.levels if each == asked), (*self.levels, None)[0])

    @cached_property
    def ladder(self):
        return NextLevel(self.request.user.region, self.level, timezone.localdate())

    def visible(self):
        """Holders of the title one starts from, and exempt categories, not on the list yet."""
        units = Unit.objects.visible_to(self.request.user).active()
        if self.level is None:
            return units.none()
        held = Designation.objects.in_force(self.ladder.on).filter(kind__family=DEMONSTRATION)
        start = held.filter(level__in=self.ladder.required_levels()).order_by().values("unit")
        above = held.filter(level__in=levels_from(self.level)).order_by().values("unit")
        listed_now = listed(self.request.user.region, self.level).order_by().values("unit")
        fitting = Q(pk__in=start) | Q(category__in=self.ladder.exempt_categories())
        inside = units.filter(fitting, below("region__path", self.request.user.scope_paths))
        return inside.exclude(pk__in=above).exclude(pk__in=listed_now)

    def filtered(self):
        """Who qualifies first, by the last score, then by how long the title has been held."""
        units = list(self.filterset.qs.select_related("region", "category").order_by("name", "pk"))
        if not units:
            return []
        measured = self.ladder.standings(units).values()
        asked = self.filterset.asked
        return sorted((each for each in measured if asked in ("", None, each.verdict)), key=best)

    def rows(self, page):
        found, places = list(page), Places()
        places.learn(each.unit.region.path for each in found)
        for each in found:
            each.county = county_of(places.names(each.unit.region.path))
        return found

    def get_context_data(self, **kwargs):
        more = {
            "award_tabs": tabs("candidates"),
            "levels": [(each, each.label, each == self.level) for each in self.levels],
            "level": self.level,
            "level_name": self.level.label if self.level else "",
            "may_add": self.request.user.role == R.OFFICER and self.level is not None,
            "state": state_of(self.request.GET).urlencode(),
            "trail": (("培育库", reverse("awards:candidates")),),
        }
        return super().get_context_data(**more, **kwargs)


ORDER = ("符合条件", "尚待条件", "不能推荐")


def best(standing):
    """The place of a proposal: ready ones, then the higher score, then the longer held."""
    score = -(standing.share or 0)
    return ORDER.index(standing.verdict), score, str(standing.since or "9999"), standing.unit.pk


def levels_from(level):
    """The level and those above it."""
    names = list(Level)
    return names[: names.index(Level(level)) + 1]


@require_POST
@roles_only(R.OFFICER)
def candidate_add(request):
    """Put one unit on the list of one's office."""
    key, level = request.POST.get("unit", ""), request.POST.get("level", "")
    units = Unit.objects.visible_to(request.user).select_related("region", "category")
    unit = units.filter(pk=key).first() if is_key(key) else None
    back = f"{reverse('awards:candidate-proposals')}?{state_of(request.GET).urlencode()}"
    if unit is None:
        messages.error(request, "没有找到这家单位，没有列入。请在列出的单位中选择。")
        return redirect(back)
    who = {"actor": request.user, "on": timezone.localdate(), "at": timezone.now()}
    try:
        made = add_candidate(unit, level=level, **who)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{unit.name}”已列入培育库，排第 {made.rank} 位。")
    return redirect(back)


def fetch(request, pk):
    """A candidate in sight, or 404."""
    rows = Candidate.objects.visible_to(request.user).for_display()
    return get_object_or_404(rows.select_related("removed_by"), pk=pk)


def _page(request, obj):
    today = timezone.localdate()
    dress([obj], today)
    events = AuditEvent.objects.about(obj).order_by("-pk")[:SHOWN]
    keeps = keeps_candidates(request.user, obj.region) and obj.removed_at is None
    return {
        "candidate": obj,
        "standing": obj.standing,
        "keeps": keeps,
        "history": [(each, label_of(each.action)) for each in events],
        "remove_form": RemoveForm(user=request.user) if keeps else None,
        "title": obj.unit.name,
        "section": SECTION,
        "trail": (("培育库", reverse("awards:candidates")),),
    }


def _filled(obj):
    return {"words": obj.note, "version": obj.version}


@require_safe
@roles_only(*OFFICE)
def candidate(request, pk):
    """One candidate: does it qualify, what is done for it, what happened."""
    obj = fetch(request, pk)
    form = NoteForm(user=request.user, initial=_filled(obj))
    return render(request, "awards/candidate.html", {**_page(request, obj), "form": form})


@roles_only(R.OFFICER)
@once
def candidate_note(request, pk):
    """Write down what is done for it."""
    obj = fetch(request, pk)
    form = NoteForm(request.POST or None, user=request.user, initial=_filled(obj))

    def act():
        sent = {"note": form.cleaned_data["words"], "version": form.cleaned_data["version"]}
        note_candidate(obj, **sent, actor=request.user, at=timezone.now())
        return obj, "培育措施已保存。"

    if request.method != "POST":
        return redirect(obj)
    page = _page(request, fetch(request, pk))
    return handle(request, form, act, page, template="awards/candidate.html", told=_filled)


@require_POST
@roles_only(R.OFFICER)
@once
def candidate_remove(request, pk):
    """Take it off the list, with a reason."""
    obj, form = fetch(request, pk), RemoveForm(request.POST, user=request.user)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        remove_candidate(obj, reason=reason, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(obj)
    messages.success(request, f"“{obj.unit.name}”已移出培育库。")
    return redirect("awards:candidates")


def fetch_list(request, region_pk, level):
    """(office, level) of a list in sight, or 404."""
    region = get_object_or_404(Region.objects.visible_to(request.user), pk=region_pk)
    found = next((each for each in next_levels(region) if each == level), None)
    if found is None:
        raise Http404
    return region, found


@roles_only(*OFFICE)
@once
def candidate_order(request, region_pk, level):
    """The order of one list; the office's own officers lay it down."""
    region, level = fetch_list(request, region_pk, level)
    rows = dress(listed(region, level).select_related("region", "unit__region", "unit__category"),
                 timezone.localdate())  # fmt: skip
    if request.method == "POST":
        return _ordered(request, region, level, rows)
    return _order_page(request, region, level, rows)


def _order_page(request, region, level, rows, status=200):
    for number, row in enumerate(rows, 1):
        row.number = number
    stored = sorted(rows, key=lambda each: (each.rank or 0, each.pk))
    context = {
        "region": region,
        "level": level,
        "level_name": level.label,
        "rows": rows,
        "seen": ",".join(str(each.pk) for each in stored),
        "may_order": keeps_candidates(request.user, region) and len(rows) > 1,
        "title": f"推荐排序：{region.name}{level.label}培育库",
        "section": SECTION,
        "trail": (("培育库", reverse("awards:candidates")),),
    }
    return render(request, "awards/candidate_order.html", context, status=status)


def _ordered(request, region, level, rows):
    typed = {row.pk: int(request.POST[f"rank_{row.pk}"]) for row in rows
             if is_key(request.POST.get(f"rank_{row.pk}", ""))}  # fmt: skip
    wanted = sorted(rows, key=lambda row: (typed.get(row.pk, 10**6), row.rank or 0))
    seen = [int(each) for each in request.POST.get("seen", "").split(",") if is_key(each)]
    keys, person = [each.pk for each in wanted], {"actor": request.user, "at": timezone.now()}
    try:
        changed = order_candidates(region, level, wanted=keys, seen=seen, **person)
    except OrderMoved as moved:
        messages.error(request, str(moved))
        return _order_page(request, region, level, wanted, status=409)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "推荐排序已保存。" if changed else "顺序没有变化。")
    return redirect("awards:candidate-order", region.pk, level)
