"""B1–B3: the register page; sorted, filtered, far down; for the city and for one 旗."""

from django.db import connection
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.safestring import mark_safe

from tests.benchmarks.harness import Figure, beside, p95
from units.listings import UnitListing

IDS = ("B1", "B2", "B3")
FILTERS = (
    "q=示例三",
    "q=slsd",
    "region=150722000000",
    "level=region",
    "status=due",
    "expiring=180",
    "year=2022",
    "level=city&status=valid&region=150702000000",
)


def measure(city, full):
    """The page, its baselines, its orders and filters."""
    url = reverse("units:register")
    page = city.opener(city.city_officer, url)
    yield from first_page(city, page, url)
    yield from elsewhere(city, url)
    banner, whole = beside(city.opener(city.banner_officer, url), page)
    words = "the same for an officer of a 旗"
    yield Figure("B3", words, banner, "ms", None, whole, 1.2, "B1")


def first_page(city, page, url):
    """Fifty rows beside the admin's fifty, and beside nothing but the SQL and the template."""
    admin = "/bench-admin/units/unit/"
    what = f"register, 50 of {city.units:,} units, city officer"
    ours, theirs = beside(page, city.opener(city.city_officer, admin))
    yield Figure("B1", what, ours, "ms", 150, theirs, None, "Django admin changelist")
    searched = [city.opener(city.city_officer, f"{each}?q=示例三") for each in (url, admin)]
    found, theirs = beside(*searched)
    yield Figure("B1", "the same, searched", found, "ms", 200, theirs, 0.5, "admin, same search")
    again, bare = beside(page, bare_page(city, url))
    yield Figure("B1", "the same page", again, "ms", None, bare, 1.6, "its SQL and template alone")
    yield Figure("B1", "queries", city.queries(page), "", 12)
    yield Figure("B1", "HTML before compression", round(len(page()) / 1000, 1), "kB", 150)
    if city.small:
        words = f"growth from {city.small_units:,} to {city.units:,} units"
        yield Figure("B1", words, ours, "ms", None, city.small, 10, "ten times fewer units")


def bare_page(city, url):
    """The statements of the page sent again; cells and template given values at hand."""
    client = city.client(city.city_officer)
    client.get(url)
    with CaptureQueriesContext(connection) as sent:
        response = client.get(url)
    statements = [each["sql"].replace("%", "%%") for each in sent]
    context = {**response.context_data, "unread": 0}
    columns, rows = response.context_data["view"].shown_columns(), context["rows"]
    template = get_template("units/register.html")

    def page():
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, ())
                if cursor.description:
                    cursor.fetchall()
        cells = [mark_safe("".join(each.cell(row) for each in columns)) for row in rows]
        return template.render({**context, "table": cells}, response.wsgi_request)

    return page


def elsewhere(city, url):
    """Two hundred rows, page two hundred, the slowest order and the slowest filter."""
    opened = {
        "200 rows": (["size=200"], 350),
        "page 200": (["page=200"], 200),
        "slowest of all orders": (orders(), 250),
        "slowest of the filters": (FILTERS, 250),
    }
    for what, (queries, bar) in opened.items():
        spent = {q: p95(city.opener(city.city_officer, f"{url}?{q}"), 20) for q in queries}
        slowest = max(spent, key=spent.get)
        label = what if len(spent) == 1 else f"{what} ({slowest})"
        yield Figure("B2", label, spent[slowest], "ms", bar)


def orders():
    return [f"sort={sign}{name}" for name in UnitListing.orderings for sign in ("", "-")]
