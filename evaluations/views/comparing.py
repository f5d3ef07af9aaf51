"""Two editions side by side, what became of each item, and a round scored under both."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluations import outline
from evaluations.access import officer_over_round
from evaluations.forms.mapping import MapForm
from evaluations.models import IndexEdition, Indicator, Inspection, InspectionRound, ItemMapping
from evaluations.operations import mappings as operations
from evaluations.operations.editions import node_of
from evaluations.rescoring import rescore
from evaluations.rules import compare
from evaluations.rules.likeness import propose
from evaluations.views.editions import fetch, relatives
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User
from portal.widgets import is_key

R = User.Role
OFFICE = (R.OFFICER, R.AUDITOR)
Tier, Relation = Indicator.Tier, ItemMapping.Relation
SHOWN = 300  # units on the page of a round scored anew


def both(request, pk, other_pk):
    """The newer edition and the one it is held against, both in sight, or 404."""
    return fetch(request, pk), fetch(request, other_pk)


@require_safe
@roles_only(*OFFICE)
def edition_compare(request, pk, other_pk):
    """Added, dropped, re-worded, re-weighted; the words that changed are marked."""
    new, old = both(request, pk, other_pk)
    sides = [outline.nodes_of(each) for each in (old, new)]
    lines = compare.compare(*([node_of(n) for n in nodes] for nodes in sides), _pairs(*sides))
    counts = compare.counts(lines)
    only = request.GET.get("only", "")
    if only in compare.LABELS:
        lines = [line for line in lines if only in line.changes]
    page = {
        "title": "版本对比",
        "section": "editions",
        "old": old,
        "new": new,
        "lines": lines,
        "only": only,
        "tabs": [(name, label, counts[name]) for name, label in compare.LABELS.items()],
        "others": relatives(request, new),
        "facts": _changed_facts(old, new),
    }
    return render(request, "evaluations/edition_compare.html", page)


def _pairs(old, new):
    """(old code, new code, sure) for the nodes of both trees: as confirmed, else as proposed."""
    pairs, told_old, told_new = [], set(), set()
    if old and new:
        for row in operations.mappings_of(old[0].edition, new[0].edition):
            told_old.add(row.old and row.old.code)
            told_new.add(row.new and row.new.code)
            if row.old and row.new:
                pairs.append((row.old.code, row.new.code, bool(row.confirmed_by_id)))
    for tiers in ({Tier.ITEM}, {Tier.SECTION}, {Tier.GROUP}):
        sides = ((old, told_old), (new, told_new))
        texts = [
            {n.code: n.text for n in nodes if n.tier in tiers and n.code not in told}
            for nodes, told in sides
        ]
        found = (each for each in propose(*texts) if each.relation == Relation.SAME)
        pairs += [(each.old, each.new, each.likeness == 100) for each in found]
    return pairs


def _changed_facts(old, new):
    """(name, before, after) of the figures that differ."""
    return [
        (type(new)._meta.get_field(name).verbose_name, _fact(old, name), _fact(new, name))
        for name in IndexEdition.FIGURES
        if getattr(old, name) != getattr(new, name)
    ]


def _fact(edition, name):
    value = getattr(edition, name)
    if isinstance(value, bool):
        return "是" if value else "否"
    label = getattr(edition, f"get_{name}_display", None)
    return label() if label else (outline.plain(value) if hasattr(value, "normalize") else value)


@roles_only(*OFFICE)
def edition_mapping(request, pk, other_pk):
    """The migration workbench: proposals, and what a person decides."""
    new, old = both(request, pk, other_pk)
    if request.method == "POST":
        return _decide(request, old, new)
    known = operations.mappings_of(old, new)
    old_items, new_items = (list(operations.items_of(each).values()) for each in (old, new))
    page = {
        "title": "指标沿革",
        "section": "editions",
        "old": old,
        "new": new,
        "old_items": old_items,
        "new_items": new_items,
        "rows": [_row(item, known) for item in new_items],
        "gone": _gone(old_items, known),
        "relations": Relation.choices,
        "counts": _counts(old_items, new_items, known),
        "keeps": officer_over_round(request.user, new),
        "others": relatives(request, new),
    }
    return render(request, "evaluations/edition_mapping.html", page)


def _row(item, known):
    """A new item with what it came from; an unsure proposal shows which words changed."""
    found = [each for each in known if each.new_id == item.pk]
    for each in found:
        if each.old and each.old.text != item.text:
            each.old_words, each.new_words = compare.words_changed(each.old.text, item.text)
    settled = bool(found) and all(each.confirmed_by_id for each in found)
    return {"item": item, "found": found, "settled": settled}


def _gone(items, known):
    """Old items that were cancelled, and those of which nothing is known."""
    told = {each.old_id for each in known if each.new_id}
    dropped = {each.old_id: each for each in known if each.old_id and not each.new_id}
    return [{"item": i, "found": dropped.get(i.pk)} for i in items if i.pk not in told]


def _counts(old_items, new_items, known):
    said = {each.new_id for each in known} | {each.old_id for each in known}
    return {
        "confirmed": sum(1 for each in known if each.confirmed_by_id),
        "proposed": sum(1 for each in known if not each.confirmed_by_id),
        "open": sum(1 for each in [*old_items, *new_items] if each.pk not in said),
    }


def _decide(request, old, new):
    """One act of the workbench, then back to where it was."""
    acts = {"propose": _propose, "confirm": _confirm, "map": _map, "unmap": _unmap}
    act, anchor = acts.get(request.POST.get("act", "")), ""
    try:
        if act is None:
            raise Refused("没有认出要办理的事项，没有改动任何内容。")
        anchor = act(request, old, new, {"actor": request.user, "at": timezone.now()})
    except Refused as refusal:
        messages.error(request, str(refusal))
    address = reverse("evaluations:edition-mapping", args=[new.pk, old.pk])
    return redirect(f"{address}{anchor or ''}")


def _propose(request, old, new, who):
    count = operations.propose_mappings(old, new, **who)
    messages.success(request, f"提出 {count} 条建议，请逐条核对；确认之前不起作用。")


def _confirm(request, old, new, who):
    keys = [int(each) for each in request.POST.getlist("pk")[:1000] if is_key(each)]
    count = operations.confirm_mappings(old, new, keys, **who)
    words = f"已确认 {count} 条。" if count else "没有勾选建议，没有改动任何内容。"
    (messages.success if count else messages.error)(request, words)


def _map(request, old, new, who):
    sides = {
        f"{name}_items": {each.code: each for each in operations.items_of(edition).values()}
        for name, edition in (("old", old), ("new", new))
    }
    form = MapForm(request.POST, **sides)
    if not form.is_valid():
        raise Refused("".join(text for texts in form.errors.values() for text in texts))
    told = form.cleaned_data
    made = operations.map_item(
        old, new, relation=told["relation"], old_item=told["old"], new_item=told["new"], **who
    )
    return f"#new-{made.new_id}" if made.new_id else f"#old-{made.old_id}"


def _unmap(request, old, new, who):
    key = request.POST.get("pk", "")
    rows = ItemMapping.objects.filter(old_edition=old, new_edition=new)
    mapping = get_object_or_404(rows, pk=key if is_key(key) else 0)
    anchor = f"#new-{mapping.new_id}" if mapping.new_id else f"#old-{mapping.old_id}"
    operations.unmap(mapping, **who)
    return anchor


@require_safe
@roles_only(*OFFICE)
def edition_rescore(request, pk, other_pk):
    """A past round on both editions: which units would cross a line."""
    new, old = both(request, pk, other_pk)
    rounds = _rounds(request, old)
    chosen = _chosen(request, rounds)
    page = {
        "title": "新旧体系试算",
        "section": "editions",
        "old": old,
        "new": new,
        "rounds": rounds,
        "chosen": chosen,
        "units": [],
        "unmapped": _counts(
            *(list(operations.items_of(each).values()) for each in (old, new)),
            operations.mappings_of(old, new),
        ),
    }
    if chosen:
        visible = Inspection.objects.visible_to(request.user).filter(round=chosen)
        units = rescore(visible, old, new)
        page |= {"units": units[:SHOWN], "total": len(units)}
        page["crossing"] = sum(each.crosses for each in units)
        page["unsure"] = sum(not each.sure for each in units)
    return render(request, "evaluations/edition_rescore.html", page)


def _rounds(request, edition):
    """Rounds in sight in which units were scored by the edition."""
    visible = InspectionRound.objects.visible_to(request.user)
    with_edition = visible.filter(inspections__edition=edition).order_by("-starts_on", "-pk")
    return list(with_edition.distinct())


def _chosen(request, rounds):
    asked = request.GET.get("round", "")
    finished = (each for each in rounds if each.state == InspectionRound.State.FINISHED)
    chosen = next((each for each in rounds if str(each.pk) == asked), None)
    return chosen or next(finished, None)
