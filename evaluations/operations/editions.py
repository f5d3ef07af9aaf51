"""Make, copy, publish and retire an index edition. What is published is never edited again."""

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from evaluations.access import check_maker
from evaluations.lifecycles import EDITION
from evaluations.models import IndexEdition, Indicator, ItemMapping
from evaluations.operations.indicators import open_draft
from evaluations.rules import structure
from portal.audit import record
from portal.errors import Refused
from portal.scoping import keep_in_sight
from portal.versions import save_versioned

FACTS, NODE_FIELDS = IndexEdition.FACTS, ("tier", *Indicator.WORDING)
COPIED = [name for name in FACTS if name not in IndexEdition.NEW_IN_COPY]


@transaction.atomic
def draft_edition(values, nodes, *, actor, at):
    """Make a draft; `nodes` are dicts of Indicator fields, each with its parent's code."""
    edition = IndexEdition(**values)
    if actor is not None:
        check_maker(actor, edition)
    _write(edition, lambda: edition.save(force_insert=True))
    plant(edition, nodes)
    if actor is not None:
        keep_in_sight(edition, actor)
    told = {"title": edition.title, "edition_no": edition.edition_no, "条数": len(nodes)}
    record(actor=actor, action="indexedition.draft", target=edition, at=at, after=told)
    return edition


def plant(edition, nodes):
    """Write the tree, parents before children; returns the indicators by code."""
    planted = {}
    for position, node in enumerate(nodes):
        fields = {name: node[name] for name in NODE_FIELDS if name in node}
        parent = planted.get(node.get("parent") or "")
        planted[node["code"]] = Indicator.objects.create(
            edition=edition, parent=parent, position=position, **fields
        )
    return planted


@transaction.atomic
def copy_edition(edition, *, title, edition_no, starts_on, actor, at):
    """Start the next edition as a copy; every item is mapped to its copy as the same."""
    check_maker(actor, edition)
    values = {name: getattr(edition, name) for name in COPIED}
    copy = IndexEdition(
        **values, title=title, edition_no=edition_no, starts_on=starts_on, based_on=edition
    )
    if _taken(copy):
        raise Refused(f"{edition.issuer}已有版本“{edition_no}”，请换一个版本号，没有复制。")
    copy.save(force_insert=True)
    _copy_tree(edition, copy, actor, at)
    told = {"based_on": str(edition), "edition_no": edition_no}
    record(actor=actor, action="indexedition.copy", target=copy, at=at, after=told)
    return copy


def _taken(copy):
    same = {name: getattr(copy, name) for name in ("family", "issuer", "region_variant")}
    return IndexEdition.objects.filter(**same, edition_no=copy.edition_no).exists()


def _copy_tree(edition, copy, actor, at):
    old = list(edition.indicators.select_related("parent").order_by("position", "pk"))
    nodes = [
        {name: getattr(each, name) for name in NODE_FIELDS}
        | {"parent": each.parent.code if each.parent else ""}
        for each in old
    ]
    new = plant(copy, nodes)
    pair = {"old_edition": edition, "new_edition": copy, "confirmed_by": actor, "confirmed_at": at}
    ItemMapping.objects.bulk_create(
        ItemMapping(relation=ItemMapping.Relation.SAME, old=each, new=new[each.code], **pair)
        for each in old
        if each.tier == Indicator.Tier.ITEM
    )


@transaction.atomic
def correct_edition(edition, values, *, version, actor, at):
    """Change the facts of a draft: lines, caps, names."""
    edition = open_draft(edition, actor)
    before = _facts(edition)
    for name, value in values.items():
        setattr(edition, name, value)
    check_maker(actor, edition)
    _write(edition, lambda: save_versioned(edition, version=version, fields=FACTS))
    keep_in_sight(edition, actor)
    after = _facts(edition)
    changed = [name for name in FACTS if before[name] != after[name]]
    old, new = ({name: told[name] for name in changed} for told in (before, after))
    record(actor=actor, action="indexedition.correct", target=edition, at=at, before=old, after=new)
    return edition


def _facts(edition):
    return {name: str(getattr(edition, name)) for name in FACTS}


def _write(edition, save):
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        words = f"{edition.issuer}的“{edition.family}”已有版本“{edition.edition_no}”"
        raise Refused(f"{words}，请换一个版本号，没有保存任何内容。") from error


@transaction.atomic
def drop_edition(edition, *, actor, at):
    """Give a draft up: its tree and its mappings go with it."""
    edition = open_draft(edition, actor)
    told = {"title": edition.title, "edition_no": edition.edition_no}
    told["条数"] = edition.indicators.count()
    record(actor=actor, action="indexedition.drop", target=edition, at=at, before=told)
    try:
        edition.delete()
    except ProtectedError as error:
        raise Refused(f"“{edition}”已被其他内容引用，不能放弃，没有删除任何内容。") from error


@transaction.atomic
def publish_edition(edition, *, actor, at):
    """Publish a sound draft, from then on frozen. An index that doesn't add up is refused."""
    edition = open_draft(edition, actor)
    found = faults_of(edition)
    if found:
        raise Refused(
            f"还不能发布，有 {len(found)} 处要改：{'；'.join(text[:-1] for text in found)}。"
        )
    EDITION.perform("publish", edition, actor=actor, at=at)
    return edition


@transaction.atomic
def publish_sample(edition, *, at):
    """Publish what the portal brought along itself; there is no person to do it."""
    published = IndexEdition.State.PUBLISHED
    rows = IndexEdition.objects.filter(pk=edition.pk)
    rows.update(state=published, state_changed_at=at, moves=1)
    after = {"state": published}
    record(actor=None, action="indexedition.publish", target=edition, at=at, after=after)
    edition.refresh_from_db()
    return edition


@transaction.atomic
def retire_edition(edition, *, on, actor, at, note):
    """Take an edition out of use from a day on; sheets scored by it keep it."""
    edition = IndexEdition.objects.select_for_update().get(pk=edition.pk)
    if on <= edition.starts_on:
        raise Refused(f"停用日期须晚于施行日期 {edition.starts_on}，没有停用。")
    told = {"ends_on": on.isoformat()}
    EDITION.perform("retire", edition, actor=actor, at=at, note=note, told=told)
    IndexEdition.objects.filter(pk=edition.pk).update(ends_on=on)


def faults_of(edition):
    """What keeps a stored edition from being published, as sentences."""
    rows = edition.indicators.select_related("parent").order_by("position", "pk")
    return structure.faults(
        [node_of(each) for each in rows],
        total=edition.total,
        bonus_cap=edition.bonus_cap,
        step=edition.step,
        lines=(("申报线", edition.apply_line), ("合格线", edition.pass_line)),
    )


def node_of(indicator):
    """An indicator as the rules of structure see it."""
    return structure.Node(
        code=indicator.code,
        tier=indicator.tier,
        text=indicator.text,
        parent=indicator.parent.code if indicator.parent else "",
        kind=indicator.kind,
        points=indicator.points,
        each=indicator.each,
        checklist=tuple(indicator.checklist),
        bands=bands_of(indicator),
        minimum=indicator.minimum,
        asks=(
            indicator.standard,
            tuple(indicator.methods),
            indicator.evidence_asked,
            indicator.department,
        ),
    )


def bands_of(indicator):
    """Bands are kept as text pairs, so that no float ever stands between rule and row."""
    return tuple((Decimal(line), Decimal(points)) for line, points in indicator.bands)
