"""A published edition is frozen for ever, whichever way somebody tries to change it."""

from decimal import Decimal as D

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from evaluations.guards import frozen_columns
from evaluations.models import IndexEdition, Indicator, InspectionRound, ItemMapping
from portal import guards
from tests.evaluations.factories import item_of, make_edition

S = IndexEdition.State
FROZEN = "已发布的测评体系不能更改"


def refused(act):
    with pytest.raises(DatabaseError, match=FROZEN), transaction.atomic():
        act()


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture(params=[S.PUBLISHED, S.RETIRED])
def edition(cast, request):
    return make_edition(cast.city, state=request.param)


def test_an_item_is_not_changed(edition):
    item = item_of(edition, "1.1")
    item.points = D(5)

    refused(item.save)
    refused(lambda: Indicator.objects.filter(pk=item.pk).update(points=D(5)))
    refused(lambda: Indicator.objects.bulk_update([item], ["points"]))
    refused(lambda: sql("UPDATE evaluations_indicator SET points = 5 WHERE id = %s", item.pk))
    assert item_of(edition, "1.1").points == D(60)


def test_an_item_is_not_dropped(edition):
    item = item_of(edition, "1.1")

    refused(item.delete)
    refused(Indicator.objects.filter(pk=item.pk).delete)
    refused(lambda: sql("DELETE FROM evaluations_indicator WHERE id = %s", item.pk))
    assert edition.indicators.count() == 7


def test_no_item_is_added(edition):
    node = Indicator(edition=edition, tier="section", position=9, code="9", text="添加")

    refused(lambda: Indicator.objects.bulk_create([node]))
    refused(node.save)


def test_an_item_is_not_moved_in_from_a_draft(edition, cast):
    draft = make_edition(cast.city, state=S.DRAFT)
    guest = item_of(draft, "1.1")

    refused(lambda: Indicator.objects.filter(pk=guest.pk).update(edition=edition, code="guest"))


@pytest.mark.parametrize(
    "change",
    [
        {"total": D(90)},
        {"apply_line": D(1)},
        {"pass_line": D(1)},
        {"bonus_cap": D(1)},
        {"step": D(1)},
        {"method": "trimmed"},
        {"title": "另一个"},
        {"document_no": "补号"},
        {"state": S.DRAFT},
    ],
    ids=str,
)
def test_what_it_scores_by_is_not_changed(edition, change):
    refused(lambda: IndexEdition.objects.filter(pk=edition.pk).update(**change))


def test_it_is_not_deleted(edition):
    refused(lambda: sql("DELETE FROM evaluations_indexedition WHERE id = %s", edition.pk))


def test_a_retired_edition_does_not_come_back(cast):
    edition = make_edition(cast.city, state=S.RETIRED)

    refused(lambda: IndexEdition.objects.filter(pk=edition.pk).update(state=S.PUBLISHED))


def test_a_draft_is_free(cast):
    edition = make_edition(cast.city, state=S.DRAFT)

    Indicator.objects.filter(edition=edition, code="1.1").update(points=D(5))
    item_of(edition, "1.2").delete()
    IndexEdition.objects.filter(pk=edition.pk).update(total=D(15))
    edition.delete()
    assert not IndexEdition.objects.exists()


def test_how_items_became_others_may_be_told_afterwards(edition, cast):
    later = make_edition(cast.city)
    pair = {"old_edition": edition, "new_edition": later}
    both = {"old": item_of(edition, "1.1"), "new": item_of(later, "1.1")}

    mapping = ItemMapping.objects.create(relation="same", **both, **pair)
    ItemMapping.objects.filter(pk=mapping.pk).update(relation="merged")
    mapping.delete()


def test_the_guards_step_aside_for_a_migration_and_come_back(db):
    guards.step_aside_before_migrate(using="default")
    call_command("migrate", verbosity=0)

    assert guards.missing(connection) == []


BOOKKEEPING = {"id", "state", "state_changed_at", "moves", "version"}


def test_all_that_an_edition_says_is_frozen_and_only_its_life_goes_on():
    columns = {field.column for field in IndexEdition._meta.concrete_fields}

    assert columns - set(frozen_columns()) == BOOKKEEPING | {"ends_on"}


def test_all_that_a_node_or_a_round_says_is_in_the_list_of_what_is_saved_and_told():
    node = {field.name for field in Indicator._meta.concrete_fields}
    round = {field.name for field in InspectionRound._meta.concrete_fields}

    assert node - set(Indicator.WORDING) == {
        "id",
        "edition",
        "parent",
        "tier",
        "position",
        "version",
    }
    assert round - set(InspectionRound.SETTINGS) == BOOKKEEPING | {
        "batch",  # what it serves is chosen by an act of its own, with a line of its own
        "turns_of",
        "places",
        "published_at",
    }
