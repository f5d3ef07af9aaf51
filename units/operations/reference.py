"""Categories, kinds of title, regulations, bodies and rules that the portal brings along."""

from portal.models import Region
from portal.operations.reference import fixture, load_rows
from units.models import Category, IssuingBody, Occasion, RecommendingBody, Regulation, TitleKind
from units.operations.rule_loading import load_rules


def load_catalogue(*, at):
    """Load the seven tables; how many rows were new or changed."""
    count = load_rows(Category, fixture("categories.json"), at=at)
    count += load_rows(TitleKind, fixture("title_kinds.json"), at=at)
    count += load_rows(Occasion, fixture("occasions.json"), at=at)
    regulations = [_plain(row) for row in _placed("regulations.json")]
    count += load_rows(Regulation, regulations, at=at)
    count += load_rows(IssuingBody, _present("issuing_bodies.json"), at=at)
    count += load_rows(RecommendingBody, _unfilled(), at=at)
    return count + load_rules(fixture("honour_rules.json"), at=at)


def _placed(name):
    """The rows of a fixture with their regions in place of codes; None where one is not loaded."""
    rows, places = fixture(name), ("region", "also_to")
    codes = {row[key] for row in rows for key in places if row.get(key)}
    regions = {each.code: each for each in Region.objects.in_being().filter(code__in=codes)}
    return [
        row | {key: regions.get(row[key]) for key in places if key in row} | {"placed": row}
        for row in rows
    ]


def _present(name):
    """Those rows whose region is there, or that belong to none."""
    rows = _placed(name)
    return [_plain(row) for row in rows if row["region"] or not row["placed"]["region"]]


def _unfilled():
    """Recommending bodies, without those whose region was given one by hand already."""
    rows = _present("recommending_bodies.json")
    by_hand = RecommendingBody.objects.filter(code=None, kind=RecommendingBody.Kind.TERRITORIAL)
    taken = set(by_hand.values_list("region", flat=True))
    return [row for row in rows if row["kind"] == "line" or row["region"].pk not in taken]


def _plain(row):
    return {name: value for name, value in row.items() if name != "placed"}
