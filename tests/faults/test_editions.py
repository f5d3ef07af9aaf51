"""An index published while somebody still writes in it: what was published is what stands."""

import threading

import pytest
from django.db import DatabaseError, transaction

from evaluations.models import IndexEdition, Indicator
from tests.evaluations.factories import item_of, make_edition
from tests.faults.rig import together

pytestmark = [pytest.mark.django_db(transaction=True)]
State = IndexEdition.State
LONG = 0.5  # seconds that a publication stays open


def node(edition):
    return Indicator(edition=edition, tier="section", position=9, code="9", text="添加")


@pytest.mark.parametrize(
    "change",
    [
        lambda edition: item_of(edition, "1.1").delete(),
        lambda edition: Indicator.objects.filter(edition=edition).update(points=1),
        lambda edition: node(edition).save(),
    ],
    ids=["drop", "change", "add"],
)
def test_nothing_slips_into_an_index_while_it_is_published(cast, change):
    edition = make_edition(cast.city, state=State.DRAFT)
    before = list(edition.indicators.order_by("pk").values())
    underway, refusals = threading.Event(), []

    def publish():
        with transaction.atomic():
            IndexEdition.objects.filter(pk=edition.pk).update(state=State.PUBLISHED)
            underway.set()
            threading.Event().wait(LONG)

    def write():
        assert underway.wait(10)
        try:
            change(edition)
        except DatabaseError as error:
            refusals.append(str(error))

    together(publish, write)

    assert list(edition.indicators.order_by("pk").values()) == before
    assert ["已发布的测评体系不能更改" in each for each in refusals] == [True]
