"""Views read and call one operation; they never write a table themselves."""

import ast
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
APPS = ("portal", "units", "evaluations", "awards")
VIEWS = sorted(path for app in APPS for path in (TOP / app / "views").glob("[a-z]*.py"))
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}


def writes_in(path):
    """Calls of a manager's or a row's writing methods, as line numbers."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Attribute)]
    return [call.lineno for call in named if call.func.attr in WRITES or _ends_a_queryset(call)]


def _ends_a_queryset(call):
    inner = call.func.value
    return call.func.attr in {"update", "delete"} and isinstance(inner, ast.Call)


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: f"{path.parts[-3]}.{path.stem}")
def test_a_view_does_not_write(path):
    assert writes_in(path) == []
