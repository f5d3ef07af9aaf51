"""B7: one score and one item of a self-check, saved while people type."""

import json
from itertools import count

from django.urls import reverse

from evaluations.models import Answer, Score, SelfCheck
from portal.models import User
from tests.benchmarks.b06_application import hand_in
from tests.benchmarks.harness import Figure, p95
from tests.benchmarks.rounds import make_round, open_task

IDS = ("B7",)


def measure(city, full):
    """The whole request, from the session to the answer; every one writes something new."""
    with city.undone():
        yield from told("one score saved, 60 items on the sheet", city, scoring(city))
    with city.undone():
        yield from told("one autosave of a self-check of 60 items", city, filling(city))


def told(what, city, save):
    yield Figure("B7", what, p95(save), "ms", 60)
    yield Figure("B7", "the same, queries", city.queries(save), "", 6)


def scoring(city):
    """Saves another score of the same item each time it is called."""
    task = open_task(make_round(city, 3).inspections.first())
    score = Score.objects.filter(sheet__assignment=task).first()
    client, turn = city.client(task.assessor), count(score.version)
    address = reverse("evaluations:score-save", args=[task.pk])

    def save():
        version = next(turn)
        entry = {
            "indicator": score.indicator_id,
            "version": version,
            "value": str(version % 4 / 2),
            "reason": f"缺第 {version} 次记录",
        }
        answer = client.post(address, {"items": json.dumps([entry])})
        assert answer.json()["saved"], answer.content

    return save


def filling(city):
    """Saves another statement of the same item each time it is called."""
    inspection = make_round(city, 1).inspections.first()
    hand_in(city, inspection, 100)
    check = SelfCheck.objects.get(unit=inspection.unit)
    SelfCheck.objects.filter(pk=check.pk).update(state="filling", submitted_at=None)
    clerk = User.objects.create_user("bench-clerk", "Portal-2026-x", role=User.Role.CLERK)
    User.objects.filter(pk=clerk.pk).update(must_change_password=False, region=city.region)
    inspection.unit.clerks.add(clerk)
    answer = Answer.objects.filter(check_form=check).first()
    turn = count(answer.version)
    client = city.client(User.objects.get(pk=clerk.pk))
    address = reverse("evaluations:self-check-item", args=[check.pk, answer.indicator_id])

    def save():
        version = next(turn)
        sent = {
            "version": version,
            "value": {"points": "1.5"},
            "statement": f"第 {version} 次说明",
        }
        reply = client.post(address, json.dumps(sent), content_type="application/json")
        assert reply.status_code == 200, reply.content

    return save
