"""行政区划: the tree, the search, one region's page; and what the pickers fetch."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.access import in_care_of, may_change_region
from portal.finding import find_regions, full_names
from portal.gate import roles_only
from portal.models import Region, RegionName, User
from portal.region_tree import branch, opened
from portal.text import folded
from portal.views.region_acts import open_acts
from portal.widgets import is_key

R = User.Role
READERS = (R.OFFICER, R.AUDITOR, R.SYSTEM_ADMIN, R.SECURITY_ADMIN)
FOUND_ON_PAGE, FOUND_IN_PICKER = 100, 30
MODES = ("page", "many", "one")
DEEPEST = 6


@require_safe
@roles_only(*READERS)
def regions(request):
    """The tree, opened down to `?open=`; or what `?q=` finds."""
    visible = Region.objects.visible_to(request.user)
    q = request.GET.get("q", "").strip()[:60]
    context = {"title": "行政区划", "section": "regions", "q": q, "mode": "page", "depth": 1}
    if q:
        found = list(find_regions(q, visible)[: FOUND_ON_PAGE + 1])
        context |= {"found": with_places(found[:FOUND_ON_PAGE], q), "searched": True}
        context["more"] = len(found) > FOUND_ON_PAGE
    else:
        context["nodes"] = opened(request.user, down_to=_asked(visible, request.GET.get("open")))
    return render(request, "portal/regions.html", context)


def _asked(visible, pk):
    return visible.filter(pk=pk).first() if is_key(pk) else None


def with_places(found, q=""):
    """Found regions with the names above them, and the other name by which they were found."""
    places, others = full_names(found), _other_names(found, q)
    return [
        {
            "region": region,
            "place": places[region.pk],
            "above": " ".join(places[region.pk].split()[:-1]),
            "other": others.get(region.pk),
        }
        for region in found
    ]


def _other_names(found, q):
    word = folded(q.split()[-1]) if q.split() else ""
    own = [(region.name_key, region.name_initials) for region in found]
    is_own = {key for key, short in own if word in key or short.startswith(word)}
    by_other = [region.pk for region in found if region.name_key not in is_own]
    if not by_other or word.isdigit():
        return {}
    rows = RegionName.objects.usable().filter(region__in=by_other)
    called = rows.filter(Q(name_key__contains=word) | Q(name_initials__startswith=word))
    return {row.region_id: row for row in called}


@require_safe
@roles_only(*READERS)
def region_children(request, pk):
    """One branch of the tree, as list items."""
    parent = get_object_or_404(Region.objects.visible_to(request.user), pk=pk)
    depth = request.GET.get("depth", "2")
    nodes = [
        {"region": each, "nodes": [], "is_open": False} for each in branch(request.user, parent)
    ]
    context = {
        "nodes": nodes,
        "mode": _mode(request),
        "depth": min(int(depth), DEEPEST) if depth in "123456" and depth else 2,
    }
    return render(request, "portal/_region_nodes.html", context)


@require_safe
@roles_only(*READERS)
def regions_pick(request):
    """What a picker shows: the top of the tree, or what the typed words find."""
    visible = Region.objects.visible_to(request.user).in_being()
    q, mode = request.GET.get("q", "").strip()[:60], _mode(request)
    if not q:
        context = {"nodes": opened(request.user), "mode": mode, "depth": 1}
        return render(request, "portal/_region_tree.html", context)
    found = list(find_regions(q, visible)[: FOUND_IN_PICKER + 1])
    context = {
        "found": with_places(found[:FOUND_IN_PICKER], q),
        "more": len(found) > FOUND_IN_PICKER,
        "mode": mode,
        "q": q,
    }
    return render(request, "portal/_region_found.html", context)


def _mode(request):
    asked = request.GET.get("mode", "")
    return asked if asked in MODES else "one"


@require_safe
@roles_only(*READERS)
def region(request, pk):
    """One region: facts, names, what happened to it, what lies beneath, what may be entered."""
    visible = Region.objects.visible_to(request.user)
    obj = get_object_or_404(visible.select_related("parent", "entrusted_to"), pk=pk)
    names = list(obj.names.order_by("kind", "-ends_on", "name"))
    context = {
        "title": obj.name,
        "section": "regions",
        "region": obj,
        "above": _above(obj, visible),
        "names": names,
        "events": _events(obj, request.user),
        "beneath": branch(request.user, obj),
        "ended": visible.filter(parent=obj).exclude(ends_on=None).order_by("-ends_on"),
        "entrusted": visible.filter(entrusted_to=obj, ends_on=None),
        "acts": open_acts(request.user, obj),
        "may_name": may_change_region(request.user, obj) and not obj.ends_on,
    }
    return render(request, "portal/region.html", context)


def _above(obj, visible):
    chain = Region.objects.filter(pk__in=obj.ancestor_ids()).exclude(pk=obj.pk).order_by("path")
    seen = set(visible.filter(pk__in=obj.ancestor_ids()).values_list("pk", flat=True))
    return [{"region": each, "is_seen": each.pk in seen} for each in chain]


def _events(obj, user):
    """What happened, with the other region's name only where this person sees that region."""
    events = [*obj.events.select_related("other", "recorded_by")]
    events += obj.events_as_other.filter(kind="merge").select_related("region")
    events.sort(key=lambda event: (event.happened_on, event.pk), reverse=True)
    for event in events:
        partner = event.other if event.region_id == obj.pk else event.region
        event.partner = partner if partner and in_care_of(user, partner) else None
        event.came_in = event.region_id != obj.pk
    return events
