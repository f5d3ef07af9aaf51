"""B6b: among 50,000 pictures, those that look alike are found while one waits."""

import random

from django.db import connection
from django.urls import reverse

from evaluations.models import Evidence, PictureKey
from evaluations.operations.deriving import look_alikes_of
from evaluations.rules.picture_likeness import keys_of
from portal.models import StoredFile
from tests.benchmarks.harness import Figure, p95
from tests.factories import NOON
from units.models import Unit

IDS = ("B6b",)
PICTURES = 50_000
PAIRS = 500  # pictures that turn up at a second unit


def measure(city, full):
    """One picture's look-alikes, the viewer that tells them, and the page of all groups."""
    with city.undone():
        pictures = fill(city.city_officer)
        dice = random.Random(6)
        chosen = [pictures[dice.randrange(PICTURES)] for _ in range(60)]
        turns = iter(chosen * 2)
        what = f"look-alikes of one of {PICTURES:,} pictures"
        yield Figure("B6b", what, p95(lambda: look_alikes_of(next(turns))), "ms", 50)
        viewer = city.opener(city.city_officer, pictures[0].get_absolute_url())
        yield Figure("B6b", "viewer of one picture among them", p95(viewer), "ms", 200)
        yield Figure("B6b", "the same, queries", city.queries(viewer), "", 20)
        page = city.opener(city.city_officer, reverse("evaluations:evidence-similar"))
        yield Figure("B6b", f"page of {PAIRS} look-alike groups among them", p95(page), "ms", 300)
        yield Figure("B6b", "the same, queries", city.queries(page), "", 10)


def fill(owner):
    """Pictures of many units, handed in; some of them the same picture at two units."""
    dice = random.Random(50)
    units = list(Unit.objects.order_by("pk")[:5000])
    hashes = [dice.getrandbits(64) for _ in range(PICTURES)]
    for number in range(PAIRS):
        hashes[-1 - number] = hashes[number] ^ 1 << dice.randrange(64)
    files = StoredFile.objects.bulk_create(
        [_file(number, owner) for number in range(PICTURES)], batch_size=2000
    )
    pictures = Evidence.objects.bulk_create(
        [_picture(n, units[n % len(units)], files[n], hashes[n], owner) for n in range(PICTURES)],
        batch_size=2000,
    )
    PictureKey.objects.bulk_create(
        (
            PictureKey(evidence=each, key=key)
            for each in pictures
            for key in keys_of(each.picture_hash)
        ),
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself after a while
    return pictures


def _file(number, owner):
    return StoredFile(
        name="示例照片.jpg",
        media_type="image/jpeg",
        size=300_000,
        sha256=f"{number:064x}",
        owner=owner,
        created_at=NOON,
    )


def _picture(number, unit, file, picture_hash, owner):
    pair = number if number < PAIRS else PICTURES - 1 - number
    return Evidence(
        unit=unit,
        file=file,
        sha256=file.sha256,
        kind=Evidence.Kind.IMAGE,
        title=file.name,
        picture_hash=f"{picture_hash:016x}",
        look_group=pair + 1 if pair < PAIRS else None,
        handed_in=True,
        derived_at=NOON,
        uploaded_by=owner,
        uploaded_at=NOON,
    )
