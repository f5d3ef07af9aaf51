"""Rounds, teams and assignments for the offices; a person's own units to score for the team."""

import json

from django.utils import timezone

from evaluations.models import Assignment, Conflict, IndexEdition, InspectionRound
from evaluations.operations.corrections import ask_correction, sign_correction
from evaluations.operations.scoring import Entry, save_scores
from tests.architecture.matrix import OFFICERS, Row
from tests.architecture.world import SEES, word
from tests.evaluations import factories as build
from tests.evaluations.rounds import fetch

OFFICE = frozenset({"officer", "auditor"})
TEAM = frozenset({"officer", "assessor"})
POST, BOTH = ("post",), ("get", "post")
OWN = {"assessor": {"east"}}

# Rounds of a region are also seen by those beneath it, whose units are inspected in them.
SEES_ROUND = {
    "sumu_officer": {"city", "east"},
    "east_officer": {"city", "east", "south"},
    "west_officer": {"city", "west"},
    "city_officer": {"city", "east", "south", "west"},
    "leader": {"city", "east", "south", "west"},
    "auditor": {"city", "east", "south"},
}


def assigned(world, person):
    """The assessor reads the name of the unit they are to score."""
    return {word("east")} if person == "assessor" else set()


def edition_of(region):
    found = IndexEdition.objects.filter(title="示例测评用体系", region=region).first()
    return found or build.make_edition(region, title="示例测评用体系")


def task_of(world, place, title="示例矩阵轮", state="scoring"):
    """The place's own round with its unit, and somebody who scores it: in the east our assessor."""
    found = Assignment.objects.filter(
        inspection__round__title=title, inspection__unit=world.units[place]
    ).first()
    if found:
        return fetch(found)
    region = world.regions[place]
    round = build.make_inspection_round(region, title=title, state=state)
    person = world.people["assessor"] if place == "east" else build.make_assessor(region)
    build.make_member(round, person)
    inspection = build.make_inspection(round, world.units[place], edition_of(region))
    return fetch(build.make_assignment(inspection, person))


def round_at(world, place):
    return [task_of(world, place).inspection.round_id]


def preparing_at(world, place):
    task = task_of(world, place, "示例准备轮", InspectionRound.State.PREPARING)
    return [task.inspection.round_id]


def inspection_at(world, place):
    return [task_of(world, place).inspection_id]


def task_at(world, place):
    return [task_of(world, place).pk]


def signed_of(world, place, title="示例签字轮"):
    task = task_of(world, place, title)
    if not task.sheets.exists():
        scores = {"1.1": 60, "1.2": 30}
        build.make_sheet(task, scores, signed_at=timezone.now(), digest="0" * 64)
        Assignment.objects.filter(pk=task.pk).update(state=Assignment.State.SIGNED)
    return fetch(task)


def signed_at(world, place):
    return [signed_of(world, place).pk]


def correction_at(world, place, *, signed=False):
    task = signed_of(world, place, "示例送审轮" if signed else "示例更正轮")
    if task.sheets.count() == 1:
        person, at = task.assessor, timezone.now()
        sheet = ask_correction(task, reason="看错材料", actor=person, at=at)
        if signed:
            item = build.item_of(task.inspection.edition, "1.2").pk
            entry = Entry(indicator=item, version=1, value=29, reason="缺表")
            save_scores(task, [entry], actor=person, at=at)
            sign_correction(sheet, actor=person, at=at)
    return [task.pk]


def member_at(world, place):
    round = task_of(world, place).inspection.round
    return [round.pk, round.members.get().pk]


def unit_at(world, place):
    return [task_of(world, place).inspection.unit_id]


def a_score(world, place):
    item = build.item_of(task_of(world, place).inspection.edition, "1.1")
    return {"items": json.dumps([{"indicator": item.pk, "value": "60"}])}


def settings_of(world, place):
    return {"title": "示例改名", "version": 1}


def tie_of(world, user):
    unit = world.units["city"]
    found = Conflict.objects.get_or_create(
        user=user, unit=unit, defaults={"declared_at": timezone.now()}
    )
    return [found[0].pk]


def keeper(args, **more):
    return Row(roles=OFFICERS, args=args, **more)


def own(args, **more):
    return Row(roles=TEAM, args=args, sees=OWN, also=assigned, by="assessor", **more)


SEES_SHEET = {**SEES, **OWN, "clerk": set(), "west_clerk": set()}

ROWS = {
    "evaluations:inspection-rounds": Row(roles=OFFICE),
    "evaluations:inspection-round": Row(roles=OFFICE, args=round_at, sees=SEES_ROUND),
    "evaluations:inspection-round-new": Row(roles=OFFICERS, methods=BOTH),
    "evaluations:inspection-round-edit": keeper(round_at, methods=BOTH, data=settings_of),
    "evaluations:inspection-round-step": keeper(
        lambda world, place: [*preparing_at(world, place), "open"], methods=POST
    ),
    "evaluations:inspection-serve": keeper(preparing_at, methods=POST),
    "evaluations:inspection-urge": keeper(round_at, methods=POST),
    "evaluations:inspection-candidates": keeper(preparing_at),
    "evaluations:inspection-choose": keeper(preparing_at, methods=POST),
    "evaluations:inspections": Row(roles=OFFICE, args=round_at, sees=SEES_ROUND),
    "evaluations:inspections-bulk": keeper(round_at, methods=POST),
    "evaluations:inspection-team": Row(roles=OFFICE, args=round_at),
    "evaluations:inspection-team-add": keeper(round_at, methods=POST),
    "evaluations:inspection-member": keeper(
        member_at, methods=POST, data=lambda world, place: {"act": "remove"}
    ),
    "evaluations:inspection-assign": Row(roles=OFFICE, args=round_at),
    "evaluations:inspection-apply": keeper(round_at, methods=POST),
    "evaluations:inspection-calendar": Row(
        roles=OFFICE | {"assessor"}, args=round_at, sees={**SEES_ROUND, **OWN}, also=assigned
    ),
    "evaluations:inspection-visit": keeper(round_at, methods=POST),
    "evaluations:inspection-tasks": Row(roles=OFFICE, args=inspection_at),
    "evaluations:inspection-extra": keeper(inspection_at, methods=BOTH),
    "evaluations:assignment-reassign": keeper(task_at, methods=BOTH),
    "evaluations:assignment-withdraw": keeper(
        task_at, methods=POST, data=lambda world, place: {"note": "示例"}
    ),
    "evaluations:conflicts": Row(roles=TEAM),
    "evaluations:conflict-declare": Row(
        roles=TEAM, args=unit_at, methods=POST, sees=OWN, also=assigned
    ),
    "evaluations:conflict-remove": Row(roles=TEAM, owned=tie_of, methods=POST),
    "evaluations:score-queue": Row(roles=TEAM),
    "evaluations:score-next": Row(roles=TEAM),
    "evaluations:score-pace": Row(roles=TEAM),
    "evaluations:score-phrases": Row(
        roles=TEAM, methods=POST, data=lambda world, place: {"text": "示例常用语"}
    ),
    "evaluations:score-sheet": own(task_at),
    "evaluations:score-save": own(task_at, methods=POST, data=a_score, api=True),
    "evaluations:score-sign": own(task_at, methods=POST),
    "evaluations:sheet-history": Row(
        roles=OFFICE | {"assessor"}, args=signed_at, sees=SEES_SHEET, also=assigned
    ),
    "evaluations:sheet-correct": own(signed_at, methods=BOTH),
    "evaluations:sheet-give-up": own(correction_at, methods=POST),
    "evaluations:sheet-decide": keeper(
        lambda world, place: correction_at(world, place, signed=True),
        methods=POST,
        data=lambda world, place: {"act": "approve"},
    ),
}
