"""An edition is drafted, published once it adds up, and copied to make the next."""

from datetime import date
from decimal import Decimal as D

import pytest

from evaluations.models import Family, IndexEdition, ItemMapping
from evaluations.operations.editions import (
    copy_edition,
    draft_edition,
    faults_of,
    publish_edition,
    retire_edition,
)
from evaluations.operations.samples import load_samples
from portal.errors import Refused
from portal.models import AuditEvent, Region
from tests.factories import NOON, TODAY

NODES = [
    {"code": "1", "tier": "section", "text": "党的领导"},
    {
        "code": "1.1",
        "tier": "item",
        "parent": "1",
        "text": "学习",
        "kind": "range",
        "points": D(60),
    },
    {
        "code": "1.2",
        "tier": "item",
        "parent": "1",
        "text": "机制",
        "kind": "range",
        "points": D(40),
    },
]


def draft(cast, nodes=NODES, actor=None, region=None):
    family = Family.objects.get_or_create(code="ORGAN", defaults={"name": "机关"})[0]
    values = {
        "family": family,
        "title": "机关测评体系",
        "issuer": "市民委",
        "edition_no": "2026",
        "region": region or cast.city,
        "total": D(100),
        "apply_line": D(90),
        "pass_line": D(60),
        "starts_on": date(2026, 1, 1),
    }
    return draft_edition(values, nodes, actor=actor or cast.city_officer, at=NOON)


def test_a_draft_is_seen_by_its_makers_only_until_it_is_published(cast):
    edition = draft(cast)

    assert edition in IndexEdition.objects.visible_to(cast.city_officer)
    assert edition not in IndexEdition.objects.visible_to(cast.east_officer)
    publish_edition(edition, actor=cast.city_officer, at=NOON)
    assert edition in IndexEdition.objects.visible_to(cast.east_officer)
    assert edition in IndexEdition.objects.visible_to(cast.clerk)


def test_an_index_that_does_not_add_up_is_refused_with_every_reason(cast):
    edition = draft(cast, [*NODES[:2], NODES[2] | {"points": D("39.7")}])

    with pytest.raises(Refused, match=r"有 2 处要改：.*不是 0.5.* 的倍数；.*与总分 100"):
        publish_edition(edition, actor=cast.city_officer, at=NOON)
    edition.refresh_from_db()
    assert edition.state == "draft"


def test_an_officer_of_a_旗_does_not_make_the_city_s_index(cast):
    with pytest.raises(Refused, match="不能修改"):
        draft(cast, actor=cast.east_officer)
    assert not IndexEdition.objects.exists()


def test_the_next_edition_is_a_copy_whose_items_are_mapped_as_the_same(cast):
    edition = draft(cast)
    publish_edition(edition, actor=cast.city_officer, at=NOON)

    values = {"title": "机关测评体系", "edition_no": "2027", "starts_on": date(2027, 1, 1)}
    copy = copy_edition(edition, actor=cast.city_officer, at=NOON, **values)

    assert copy.state == "draft"
    assert copy.based_on == edition
    assert faults_of(copy) == []
    pairs = ItemMapping.objects.values_list("old__code", "new__code", "new__edition")
    assert set(pairs) == {("1.1", "1.1", copy.pk), ("1.2", "1.2", copy.pk)}
    assert copy.indicators.get(code="1.1").parent.edition == copy


def test_a_version_number_is_used_once(cast):
    edition = draft(cast)

    with pytest.raises(Refused, match="已有版本“2026”"):
        copy_edition(
            edition,
            title="又一份",
            edition_no="2026",
            starts_on=TODAY,
            actor=cast.city_officer,
            at=NOON,
        )


def test_an_edition_is_in_force_from_its_day_until_it_is_retired(cast):
    edition = draft(cast)
    publish_edition(edition, actor=cast.city_officer, at=NOON)
    edition.refresh_from_db()

    retire_edition(edition, on=date(2027, 1, 1), actor=cast.city_officer, at=NOON, note="换新")

    assert edition not in IndexEdition.objects.in_force(date(2025, 12, 31))
    assert [each.action for each in AuditEvent.objects.about(edition)] == [
        "indexedition.retire",
        "indexedition.publish",
        "indexedition.draft",
    ]
    edition.refresh_from_db()
    assert edition.ends_on == date(2027, 1, 1)


def test_the_six_samples_add_up_and_are_marked(cast, settings):
    settings.HOME_REGION_CODE = Region.objects.get(pk=cast.city.pk).code

    assert load_samples(at=NOON, on=TODAY) == 6
    assert load_samples(at=NOON, on=TODAY) == 0
    editions = IndexEdition.objects.all()
    assert {each.is_sample for each in editions} == {True}
    assert {each.issuer for each in editions} == {"示例（非正式）"}
    assert {each.family.code: faults_of(each) for each in editions} == {
        code: [] for code in ("COUNTY", "TOWNSHIP", "ORGAN", "SCHOOL", "ENTERPRISE", "COMMUNITY")
    }
