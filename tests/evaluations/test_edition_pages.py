"""Pages of 测评体系: list, one edition, its acts, and two editions side by side."""

from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.models import IndexEdition, ItemMapping
from evaluations.operations.samples import load_samples
from tests.evaluations.factories import NODES, item_of, make_edition
from tests.factories import NOON, TODAY

DRAFT = IndexEdition.State.DRAFT


def url(name, *args):
    return reverse(f"evaluations:{name}", args=args)


def text(response):
    return response.content.decode()


@pytest.fixture
def office(client, cast):
    client.force_login(cast.city_officer)
    return client


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_asks_as_often_for_three_editions_as_for_one(office, cast):
    make_edition(cast.city)
    once = queries(office, url("editions"))
    for _ in range(2):
        make_edition(cast.city)

    assert queries(office, url("editions")) == once


def test_the_list_is_narrowed_by_family_and_state(office, cast):
    one = make_edition(cast.city, family="ORGAN", title="机关体系")
    make_edition(cast.city, family="SCHOOL", title="学校体系", state=DRAFT)

    found = text(office.get(url("editions"), {"family": one.family_id, "state": "published"}))

    assert "机关体系" in found
    assert "学校体系" not in found


def test_an_edition_page_asks_as_often_for_many_items_as_for_few(office, cast):
    few = make_edition(cast.city)
    nodes = [*NODES, *({**NODES[1], "code": f"1.{n}"} for n in range(3, 30))]
    many = make_edition(cast.city, nodes)

    assert queries(office, few.get_absolute_url()) == queries(office, many.get_absolute_url())


def test_samples_say_that_they_are_samples_wherever_they_show(client, cast, settings):
    settings.HOME_REGION_CODE = cast.city.code
    load_samples(at=NOON, on=TODAY)
    edition = IndexEdition.objects.first()
    client.force_login(cast.city_officer)

    for address in (
        url("editions"),
        edition.get_absolute_url(),
        url("edition-copy", edition.pk),
        url("edition-compare", edition.pk, edition.pk),
    ):
        assert "示例（非正式）" in text(client.get(address)), address


def test_a_draft_tells_its_faults_and_asks_once_before_publishing(office, cast):
    draft = make_edition(cast.city, state=DRAFT, total=D(99))

    page = text(office.get(draft.get_absolute_url()))
    asked = text(office.get(url("edition-publish", draft.pk)))
    office.post(url("edition-publish", draft.pk), {"form_key": "a"})

    assert "发布之前有 1 处要改" in page
    assert "还不能发布，有 1 处要改" in asked
    assert "与总分 99 不符" in asked
    draft.refresh_from_db()
    assert draft.state == DRAFT


def test_a_sound_draft_shows_its_burden_and_is_published(office, cast):
    nodes = [dict(each) for each in NODES]
    for node in nodes[1:3]:
        node["evidence_asked"] = "照片"
    draft = make_edition(cast.city, nodes, state=DRAFT)

    asked = text(office.get(url("edition-publish", draft.pk)))
    answer = office.post(url("edition-publish", draft.pk), {"form_key": "a"}, follow=True)

    assert "“照片”在 2 个要点中重复要求（1.1、1.2）" in asked
    assert "仍然发布" in asked
    assert "已发布" in text(answer)
    draft.refresh_from_db()
    assert draft.state == "published"


def test_a_published_edition_has_no_forms_but_a_copy(office, cast):
    edition = make_edition(cast.city)
    node = item_of(edition, "1.1")

    page = text(office.get(edition.get_absolute_url()))
    answer = office.get(url("indicator", edition.pk, node.pk), follow=True)

    assert "复制为新草稿" in page
    assert url("indicator", edition.pk, node.pk) not in page
    assert "不能再改；请复制为新草稿后修改" in text(answer)


def test_a_second_editor_sees_both_contents_and_loses_nothing(office, cast):
    draft = make_edition(cast.city, state=DRAFT)
    node = item_of(draft, "1.1")
    parent = item_of(draft, "1").pk
    sent = {"parent": parent, "code": "1.1", "text": "先写的", "kind": "range", "points": "60"}
    office.post(url("indicator", draft.pk, node.pk), sent | {"version": 1})

    answer = office.post(
        url("indicator", draft.pk, node.pk), sent | {"text": "后写的", "version": 1}
    )

    found = text(answer)
    assert "他人已改" in found
    assert "<td>先写的</td><td>后写的</td>" in found
    assert "满分" not in found.split("下面的表单")[0].split("他人已改")[1]
    assert item_of(draft, "1.1").text == "先写的"
    again = office.post(
        url("indicator", draft.pk, node.pk), sent | {"text": "后写的", "version": 2}
    )
    assert again.status_code == 302
    assert item_of(draft, "1.1").text == "后写的"


def test_figures_are_typed_in_full_width_too(office, cast):
    draft = make_edition(cast.city, state=DRAFT)
    sent = {
        "parent": item_of(draft, "1").pk,
        "code": "１．３",
        "text": "要点",
        "kind": "occurrence",
    }

    office.post(url("indicator-new", draft.pk, "item"), sent | {"points": "３", "each": "０．５分"})

    node = item_of(draft, "1.3")
    assert (node.points, node.each) == (D(3), D("0.5"))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"points": "三分"}, "“三分”不是分值，请只写数字。"),
        ({"points": "-1"}, "分值不能小于 0。"),
        ({"kind": "veto", "points": "5"}, "一票否决的要点不计分，请清空分值。"),
        ({"kind": "threshold", "bands": "九成"}, "“九成”看不出分档"),
        ({"code": "1.2"}, "编号 1.2 已经用在这套测评体系里"),
    ],
)
def test_what_cannot_be_is_told_and_not_saved(office, cast, fields, words):
    draft = make_edition(cast.city, state=DRAFT)
    sent = {"parent": item_of(draft, "1").pk, "code": "1.9", "text": "要点", "kind": "range"}

    answer = office.post(url("indicator-new", draft.pk, "item"), sent | {"points": "5"} | fields)

    assert words in text(answer)
    assert draft.indicators.count() == 7


def test_a_copy_is_made_once_however_often_the_form_is_sent(office, cast):
    edition = make_edition(cast.city)
    sent = {"title": "新版", "edition_no": "2031", "starts_on": "2031-01-01", "form_key": "k"}

    answers = [office.post(url("edition-copy", edition.pk), sent) for _ in range(2)]

    assert {each.status_code for each in answers} == {302}
    assert IndexEdition.objects.count() == 2


def test_retiring_wants_a_later_day_and_a_reason(office, cast):
    edition = make_edition(cast.city)

    early = office.post(url("edition-retire", edition.pk), {"on": "2025-01-01", "note": "换新"})
    office.post(url("edition-retire", edition.pk), {"on": "2027年1月1日", "note": "换新"})

    assert "停用日期须晚于施行日期 2026-01-01，没有停用。" in text(early)
    edition.refresh_from_db()
    assert (edition.state, f"{edition.ends_on}") == ("retired", "2027-01-01")


def two(cast):
    nodes = [dict(each) for each in NODES]
    nodes[1] |= {"text": "专题学习", "points": D(50)}
    return make_edition(cast.city), make_edition(cast.city, nodes)


def test_two_editions_stand_side_by_side_with_the_words_that_changed(office, cast):
    old, new = two(cast)

    page = text(office.get(url("edition-compare", new.pk, old.pk)))
    only = text(office.get(url("edition-compare", new.pk, old.pk), {"only": "added"}))

    assert "<ins>专题</ins>学习" in page or "<ins>专题学习</ins>" in page
    assert "<ins>50</ins>" in page
    assert "没有这一类变化" in only or "新增" in only


def test_comparing_asks_as_often_for_many_items_as_for_few(office, cast):
    old, new = two(cast)
    few = queries(office, url("edition-compare", new.pk, old.pk))
    nodes = [*NODES, *({**NODES[1], "code": f"1.{n}"} for n in range(3, 30))]
    one, other = make_edition(cast.city, nodes), make_edition(cast.city, nodes)

    assert queries(office, url("edition-compare", one.pk, other.pk)) == few


def test_the_workbench_proposes_takes_decisions_and_takes_them_back(office, cast):
    old, new = two(cast)
    address = url("edition-mapping", new.pk, old.pk)

    office.post(address, {"act": "propose"})
    page = text(office.get(address))
    office.post(address, {"act": "map", "relation": "same", "old": "1.1 学习", "new": "1.1"})
    mapping = ItemMapping.objects.get(confirmed_by=cast.city_officer)
    confirmed = text(office.get(address))
    office.post(address, {"act": "unmap", "pk": mapping.pk})

    assert "待确认" in page
    assert "已确认 1 条" in confirmed
    assert not ItemMapping.objects.exclude(confirmed_by=None).exists()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"act": "map", "relation": "same", "old": "9.9", "new": "1.1"}, "没有编号为“9.9”的原要点"),
        ({"act": "map", "relation": "merged", "new": "1.1"}, "请填写原要点的编号"),
        ({"act": "confirm"}, "没有勾选建议，没有改动任何内容。"),
        ({"act": "other"}, "没有认出要办理的事项"),
    ],
)
def test_a_decision_that_names_nothing_is_told(office, cast, sent, words):
    old, new = two(cast)

    answer = office.post(url("edition-mapping", new.pk, old.pk), sent, follow=True)

    assert words in text(answer)
    assert not ItemMapping.objects.exists()


def test_an_auditor_reads_the_workbench_and_decides_nothing(client, cast):
    from tests.factories import make_user

    old, new = two(cast)
    client.force_login(make_user("auditor", cast.city))

    page = text(client.get(url("edition-mapping", new.pk, old.pk)))
    answer = client.post(url("edition-mapping", new.pk, old.pk), {"act": "propose"}, follow=True)

    assert "提出建议" not in page
    assert "不能修改" in text(answer)
    assert not ItemMapping.objects.exists()
