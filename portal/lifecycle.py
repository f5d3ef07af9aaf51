"""The walker behind every lifecycle table: permission, race and audit are decided here, once."""

from dataclasses import dataclass
from itertools import groupby

from django.db import transaction

from portal.audit import line_of, record, record_all
from portal.errors import Refused

TABLES = []  # every table there is, for what is to be said of all of them


@dataclass(frozen=True)
class Step:
    """One row of a lifecycle table: verb, label, from, to, who."""

    verb: str
    label: str
    source: tuple
    target: str
    who: object
    note_required: bool = False
    by_clock: bool = False  # the portal itself may make it, with nobody as actor

    def leaves(self, obj):
        """Does this move start from the object's state?"""
        return obj.state in self.source

    def open_to(self, user, obj):
        """May this person make this move on this object as it was read?"""
        if not self.leaves(obj):
            return False
        return self.by_clock if user is None else self.who(user, obj)


class Lifecycle:
    """Every state a thing can be in and every way it may move. The model has state and moves."""

    def __init__(self, model, *steps):
        self.model = model
        self.steps = {step.verb: step for step in steps}
        TABLES.append(self)

    def open_to(self, user, obj):
        """The moves a page may offer this person now."""
        return [step for step in self.steps.values() if step.open_to(user, obj)]

    @transaction.atomic
    def perform(self, verb, obj, *, actor, at, note="", told=None):
        """Move `obj` one step and write the audit line, or refuse.

        `told` is what the line says beyond the state: a day, a document.
        The update is conditional on the row not having moved since it was read,
        so when two people press the button together exactly one of them moves it.
        """
        step = self.steps[verb]
        self._check(step, obj, actor, note)
        before = obj.state
        self._move(step, obj, at)
        record(**self._told(step, obj, before, actor, at, note, told or {}))

    @transaction.atomic
    def perform_all(self, verb, objects, *, actor, at, note="", told=None):
        """Move many objects one step, all of them or none, each with its audit line.

        `told(obj)` is what the line of one says beyond the state.
        """
        step = self.steps[verb]
        for obj in objects:
            self._check(step, obj, actor, note)
        before = {obj.pk: obj.state for obj in objects}
        self._move_all(step, objects, at)
        more = told or (lambda obj: {})
        record_all(
            line_of(**self._told(step, obj, before[obj.pk], actor, at, note, more(obj)))
            for obj in objects
        )

    def _told(self, step, obj, before, actor, at, note, more):
        return {
            "actor": actor,
            "action": f"{self.model._meta.model_name}.{step.verb}",
            "target": obj,
            "at": at,
            "before": {"state": before},
            "after": {"state": step.target, **more},
            "note": note,
        }

    def _check(self, step, obj, actor, note):
        if not step.open_to(actor, obj):
            raise Refused(
                f"“{obj}”当前状态下您不能执行“{step.label}”，没有改动；请刷新后再看能办什么。"
            )
        if step.note_required and not note.strip():
            raise Refused(f"“{step.label}”须填写说明，没有改动；请写明原因后再提交。")

    def _move(self, step, obj, at):
        unmoved = self.model._base_manager.filter(pk=obj.pk, state=obj.state, moves=obj.moves)
        if not unmoved.update(state=step.target, state_changed_at=at, moves=obj.moves + 1):
            raise Refused(f"“{obj}”刚刚被他人处理，没有再次改动；请刷新后重试。")
        self._take(step, obj, at)

    def _move_all(self, step, objects, at):
        as_read = lambda obj: (obj.state, obj.moves)
        for (state, moves), group in groupby(sorted(objects, key=as_read), as_read):
            found = {obj.pk: obj for obj in group}
            unmoved = self.model._base_manager.filter(pk__in=found, state=state, moves=moves)
            moved = {"state": step.target, "state_changed_at": at, "moves": moves + 1}
            if unmoved.update(**moved) != len(found):
                raise Refused("其中有记录刚刚被他人处理，没有改动任何一条；请刷新后重试。")
            for obj in found.values():
                self._take(step, obj, at)

    def _take(self, step, obj, at):
        obj.state, obj.state_changed_at, obj.moves = step.target, at, obj.moves + 1
