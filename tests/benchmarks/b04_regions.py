"""B4: the tree of 行政区划 opens lazily, and is searched and picked from as quickly."""

from django.urls import reverse

from portal.models import Region, User
from tests.benchmarks.harness import Figure, p95

IDS = ("B4",)
MOST_MS, MOST_QUERIES = 120, {"tree": 6, "search": 7}


def measure(city, full):
    """The page, a branch, the picker and searches, as an officer of the whole tree sees them."""
    with city.undone():
        officer = officer_of_the_whole_tree()
        for what, url in addresses().items():
            kind = "search" if what.startswith("search") else "tree"
            opened = city.opener(officer, url)
            words = f"regions, {what}, of {Region.objects.count():,} places"
            yield Figure("B4", words, p95(opened), "ms", bar=MOST_MS)
            yield Figure("B4", f"queries: {what}", city.queries(opened), "", bar=MOST_QUERIES[kind])


def officer_of_the_whole_tree():
    """Nobody sees more places than an officer of the province."""
    top = Region.objects.get(level=Region.Level.PROVINCE)
    return User.objects.create_user(
        "bench-province",
        role=User.Role.OFFICER,
        region=top,
        name="示例",
        must_change_password=False,
    )


def addresses():
    """What is opened."""
    city = Region.objects.filter(level=Region.Level.CITY).order_by("code").first()
    pick = reverse("portal:regions-pick")
    return {
        "first level of the tree": reverse("portal:regions"),
        "one branch": reverse("portal:region-children", args=[city.pk]),
        "top of the picker": pick,
        "search by part of a name": f"{pick}?q=嘎查",
        "search by pinyin": f"{pick}?q=hlr",
        "search by code": f"{pick}?q=150785",
    }
