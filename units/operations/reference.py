"""Categories, kinds of title and regulations that the portal brings along."""

from portal.operations.reference import fixture, load_rows
from units.models import Category, HonourRule, Regulation, TitleKind


def load_catalogue(*, at):
    """Load the four tables; how many rows were new or changed."""
    count = load_rows(Category, fixture("categories.json"), at=at)
    count += load_rows(TitleKind, fixture("title_kinds.json"), at=at)
    count += load_rows(Regulation, fixture("regulations.json"), at=at)
    return count + load_rows(HonourRule, _rules(), at=at, keys=("regulation", "level", "kind"))


def _rules():
    regulations = {each.code: each for each in Regulation.objects.exclude(code=None)}
    kinds = {each.code: each for each in TitleKind.objects.all()}
    return [
        row | {"regulation": regulations[row["regulation"]], "kind": kinds.get(row["kind"])}
        for row in fixture("honour_rules.json")
    ]
