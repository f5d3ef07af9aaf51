"""The demonstration of this floor is the same again from the same seed, and nothing of nothing."""

from django.db import transaction

from evaluations.models import Inspection, InspectionRound
from evaluations.operations.demo import seed_evaluations
from tests.evaluations.demo_city import make_place, seed
from tests.factories import NOON, TODAY


def test_the_same_seed_gives_the_same_totals(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_place(settings.HOME_REGION_CODE, counties=3)

    def totals(number):
        with transaction.atomic():
            seed(number)
            found = list(Inspection.objects.order_by("pk").values_list("unit__name", "total"))
            transaction.set_rollback(True)
        return found

    assert totals(1) == totals(1)
    assert totals(1) != totals(2)


def test_without_units_there_is_nothing_to_show(db):
    said = []

    seed_evaluations(seed=1, at=NOON, on=TODAY, say=said.append)

    assert said == ["还没有单位或测评人员，没有建立演示测评。"]
    assert not InspectionRound.objects.exists()
