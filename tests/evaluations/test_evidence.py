"""Evidence under items: kept once, cited once, within the caps, only while the check is open."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse

from evaluations.item_evidence import evidence_of_items
from evaluations.models import Answer, AnswerEvidence, Assignment, Evidence, SelfCheck
from evaluations.operations import evidence as act
from evaluations.operations.acceptance import accept_evidence, withdraw_acceptance
from portal.errors import Refused
from portal.intake.receiving import receive
from portal.models import AuditEvent, Job, StoredFile
from tests.evaluations import factories as make
from tests.evaluations import sample_files as sample
from tests.factories import NOON

S = SelfCheck.State


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def check(cast):
    edition = make.make_edition(cast.city)
    return make.make_check(cast.one, make.make_round(cast.city, edition), state=S.FILLING)


def item(check, code="1.1"):
    return make.item_of(check.edition, code)


def took(content, by, name="照片.jpg"):
    return receive(io.BytesIO(content), name=name, owner=by, at=NOON)


def add(check, by, content=None, code="1.1", name="照片.jpg", at=NOON):
    received = took(content or sample.jpeg(), by, name)
    return act.add_evidence(check, item(check, code), received, actor=by, at=at)


def hand_in(check, at=NOON):
    fields = {"state": S.SUBMITTED, "submitted_at": at, "is_sealed": True}
    SelfCheck.objects.filter(pk=check.pk).update(**fields)
    check.refresh_from_db()


def test_adding_a_file_begins_the_check_moves_the_answer_on_and_is_written_down(cast, check):
    SelfCheck.objects.filter(pk=check.pk).update(state=S.NOT_STARTED)

    add(check, cast.clerk, sample.jpeg(1))
    add(check, cast.clerk, sample.jpeg(2), at=NOON + timedelta(minutes=1))

    answer = Answer.objects.get()
    assert SelfCheck.objects.get().state == S.FILLING
    assert (answer.version, answer.saved_at) == (2, NOON + timedelta(minutes=1))
    assert (answer.saved_by, answer.on_behalf) == (cast.clerk, False)
    added = AuditEvent.objects.filter(action="evidence.add")
    assert added.count() == 2
    assert added.first().after["files"][0]["sha256"] == Evidence.objects.first().sha256
    assert Job.objects.filter(name="evaluations.derive_evidence").count() == 2


def test_an_officer_of_the_sumu_adds_in_the_units_place_and_it_shows(cast, check):
    add(check, cast.sumu_officer)

    assert Answer.objects.get().on_behalf
    assert AuditEvent.objects.filter(action="selfcheck.help", actor=cast.sumu_officer).exists()


def test_the_same_file_five_hundred_times_is_one_file_cited_once(cast, check):
    add(check, cast.clerk)

    for _ in range(5):
        with pytest.raises(Refused, match="是同一个文件，没有重复添加"):
            add(check, cast.clerk, name="又一张.jpg")
    add(check, cast.clerk, code="1.2")

    assert (Evidence.objects.count(), StoredFile.objects.count()) == (1, 1)
    assert list(AnswerEvidence.objects.values_list("reused", flat=True)) == [False, True]


def test_an_item_takes_as_many_files_as_the_edition_says(cast, check):
    for seed in range(check.edition.files_cap):
        add(check, cast.clerk, sample.jpeg(seed))

    with pytest.raises(Refused, match="最多 5 份材料，没有添加。请先移除"):
        add(check, cast.clerk, sample.jpeg(9))

    assert Evidence.objects.count() == 5


def test_a_unit_has_so_much_room_and_no_more(cast, check, settings):
    settings.EVIDENCE_UNIT_LIMIT = 2_500_000
    add(check, cast.clerk, sample.mp4(1, 2_000_000), name="活动.mp4")

    with pytest.raises(Refused, match="材料合计将超过 2 MB，没有保存"):
        add(check, cast.clerk, sample.mp4(2, 2_000_000), name="活动.mp4")


def test_after_handing_in_nothing_is_added_or_removed(cast, check):
    citation = add(check, cast.clerk)
    hand_in(check)

    with pytest.raises(Refused, match="已经提交，材料没有改动。要修改，请联系审核人员退回"):
        add(check, cast.clerk, sample.jpeg(2))
    with pytest.raises(Refused, match="已经提交"):
        act.remove_evidence(check, item(check), citation.evidence, actor=cast.clerk, at=NOON)

    assert AnswerEvidence.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"opens_at": NOON + timedelta(days=1)}, "2026-11-23 12:00 开始填报，材料没有改动"),
        ({"closed_at": NOON}, "已于 2026-11-22 12:00 结束，材料没有改动"),
    ],
)
def test_outside_its_time_a_round_takes_no_files(cast, check, fields, told):
    for name, value in fields.items():
        setattr(check.round, name, value)

    with pytest.raises(Refused, match=told):
        add(check, cast.clerk)


def test_nobody_adds_to_the_check_of_another_unit(cast, check):
    with pytest.raises(Refused, match="不由您填报，材料没有改动"):
        add(check, cast.other_clerk)
    assert not Evidence.objects.exists()


def test_a_removed_file_stays_with_the_unit_and_is_used_again(cast, check):
    evidence = add(check, cast.clerk).evidence

    act.remove_evidence(check, item(check), evidence, actor=cast.clerk, at=NOON)
    assert not AnswerEvidence.objects.exists()
    count = act.reuse_evidence(check, item(check, "1.2"), [evidence], actor=cast.clerk, at=NOON)

    assert count == 1
    assert AnswerEvidence.objects.get().reused


def test_files_of_another_unit_are_not_used(cast, check):
    foreign = make.make_evidence(cast.other, cast.other_clerk)

    with pytest.raises(Refused, match="只能选用本单位自己的材料"):
        act.reuse_evidence(check, item(check), [foreign], actor=cast.clerk, at=NOON)


def test_what_was_handed_in_once_is_not_thrown_away(cast, check):
    evidence = add(check, cast.clerk).evidence
    hand_in(check)
    told = {"handed_in_at": NOON, "handed_in_by": cast.clerk, "total": 0, "items": 1, "files": 1}
    check.receipts.create(number="ZC1", content=evidence.sha256, sha256="0" * 64, **told)
    SelfCheck.objects.filter(pk=check.pk).update(state=S.RETURNED, is_sealed=False)
    check.refresh_from_db()
    act.remove_evidence(check, item(check), evidence, actor=cast.clerk, at=NOON)
    evidence.refresh_from_db()

    with pytest.raises(Refused, match="曾随自查提交，按规定留存，没有删除"):
        act.delete_evidence(evidence, actor=cast.clerk, at=NOON)


def test_a_file_nobody_uses_is_thrown_away_with_its_rows(cast, check):
    evidence = add(check, cast.clerk).evidence
    with pytest.raises(Refused, match="正被自查引用，没有删除"):
        act.delete_evidence(evidence, actor=cast.clerk, at=NOON)
    act.remove_evidence(check, item(check), evidence, actor=cast.clerk, at=NOON)

    act.delete_evidence(evidence, actor=cast.clerk, at=NOON)

    assert not Evidence.objects.exists() and not StoredFile.objects.exists()


def test_officers_and_assigned_assessors_accept_and_others_do_not(cast, check):
    evidence = add(check, cast.clerk).evidence
    hand_in(check)
    assessor, stranger = make.make_assessor(cast.city), make.make_assessor(cast.city)
    inspection = make.make_inspection(
        make.make_inspection_round(cast.city), cast.one, check.edition
    )
    make.make_assignment(inspection, assessor)
    gone = make.make_assessor(cast.city)
    make.make_assignment(inspection, gone, state=Assignment.State.WITHDRAWN)

    for who in (stranger, gone, cast.west_officer, cast.clerk):
        with pytest.raises(Refused, match="不由您采信，没有改动"):
            accept_evidence(evidence, actor=who, at=NOON)
    accept_evidence(evidence, actor=assessor, at=NOON)
    with pytest.raises(Refused, match="已经采信，没有再次记录"):
        accept_evidence(evidence, actor=cast.east_officer, at=NOON)
    evidence.refresh_from_db()
    with pytest.raises(Refused, match="须填写理由"):
        withdraw_acceptance(evidence, note=" ", actor=cast.east_officer, at=NOON)
    withdraw_acceptance(evidence, note="看错了", actor=cast.east_officer, at=NOON)

    evidence.refresh_from_db()
    assert evidence.accepted_by is None


def test_what_was_accepted_is_not_renamed(cast, check):
    evidence = add(check, cast.clerk).evidence
    fields = {"title": "升旗仪式", "taken_on": None, "actor": cast.clerk, "at": NOON}
    act.describe_evidence(evidence, version=1, **fields)
    hand_in(check)
    accept_evidence(evidence, actor=cast.east_officer, at=NOON)
    evidence.refresh_from_db()

    with pytest.raises(Refused, match="“升旗仪式”已被采信，名称和日期不能再改"):
        act.describe_evidence(evidence, version=2, **fields)


def test_a_draft_is_its_units_own_until_it_is_handed_in(cast, check):
    evidence = add(check, cast.clerk).evidence
    sees = lambda user: evidence in Evidence.objects.visible_to(user)

    assert sees(cast.clerk) and sees(cast.sumu_officer)
    assert not sees(cast.east_officer) and not sees(cast.city_officer)
    hand_in(check)
    assert sees(cast.east_officer) and sees(cast.city_officer)
    assert not sees(cast.west_officer) and not sees(cast.other_clerk)


def test_an_assessor_sees_what_the_assigned_units_handed_in_and_only_as_long(cast, check):
    evidence = add(check, cast.clerk).evidence
    assessor = make.make_assessor(cast.city)
    inspection = make.make_inspection(
        make.make_inspection_round(cast.city), cast.one, check.edition
    )
    assignment = make.make_assignment(inspection, assessor)

    assert not Evidence.objects.visible_to(assessor).exists()
    hand_in(check)
    assert Evidence.objects.visible_to(assessor).get() == evidence
    assignment.delete()
    assert not Evidence.objects.visible_to(assessor).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_files_of_a_page_cost_the_same_however_many(
    cast, check, count, django_assert_num_queries
):
    keys = [item(check, "1.1").pk, item(check, "1.2").pk]
    for seed in range(count):
        add(check, cast.clerk, sample.jpeg(seed))
        add(check, cast.clerk, sample.jpeg(seed), code="1.2")
    check = SelfCheck.objects.select_related("round", "edition").get()

    with django_assert_num_queries(3):
        found = evidence_of_items(check, keys, may_change=True)
        assert [each.count for each in found.values()] == [count, count]
        assert all(cell.strip == "" and cell.note for cell in found[keys[0]].cells)


def test_reused_files_say_from_which_year_and_who_accepted_them(cast, check):
    past = make.make_round(cast.city, check.edition, year=2025)
    old = make.make_check(cast.one, past, state=S.FILLING)
    evidence = add(old, cast.clerk).evidence
    hand_in(old)
    accept_evidence(evidence, actor=cast.east_officer, at=NOON)
    act.reuse_evidence(check, item(check), [evidence], actor=cast.clerk, at=NOON)

    cell = evidence_of_items(check, [item(check).pk], may_change=True)[item(check).pk].cells[0]

    assert (cell.strip, cell.note) == ("沿用 2025 年", "已采信，未改动")


def url(name, check, code="1.1"):
    return reverse(f"evaluations:{name}", args=[check.pk, item(check, code).pk])


def named(content, name):
    file = io.BytesIO(content)
    file.name = name
    return file


def test_a_plain_form_adds_what_is_good_and_tells_what_is_not(cast, check, client):
    client.force_login(cast.clerk)
    sent = [
        named(sample.jpeg(1), "一.jpg"),
        named(b"<html>", "二.jpg"),
        named(sample.pdf(), "三.pdf"),
    ]

    response = client.post(url("item-evidence", check), {"files": sent}, follow=True)

    page = response.content.decode()
    assert "已添加 2 份材料。" in page
    assert "“二.jpg”实际是网页文件" in page
    assert list(Evidence.objects.order_by("pk").values_list("title", flat=True)) == [
        "一.jpg",
        "三.pdf",
    ]


def test_the_script_gets_the_list_and_the_answers_version(cast, check, client):
    client.force_login(cast.clerk)
    heads = {"Accept": "application/json"}

    added = client.post(
        url("item-evidence", check), {"files": named(sample.jpeg(), "一.jpg")}, headers=heads
    )
    again = client.post(
        url("item-evidence", check), {"files": named(sample.jpeg(), "一.jpg")}, headers=heads
    )

    assert added.json()["version"] == 1 and "一.jpg" in added.json()["html"]
    assert again.status_code == 409
    assert "是同一个文件" in again.json()["faults"][0]


def test_the_picker_offers_files_of_the_same_item_first_with_their_freshness(cast, check, client):
    past = make.make_round(cast.city, check.edition, year=2025)
    old = make.make_check(cast.one, past, state=S.FILLING)
    other = add(old, cast.clerk, sample.jpeg(1), code="1.2", name="机制.jpg").evidence
    same = add(old, cast.clerk, sample.jpeg(2), name="学习.jpg").evidence
    hand_in(old)
    accept_evidence(same, actor=cast.east_officer, at=NOON)
    client.force_login(cast.clerk)

    page = client.get(url("item-evidence-reuse", check)).content.decode()

    assert page.index(same.title) < page.index(other.title)
    assert "本项往年用过" in page and "2025 年 1.1 学习" in page
    assert "2026-11-22 由审核人员采信，此后未改动" in page
    chosen = {"evidence": [same.code, other.code]}
    client.post(url("item-evidence-reuse", check), chosen)
    assert AnswerEvidence.objects.filter(answer__check_form=check, reused=True).count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_picker_costs_the_same_however_many(
    cast, check, client, count, django_assert_max_num_queries
):
    for seed in range(count):
        add(check, cast.clerk, sample.jpeg(seed), code="1.2")
    client.force_login(cast.clerk)

    with django_assert_max_num_queries(16):
        assert client.get(url("item-evidence-reuse", check)).status_code == 200
