"""指标沿革: propose what became of each item, and take down what a person decides."""

from django.db import transaction

from evaluations.access import check_maker
from evaluations.models import Indicator, ItemMapping
from evaluations.rules.likeness import propose
from portal.audit import record
from portal.errors import Refused

R = ItemMapping.Relation
ITEM = Indicator.Tier.ITEM


def items_of(edition):
    """The items of an edition in order, by key."""
    rows = edition.indicators.filter(tier=ITEM).order_by("position", "pk")
    return {each.pk: each for each in rows}


def mappings_of(old, new):
    """What is known between two editions, confirmed or proposed."""
    rows = ItemMapping.objects.filter(old_edition=old, new_edition=new)
    return list(rows.select_related("old", "new", "confirmed_by"))


@transaction.atomic
def propose_mappings(old, new, *, actor, at):
    """Propose for every item of which nothing is known yet; returns how many proposals there are.

    What somebody confirmed is left alone; earlier proposals are made anew.
    """
    _check(old, new, actor)
    pair = {"old_edition": old, "new_edition": new}
    ItemMapping.objects.filter(**pair, confirmed_by=None).delete()
    made = [ItemMapping(**pair, **fields) for fields in proposals(old, new)]
    ItemMapping.objects.bulk_create(made)
    told = {"原体系": str(old), "条数": len(made)}
    record(actor=actor, action="itemmapping.propose", target=new, at=at, after=told)
    return len(made)


def proposals(old, new):
    """Fields of mappings for the items of which nothing is known."""
    known = mappings_of(old, new)
    before, after = items_of(old), items_of(new)
    open_old = {each.code: each.text for each in before.values() if each not in _said(known, "old")}
    open_new = {each.code: each.text for each in after.values() if each not in _said(known, "new")}
    old_by, new_by = ({each.code: each for each in rows.values()} for rows in (before, after))
    return [
        {"relation": each.relation, "old": old_by.get(each.old), "new": new_by.get(each.new)}
        for each in propose(open_old, open_new)
    ]


def _said(known, side):
    return {getattr(each, side) for each in known if each.confirmed_by_id}


@transaction.atomic
def map_item(old, new, *, relation, old_item=None, new_item=None, actor, at):
    """Say what became of an item; takes the place of what was said or proposed of it before."""
    _check(old, new, actor)
    _check_pair(old, new, relation, old_item, new_item)
    pair = {"old_edition": old, "new_edition": new}
    rows = ItemMapping.objects.filter(**pair)
    _make_room(rows, relation, old_item, new_item)
    said = {"confirmed_by": actor, "confirmed_at": at}
    made = ItemMapping.objects.create(**pair, **said, relation=relation, old=old_item, new=new_item)
    record(actor=actor, action="itemmapping.map", target=new, at=at, after=_told(made))
    return made


def _make_room(rows, relation, old_item, new_item):
    """Merging keeps the other sources of the new item, splitting the other parts of the old."""
    same = rows.filter(relation=R.SAME, old__isnull=False)
    if relation == R.MERGED:
        same.filter(new=new_item).exclude(old=old_item).update(relation=R.MERGED)
    if relation == R.SPLIT:
        same.filter(old=old_item).exclude(new=new_item).update(relation=R.SPLIT)
    if old_item is not None:
        of_old = rows.filter(old=old_item)
        (of_old.exclude(relation=R.SPLIT) if relation == R.SPLIT else of_old).delete()
    if new_item is not None:
        of_new = rows.filter(new=new_item)
        (of_new.exclude(relation=R.MERGED) if relation == R.MERGED else of_new).delete()
    rows.filter(old=old_item, new=new_item).delete()


def _check_pair(old, new, relation, old_item, new_item):
    wants_old, wants_new = relation != R.NEW, relation != R.DROPPED
    if (old_item is not None) != wants_old or (new_item is not None) != wants_new:
        label = R(relation).label
        raise Refused(f"“{label}”要选定的要点没有选对，没有保存任何内容；请重新选择。")
    for item, edition in ((old_item, old), (new_item, new)):
        if item is not None and (item.edition_id != edition.pk or item.tier != ITEM):
            raise Refused(f"所选要点不在“{edition}”里，没有保存任何内容。")


@transaction.atomic
def confirm_mappings(old, new, keys, *, actor, at):
    """Confirm proposals as they stand; returns how many."""
    _check(old, new, actor)
    rows = ItemMapping.objects.filter(old_edition=old, new_edition=new, confirmed_by=None)
    count = rows.filter(pk__in=keys).update(confirmed_by=actor, confirmed_at=at)
    if count:
        told = {"原体系": str(old), "条数": count}
        record(actor=actor, action="itemmapping.confirm", target=new, at=at, after=told)
    return count


@transaction.atomic
def unmap(mapping, *, actor, at):
    """Take back what was said of an item."""
    old, new = mapping.old_edition, mapping.new_edition
    _check(old, new, actor)
    record(actor=actor, action="itemmapping.unmap", target=new, at=at, before=_told(mapping))
    mapping.delete()


def _told(mapping):
    """A mapping as the audit tells it."""
    told = {"原体系": str(mapping.old_edition), "关系": mapping.get_relation_display()}
    sides = {"原要点": mapping.old, "新要点": mapping.new}
    return told | {label: str(item) for label, item in sides.items() if item}


def _check(old, new, actor):
    if old.pk == new.pk:
        raise Refused("同一套测评体系之间不用对应，没有保存任何内容。")
    check_maker(actor, new)
