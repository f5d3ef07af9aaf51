"""Whatever the code writes into the audit log has a name that people can read."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from portal import audit_labels
from portal.lifecycle import Lifecycle

TOP = Path(__file__).resolve().parents[2]
APPS = ("portal", "units", "evaluations", "awards")
ACT = re.compile(r"[a-z]+\.[a-z_]+")
OPERATIONS = sorted(
    path for app in APPS for path in (TOP / app).glob("**/*.py") if "migrations" not in path.parts
)


def acts_in(path):
    """Acts written in one file: the action of each record(), and what helpers pass on to it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "action":
            yield from strings_of(node.value)
        elif isinstance(node, ast.Call):
            yield from (each for arg in node.args for each in strings_of(arg) if is_act(each))


def strings_of(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and ACT.fullmatch(node.value):
        yield node.value


def is_act(text):
    return text.partition(".")[0] in {act.partition(".")[0] for act in audit_labels.LABELS}


def test_every_act_written_in_the_code_has_a_label():
    found = {act for path in OPERATIONS for act in acts_in(path)}
    nameless = {act for act in found if audit_labels.label_of(act) == act}

    assert "unit.register" in found
    assert nameless == set(), "name them in portal/audit_labels.py or the floor's words.py"


@pytest.mark.parametrize("app", [app for app in APPS if (TOP / app / "lifecycles.py").exists()])
def test_every_move_of_a_lifecycle_has_a_label(app):
    tables = vars(import_module(f"{app}.lifecycles")).values()
    moves = {
        f"{table.model._meta.model_name}.{verb}"
        for table in tables
        if isinstance(table, Lifecycle)
        for verb in table.steps
    }

    assert {move for move in moves if audit_labels.label_of(move) == move} == set()
