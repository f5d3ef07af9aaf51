"""Operations name tasks by strings; each name has a body, and each body begins with its job."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from django.conf import settings

from portal.celery import app
from portal.jobs.schedule import SCHEDULES

TOP = Path(__file__).resolve().parents[2]
APPS = ("portal", "units", "evaluations", "awards")
LIKE_A_NAME = re.compile(rf"({'|'.join(APPS)})\.[a-z_]+")
CLOCKWORK = {"portal.sweep", "portal.tick"}  # sent by beat, without a job


def calls_of(name):
    """(file, call) for every `jobs.<name>(…)` in the code of the apps."""
    for path in sorted(path for each in APPS for path in (TOP / each).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == f"jobs.{name}":
                yield path.relative_to(TOP), node


def task_names():
    app.loader.import_default_modules()
    return {name for name in app.tasks if name.split(".")[0] in APPS}


def names_at(path, call):
    """The names a call may start: its own word, or all such words of a file that passes them on."""
    if isinstance(call.args[0], ast.Constant):
        return {call.args[0].value}
    words = ast.walk(ast.parse((TOP / path).read_text(encoding="utf-8")))
    texts = (node.value for node in words if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str) and LIKE_A_NAME.fullmatch(text)}


STARTS = list(calls_of("start"))


@pytest.mark.parametrize(
    ("path", "call"), STARTS, ids=[f"{path}:{call.lineno}" for path, call in STARTS]
)
def test_a_started_job_has_a_body(path, call):
    names = names_at(path, call)

    assert names
    assert names <= task_names()


@pytest.mark.parametrize("name", sorted(task_names() - CLOCKWORK))
def test_a_body_takes_its_job_and_nothing_else(name):
    parameters = inspect.signature(app.tasks[name].run).parameters

    assert list(parameters) == ["job_id"]
    assert "jobs.running(job_id)" in inspect.getsource(app.tasks[name].run)


def test_beat_sends_what_exists():
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} == CLOCKWORK
    assert task_names() >= CLOCKWORK


def test_a_schedule_has_a_rhythm_and_a_name_of_its_own():
    registered = [call.args[0].value for _, call in calls_of("every")]

    assert len(registered) == len(set(registered)) == len(SCHEDULES)
    assert all(bool(each.seconds) != bool(each.daily) for each in SCHEDULES.values())
