"""Change the tree of a draft: add, correct, move, drop. Whatever is published stays as it is."""

from django.db import IntegrityError, transaction

from evaluations.access import check_maker
from evaluations.models import IndexEdition, Indicator, ItemMapping
from portal.audit import record
from portal.errors import Refused
from portal.versions import Stale, save_versioned

T = Indicator.Tier
FIELDS = ("parent", *Indicator.WORDING)
MOST = 400  # nodes of one edition; no page and no unit could bear more
UNDER = {T.SECTION: (), T.GROUP: (T.SECTION,), T.ITEM: (T.SECTION, T.GROUP)}


def open_draft(edition, actor):
    """The edition, locked until the act is done; Refused unless it is a draft of the actor's."""
    edition = IndexEdition.objects.select_for_update().get(pk=edition.pk)
    check_maker(actor, edition)
    if edition.state != IndexEdition.State.DRAFT:
        state = edition.get_state_display()
        raise Refused(f"“{edition}”{state}，不能再改，没有保存任何内容；请复制为新草稿后修改。")
    return edition


@transaction.atomic
def add_indicator(edition, values, *, actor, at):
    """Add a node behind the last of its parent."""
    edition = open_draft(edition, actor)
    if edition.indicators.count() >= MOST:
        raise Refused(f"一套测评体系最多 {MOST} 条指标，没有新增。")
    node = Indicator(edition=edition, position=MOST + 1, **values)
    _check_place(node)
    _write(node, lambda: node.save(force_insert=True))
    _renumber(edition)
    told = {"指标": str(node), "满分": str(node.points)}
    record(actor=actor, action="indicator.add", target=edition, at=at, after=told)
    return node


@transaction.atomic
def edit_indicator(node, values, *, version, actor, at):
    """Correct a node; words that changed call for another look at its mapping."""
    edition = open_draft(node.edition, actor)
    stored = Indicator.objects.filter(pk=node.pk).first()
    if stored is None:
        raise Refused("这条指标刚刚被他人删除，没有保存任何内容；请返回测评体系查看。")
    before = _told(stored)
    for name, value in values.items():
        setattr(node, name, value)
    _check_place(node)
    _write(node, lambda: save_versioned(node, version=version, fields=FIELDS))
    after = _told(node)
    if (before["text"], before["kind"]) != (after["text"], after["kind"]):
        ItemMapping.objects.filter(new=node).update(confirmed_by=None, confirmed_at=None)
    if before["parent"] != after["parent"]:
        _renumber(edition)
    changes = [name for name in before if before[name] != after[name]]
    old, new = ({_label(name): told[name] for name in changes} for told in (before, after))
    item = {"指标": str(stored)}
    record(
        actor=actor, action="indicator.edit", target=edition, at=at, before=old, after=item | new
    )
    return node


@transaction.atomic
def move_indicator(node, direction, *, version, actor, at):
    """Change places with the neighbour above or below under the same parent."""
    edition = open_draft(node.edition, actor)
    node = _unmoved(node, version)
    same = list(edition.indicators.filter(parent=node.parent_id).order_by("position", "pk"))
    here = next(index for index, each in enumerate(same) if each.pk == node.pk)
    there = here + (-1 if direction == "up" else 1)
    if not 0 <= there < len(same):
        raise Refused(f"“{node.code}”已经在最{'前' if direction == 'up' else '后'}，没有移动。")
    other = same[there]
    first, second = other.position, node.position
    Indicator.objects.filter(pk=node.pk).update(position=first)
    Indicator.objects.filter(pk=other.pk).update(position=second)
    _renumber(edition)
    told = {"指标": str(node), "方向": "上移" if direction == "up" else "下移"}
    record(actor=actor, action="indicator.move", target=edition, at=at, after=told)


@transaction.atomic
def drop_indicator(node, *, version, actor, at):
    """Take a node and everything beneath it out of a draft; returns how many that were."""
    edition = open_draft(node.edition, actor)
    node = _unmoved(node, version)
    gone = _below(node)
    told = {"指标": str(node), "条数": len(gone)}
    record(actor=actor, action="indicator.drop", target=edition, at=at, before=told)
    Indicator.objects.filter(pk__in=gone).delete()
    _renumber(edition)
    return len(gone)


def _unmoved(node, version):
    current = Indicator.objects.filter(pk=node.pk).first()
    if current is None:
        raise Refused("这条指标刚刚被他人删除，没有改动；请刷新后查看。")
    if current.version != version:
        raise Stale(current)
    return current


def _below(node):
    found, waiting = [node.pk], [node.pk]
    while waiting:
        waiting = list(Indicator.objects.filter(parent__in=waiting).values_list("pk", flat=True))
        found += waiting
    return found


def _check_place(node):
    """A node stands where its tier may stand, in its own edition: so no circle can come about."""
    parent, allowed = node.parent, UNDER[node.tier]
    if parent is None and allowed:
        raise Refused(f"{node.get_tier_display()}须归入上级指标，没有保存任何内容。")
    if parent is not None and parent.edition_id != node.edition_id:
        raise Refused("上级指标不在这套测评体系里，没有保存任何内容。")
    if parent is not None and parent.tier not in allowed:
        words = f"{node.get_tier_display()}不能放在{parent.get_tier_display()}之下"
        raise Refused(f"{words}，没有保存任何内容。")


def _write(node, save):
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        raise Refused(
            f"编号 {node.code} 已经用在这套测评体系里，请换一个编号，没有保存任何内容。"
        ) from error


def _renumber(edition):
    """Positions count through the tree, parents first."""
    below = {}
    for each in edition.indicators.order_by("position", "pk"):
        below.setdefault(each.parent_id, []).append(each)
    ordered, waiting = [], list(reversed(below.get(None, [])))
    while waiting:
        node = waiting.pop()
        ordered.append(node)
        waiting += reversed(below.get(node.pk, []))
    moved = [node for place, node in enumerate(ordered, 1) if node.position != place]
    for place, node in enumerate(ordered, 1):
        node.position = place
    Indicator.objects.bulk_update(moved, ["position"], batch_size=200)


def _label(name):
    return "上级指标" if name == "parent" else Indicator._meta.get_field(name).verbose_name


def _told(node):
    values = {name: getattr(node, name) for name in FIELDS}
    return {name: str(value) if value is not None else "" for name, value in values.items()}
