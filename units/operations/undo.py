"""Taking back a change of many rows, all of it or nothing, while nothing later stands on it.

An entry without `before` made its row: undoing deletes it. Any other entry is put back as it was.
A row counts as untouched when its version is the entry's `version_after` and, for a row that was
made, when it has not moved since and nothing but its own history hangs on it.
"""

from collections import defaultdict
from datetime import timedelta
from itertools import groupby, islice

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from portal.audit import record
from portal.errors import Refused
from portal.models import Setting, User
from units.models import ChangeSet
from units.operations.putting_back import put_back

OWN = {"unitname", "unitevent", "unitspell", "designationevent"}  # goes with the row it describes
SHOWN = 5
STEP = 500


@transaction.atomic
def undo_change(changeset, *, actor, at):
    """Put every row of a change back, or refuse and say which rows have moved on."""
    changeset = ChangeSet.objects.select_for_update().get(pk=changeset.pk)
    check_open(changeset, at)
    check_actor(changeset, actor)
    entries = list(changeset.entries.order_by("-pk"))
    rows = {kind: _rows(kind, group) for kind, group in by_type(entries).items()}
    faults = obstacles(entries, rows) or out_of_sight(rows, actor)
    if faults:
        raise Refused(_sentence(faults))
    _put_all_back(entries, rows, changeset, actor, at)
    ChangeSet.objects.filter(pk=changeset.pk).update(undone_at=at, undone_by=actor)
    record(
        actor=actor,
        action="change.undo",
        target=changeset,
        at=at,
        before={"内容": changeset.summary, "行数": len(entries)},
    )


def days_open():
    """For how many days a change can be taken back."""
    return Setting.objects.value("undo_days", 30)


def open_until(changeset):
    """The moment from which a change can no longer be taken back."""
    return changeset.at + timedelta(days=days_open())


def check_open(changeset, at):
    """Refuse what has been undone already or is too old."""
    if changeset.undone_at:
        day = timezone.localtime(changeset.undone_at).strftime("%Y-%m-%d %H:%M")
        raise Refused(f"“{changeset}”已于 {day} 撤回，没有再次撤回。")
    if at >= open_until(changeset):
        raise Refused(f"“{changeset}”已超过 {days_open()} 天，不能撤回。如有错误，请逐条更正。")


def check_actor(changeset, actor):
    """Only the officer who made a change takes it back; the portal's own, any who sees it all."""
    if changeset.actor_id not in (None, actor.pk) or actor.role != User.Role.OFFICER:
        raise Refused(f"“{changeset}”只能由当时办理的审核人员撤回，没有撤回任何一行。")


def by_type(entries):
    """Entries by the kind of row they are about."""
    groups = defaultdict(list)
    for entry in entries:
        groups[entry.target_type].append(entry)
    return groups


def _rows(kind, entries):
    """The rows of one kind as they stand, locked."""
    model, found = apps.get_model(kind), {}
    keys = [entry.target_id for entry in entries]
    for start in range(0, len(keys), STEP):
        part = model._base_manager.select_for_update().filter(pk__in=keys[start : start + STEP])
        found |= part.in_bulk()
    return found


def obstacles(entries, rows):
    """(row, why it cannot be put back) for each that has moved on."""
    made = {(each.target_type, each.target_id) for each in entries if not each.before}
    hanging = {kind: _hanging(kind, group, made) for kind, group in by_type(entries).items()}
    faults = []
    for entry in entries:
        row = rows[entry.target_type].get(entry.target_id)
        reason = _moved_on(entry, row) or hanging[entry.target_type].get(entry.target_id, "")
        if reason:
            faults.append((row or entry.after.get("name", "一条记录"), reason))
    return faults


def out_of_sight(rows, actor):
    """(row, why) for each that the person no longer looks after."""
    faults = []
    for kind, found in rows.items():
        seen = apps.get_model(kind)._default_manager
        if hasattr(seen, "visible_to") and hasattr(seen.none(), "region_lookup"):
            inside = set(seen.visible_to(actor).filter(pk__in=found).values_list("pk", flat=True))
            faults += [(row, "已不在您的辖区") for pk, row in found.items() if pk not in inside]
    return faults


def _moved_on(entry, row):
    if row is None:
        return "已不存在"
    if getattr(row, "version", entry.version_after) != entry.version_after:
        return "之后又有修改"
    if not entry.before and getattr(row, "moves", 0) != entry.after.get("moves", 0):
        return "之后状态有变动"
    return ""


def _hanging(kind, entries, made):
    """{row: what was added to it later} for the rows this change made."""
    model = apps.get_model(kind)
    ids = {entry.target_id for entry in entries if not entry.before}
    found = {}
    for relation in model._meta.related_objects if ids else ():
        if relation.related_model._meta.model_name not in OWN:
            found |= _users_of(relation, ids, made)
    for field in model._meta.many_to_many if ids else ():
        found |= _linked(model, field, ids)
    return found


def _users_of(relation, ids, made):
    child, name = relation.related_model, relation.field.name
    label = child._meta.verbose_name
    rows = child._base_manager.filter(**{f"{name}__in": ids}).values_list("pk", name)
    kind = child._meta.label_lower
    return {own: f"之后登记了{label}" for pk, own in rows if (kind, pk) not in made}


def _linked(model, field, ids):
    rows = model._base_manager.filter(pk__in=ids, **{f"{field.name}__isnull": False})
    return dict.fromkeys(rows.values_list("pk", flat=True), f"之后指定了{field.verbose_name}")


def _sentence(faults):
    told = "；".join(f"{row}（{reason}）" for row, reason in faults[:SHOWN])
    more = f"等 {len(faults)} 行" if len(faults) > SHOWN else ""
    return f"不能撤回：{told}{more}。没有撤回任何一行，请逐条更正。"


def _put_all_back(entries, rows, changeset, actor, at):
    try:
        with transaction.atomic():
            for kind, part in runs(entries):
                put_back(part, rows[kind], changeset, actor=actor, at=at)
    except (IntegrityError, ProtectedError) as error:
        raise Refused(
            f"撤回“{changeset}”会与之后登记的内容冲突，没有撤回任何一行，请逐条更正。"
        ) from error


def runs(entries):
    """Entries, last first, in runs of one kind of row and one kind of change."""
    alike = groupby(entries, key=lambda each: (each.target_type, not each.before))
    for (kind, _), group in alike:
        for part in batched(group, STEP):
            yield kind, part


def batched(items, size):
    """Lists of up to `size` items."""
    items = iter(items)
    while part := list(islice(items, size)):
        yield part
