"""A list into the register: nothing before it is applied, then all of it, and back out again."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.errors import Refused
from portal.models import AuditEvent, Region
from tests import factories as make
from tests.factories import NOON
from tests.units.lists import BLANK_LEVEL, GOOD, HEAD, KNOWN, NEW_VILLAGE, apply, counted
from units.models import (
    Designation,
    ImportJob,
    ImportRow,
    TitleKind,
    Unit,
    UnitEvent,
    UnitName,
)
from units.operations import import_decisions as decisions
from units.operations import imports
from units.operations.import_apply import Writer, bring_in, undo_import
from units.operations.titles import add_designation


def verdicts(job):
    return list(job.rows.values_list("verdict", "reason_code"))


def test_a_list_makes_units_and_titles_with_their_history(place):
    job = make.make_import(place.city_officer, HEAD + GOOD + NEW_VILLAGE + KNOWN)

    apply(job, place.city_officer)

    school = Unit.objects.get(name="东苏木示例小学")
    title = school.designations.get()
    assert (school.region, school.category.name) == (place.east_sumu, "学校")
    assert (title.level, title.kind, title.named_year) == ("city", place.kind, 2024)
    assert (title.batch.name, title.batch.number, title.batch.region) == ("第三批", 3, place.city)
    assert school.spells.get().region == place.east_sumu
    assert school.events.get().kind == UnitEvent.Kind.REGISTER
    assert place.one.designations.get().batch == title.batch
    assert Unit.objects.filter(name="示例东嘎查").count() == 1


def test_a_place_that_holds_a_title_is_a_unit_that_stands_for_it(place):
    text = HEAD + "呼倫貝爾市东旗东苏木\t\t盟市级\t示范单位\t第三批\t2024\n"
    apply(make.make_import(place.city_officer, text), place.city_officer)

    unit = Unit.objects.get(represents=place.east_sumu)
    assert (unit.name, unit.region, unit.category.scope) == ("东苏木", place.east_sumu, "area")


def test_nothing_is_written_before_it_is_applied(place):
    before = counted()

    job = make.make_import(place.city_officer, HEAD + GOOD + BLANK_LEVEL)
    row = job.rows.last()
    decisions.decide(job, {row.pk: {"set_aside": True}}, actor=place.city_officer, at=NOON)

    assert counted() == before


def test_a_row_that_waits_stops_the_whole_list(place):
    job = make.make_import(place.city_officer, HEAD + GOOD + BLANK_LEVEL)
    before = counted()

    with pytest.raises(Refused, match="还有 1 行待处理，没有写入任何内容。第 3 行：没有写级别"):
        apply(job, place.city_officer)

    assert counted() == before


def test_a_row_put_off_lets_the_others_in(place):
    job = make.make_import(place.city_officer, HEAD + GOOD + BLANK_LEVEL)
    decisions.set_aside_waiting(job, actor=place.city_officer, at=NOON)

    apply(job, place.city_officer)

    assert Unit.objects.filter(name="东苏木示例小学").exists()
    assert not Unit.objects.filter(name__contains="示例医院").exists()


def test_a_mended_cell_and_a_chosen_place_are_looked_at_again(place):
    job = make.make_import(place.city_officer, HEAD + BLANK_LEVEL)
    row = job.rows.get()

    change = {row.pk: {"edits": {"level": "省级"}}}
    decisions.decide(job, change, actor=place.city_officer, at=NOON)

    assert verdicts(job) == [("new", "unit_new")]
    apply(job, place.city_officer)
    assert Designation.objects.get(unit__name="西旗示例医院").level == "region"


def test_the_same_list_again_changes_nothing_of_the_register(place):
    text = HEAD + GOOD + NEW_VILLAGE + KNOWN
    apply(make.make_import(place.city_officer, text), place.city_officer)
    before, lines = counted(), AuditEvent.objects.count()

    job = make.make_import(place.city_officer, text)
    apply(job, place.city_officer)

    assert counted() == before
    assert {code for _, code in verdicts(job)} == {"unchanged"}
    written = AuditEvent.objects.order_by("pk").values_list("action", flat=True)[lines:]
    assert list(written) == ["import.start", "import.apply"]


def test_a_name_recognised_by_a_person_is_known_the_next_time(place):
    make.make_unit(place.east, "示例巴彦小学")
    text = HEAD + "示例巴音小学\t东旗\t盟市级\t示范单位\t第三批\t2024\n"
    job = make.make_import(place.city_officer, text)
    row = job.rows.get()
    unit = row.candidates[0]["id"]
    assert row.reason_code == "near_name"

    change = {row.pk: {"choice": {"unit": unit}}}
    decisions.decide(job, change, actor=place.city_officer, at=NOON)
    apply(job, place.city_officer)

    assert UnitName.objects.get(unit=unit).name == "示例巴音小学"
    again = make.make_import(place.city_officer, text.replace("第三批", "第四批"))
    assert again.rows.get().verdict == "match"


def test_decisions_on_this_very_list_are_remembered(place):
    make.make_region("南旗", place.city)
    make.make_region("西里嘎查", make.make_region("南苏木", place.east), level=Region.Level.VILLAGE)
    make.make_region("西里嘎查", place.east_sumu, level=Region.Level.VILLAGE)
    text = HEAD + "西里嘎查\t东旗\t盟市级\t示范单位\t第三批\t2024\n"
    job = make.make_import(place.city_officer, text)
    row = job.rows.get()
    assert (row.reason_code, len(row.candidates)) == ("region_ambiguous", 2)
    choice = {"region": row.candidates[1]["id"]}
    decisions.decide(job, {row.pk: {"choice": choice}}, actor=place.city_officer, at=NOON)
    apply(job, place.city_officer)

    again = make.make_import(place.city_officer, text)

    assert again.rows.get().reason_code == "unchanged"


def test_cells_mended_in_this_very_list_are_remembered(place):
    text = HEAD + BLANK_LEVEL
    job = make.make_import(place.city_officer, text)
    change = {job.rows.get().pk: {"edits": {"level": "省级"}}}
    decisions.decide(job, change, actor=place.city_officer, at=NOON)
    apply(job, place.city_officer)

    row = make.make_import(place.city_officer, text).rows.get()

    assert row.reason_code == "unchanged"
    assert (row.raw["level"], row.edits) == ("", {"level": "省级"})


def test_a_printed_title_may_become_a_kind_of_its_own(place):
    text = HEAD + "东苏木示例小学\t东旗\t省级\t示例绿色学校(其他荣誉)\t\t2024\n"
    job = make.make_import(place.city_officer, text)
    assert job.rows.get().reason_code == "kind_unknown"

    decisions.decide_kinds(job, "示例绿色学校", as_new=True, actor=place.city_officer, at=NOON)
    apply(job, place.city_officer)

    kind = TitleKind.objects.get(name="示例绿色学校(其他荣誉)")
    assert (kind.family, kind.designations.count()) == ("other", 1)
    assert make.make_import(place.city_officer, text).rows.get().reason_code == "unchanged"


def test_a_kind_that_the_portal_has_can_be_chosen_for_all_rows_of_a_printing(place):
    text = HEAD + (GOOD + KNOWN).replace("示范单位", "先进窗口")
    job = make.make_import(place.city_officer, text)

    decisions.decide_kinds(
        job, "先进窗口", as_new=False, kind=place.kind, actor=place.city_officer, at=NOON
    )

    assert [verdict for verdict, _ in verdicts(job)] == ["new", "match"]


def test_another_list_may_have_come_between(place):
    one = make.make_import(place.city_officer, HEAD + GOOD)
    other = make.make_import(place.city_officer, HEAD + GOOD)

    apply(one, place.city_officer)
    before = counted()
    apply(other, place.city_officer)

    assert counted() == before


def test_what_changed_since_the_check_is_noticed_when_applying(place):
    job = make.make_import(place.city_officer, HEAD + GOOD)
    make.make_unit(place.east_sumu, "示例小学")
    make.make_unit(place.east, "东苏木示例小学")

    with pytest.raises(Refused, match="同名单位"):
        apply(job, place.city_officer)

    assert not Designation.objects.exists()


def test_an_officer_reaches_no_further_than_the_own_region(place):
    text = HEAD + "西旗示例小学\t呼伦贝尔市\t盟市级\t示范单位\t\t2024\n"
    job = make.make_import(place.east_officer, text)

    assert verdicts(job) == [("error", "out_of_scope")]
    assert "示例西社区" not in job.rows.get().reason


def test_a_unit_out_of_sight_is_not_given_away(place):
    make.make_unit(place.west, "示例草原农牧业有限公司")
    text = HEAD + "示例草原农牧业有限公司\t东旗\t旗县级\t示范单位\t\t2024\n"

    mine = make.make_import(place.east_officer, text).rows.get()
    theirs = make.make_import(place.city_officer, text).rows.get()

    assert (mine.verdict, mine.candidates) == ("new", [])
    assert theirs.reason_code == "same_name_elsewhere"


def test_only_who_brought_the_list_works_on_it(place):
    job = make.make_import(place.east_officer, HEAD + GOOD.replace("盟市级", "旗县级"))

    with pytest.raises(Refused, match="只能由导入它的审核人员办理"):
        apply(job, place.city_officer)


def test_taking_back_leaves_the_register_as_it_was(place):
    before = counted()
    job = make.make_import(place.city_officer, HEAD + GOOD + NEW_VILLAGE + KNOWN)
    apply(job, place.city_officer)

    job.refresh_from_db()
    undo_import(job, actor=place.city_officer, at=NOON)

    after = counted() | {"ChangeEntry": 0}
    assert after == before | {"ChangeEntry": 0}
    assert place.one.designations.count() == 0


def test_taking_back_is_refused_where_later_work_stands_on_it(place):
    job = make.make_import(place.city_officer, HEAD + GOOD)
    apply(job, place.city_officer)
    school = Unit.objects.get(name="东苏木示例小学")
    values = {"unit": school, "level": "county", "kind": place.kind, "named_year": 2025}
    add_designation(values, actor=place.city_officer, at=NOON)
    job.refresh_from_db()
    before = counted()

    with pytest.raises(Refused, match="东苏木示例小学（之后登记了称号）"):
        undo_import(job, actor=place.city_officer, at=NOON)

    assert counted() == before


def test_facts_that_a_title_lacks_are_filled_and_emptied_again(place):
    apply(make.make_import(place.city_officer, HEAD + KNOWN), place.city_officer)
    head = HEAD.replace("\n", "\t文号\n")
    job = make.make_import(place.city_officer, head + KNOWN.replace("\n", "\t呼民委[2024]3\n"))
    title = place.one.designations.get()

    apply(job, place.city_officer)
    title.refresh_from_db()
    assert title.document_no == "呼民委〔2024〕3号"

    job.refresh_from_db()
    undo_import(job, actor=place.city_officer, at=NOON)
    title.refresh_from_db()
    assert title.document_no == ""


def test_a_list_given_up_leaves_no_rows(place):
    job = make.make_import(place.city_officer, HEAD + GOOD)

    imports.drop_import(job, actor=place.city_officer, at=NOON)

    job.refresh_from_db()
    assert job.state == ImportJob.State.DROPPED
    assert not ImportRow.objects.exists()


def test_a_list_applied_meanwhile_is_neither_given_up_nor_mapped_anew(place):
    job = make.make_import(place.city_officer, HEAD + GOOD)
    mapping = imports.fields.Mapping.of(job.mapping)
    loaded_earlier = ImportJob.objects.get(pk=job.pk)
    apply(job, place.city_officer)

    with pytest.raises(Refused, match="已经应用或放弃"):
        imports.drop_import(loaded_earlier, actor=place.city_officer, at=NOON)
    with pytest.raises(Refused, match="已经应用或放弃"):
        imports.map_import(loaded_earlier, mapping, actor=place.city_officer, at=NOON)
    with pytest.raises(Refused, match="已经应用或放弃"):
        imports.check_import(loaded_earlier, actor=place.city_officer, at=NOON)

    job.refresh_from_db()
    assert job.state == ImportJob.State.APPLIED
    assert job.rows.exists()


def test_the_mapping_is_remembered_by_person_and_headings(place):
    text = "甲\t乙\n示例小学\t东旗\n"
    job = imports.take_in_text(text.replace("甲", "名称"), actor=place.city_officer, at=NOON)
    mapping = imports.fields.Mapping({"unit_name": 1, "region": 2}, {"level": "国家级"}, 0, 1)
    imports.map_import(job, mapping, actor=place.city_officer, at=NOON)

    mine = imports.take_in_text(text.replace("甲", "名称"), actor=place.city_officer, at=NOON)
    theirs = imports.take_in_text(text.replace("甲", "名称"), actor=place.east_officer, at=NOON)

    assert mine.mapping["columns"] == {"unit_name": 1, "region": 2}
    assert theirs.mapping["columns"] == {"unit_name": 1}


def test_a_longer_list_is_brought_in_by_as_many_statements(place):
    def statements(count):
        names = (GOOD.replace("小学", f"第{number}中学") for number in range(count))
        text = HEAD + "".join(names).replace("第三批", f"第{count}批")
        job = imports.take_in_text(text, actor=place.city_officer, at=NOON)
        lines = imports.rows.parse(
            imports.content_of(job), imports.fields.Mapping.of(job.mapping), today=make.TODAY
        )
        with CaptureQueriesContext(connection) as sent:
            bring_in(job, lines, actor=place.city_officer, at=NOON)
        return len(sent)

    statements(2)
    assert statements(3) == statements(12)


def test_what_is_decided_of_a_row_is_in_the_audit_log(place):
    job = make.make_import(place.city_officer, HEAD + BLANK_LEVEL)
    row = job.rows.get()

    decisions.decide(job, {row.pk: {"set_aside": True}}, actor=place.city_officer, at=NOON)

    assert AuditEvent.objects.get(action="import.decide").after == {str(row): "暂缓"}


def test_findings_of_a_mapping_that_has_changed_meanwhile_are_not_kept(place):
    job = make.make_import(place.city_officer, HEAD + GOOD)
    findings, before = imports.find(job, actor=place.city_officer, at=NOON)
    ImportJob.objects.filter(pk=job.pk).update(mapping={**job.mapping, "sheet": 1})

    with pytest.raises(Refused, match="列对应刚刚改过"):
        imports.keep_findings(job, findings, before)


def test_a_day_entered_by_hand_meanwhile_is_not_written_over(place):
    title = make.make_designation(place.one, document_no="", named_on=None)
    found = SimpleNamespace(
        title=SimpleNamespace(id=title.pk),
        fills={"document_no": "呼民委发〔2024〕3号", "named_on": date(2024, 3, 1)},
    )
    Designation.objects.filter(pk=title.pk).update(named_on=date(2024, 5, 5))

    writer = Writer(None, place.city_officer, NOON)
    writer.changeset = None
    writer._fill(found)

    title.refresh_from_db()
    assert (title.document_no, title.named_on) == ("呼民委发〔2024〕3号", date(2024, 5, 5))
