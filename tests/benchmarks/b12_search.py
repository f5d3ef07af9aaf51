"""B12: finding a unit among all by what people type."""

from urllib.parse import quote

from django.urls import reverse

from tests.benchmarks.harness import Figure, p95

IDS = ("B12",)
TYPED = (
    "示例三",
    "村委会示例",
    "slsd",
    "cwhsl",
    "嘎查 一",
    "12150702",
    "没有这个单位",
    "海拉尔",
    "hlr",
)


def measure(city, full):
    """The slowest of what is typed: in the middle of a name, by initials, by code, in vain."""
    for name in ("register", "designations"):
        pages = {
            word: city.opener(city.city_officer, f"{reverse(f'units:{name}')}?q={quote(word)}")
            for word in TYPED
        }
        spent = {word: p95(page, 20) for word, page in pages.items()}
        slowest = max(spent, key=spent.get)
        rows = city.units if name == "register" else city.designations
        what = f"search over {rows:,} {name} rows, slowest of {len(TYPED)} ({slowest})"
        yield Figure("B12", what, spent[slowest], "ms", 200)
