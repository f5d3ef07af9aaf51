"""manage.py import_designations: what it imports, leaves alone, reports and refuses."""

import json

import pytest
from django.core.management import CommandError, call_command

from portal.errors import Refused
from portal.models import AuditEvent
from tests import factories as make
from tests.units.lists import BLANK_LEVEL, GOOD, HEAD, KNOWN, apply, counted
from units.models import Designation, ImportJob, Unit


@pytest.fixture
def csv(tmp_path):
    def write(text, name="名单.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.replace("\t", ",").encode(encoding))
        return path

    return write


def run(*arguments):
    """The command's exit code."""
    try:
        call_command("import_designations", *map(str, arguments))
    except SystemExit as end:
        return end.code
    return 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_command_imports_a_clear_list(place, csv, encoding, capsys):
    assert run(csv(HEAD + GOOD, encoding=encoding)) == 0

    assert Unit.objects.filter(name="东苏木示例小学").exists()
    assert "新增 1 行" in capsys.readouterr().out
    assert AuditEvent.objects.filter(action="import.apply").get().actor is None


def test_the_command_leaves_a_list_with_waiting_rows_alone(place, csv):
    before = counted()

    assert run(csv(HEAD + GOOD + BLANK_LEVEL)) == 3

    assert counted() == before


def test_the_command_puts_off_what_waits_if_told_so(place, csv):
    assert run(csv(HEAD + GOOD + BLANK_LEVEL), "--set-aside") == 3
    assert Unit.objects.filter(name="东苏木示例小学").exists()
    counts = ImportJob.objects.get().counts
    assert (counts["new"], counts["doubt"], counts["aside"]) == (1, 0, 1)


def test_a_dry_run_reports_and_keeps_nothing(place, csv, tmp_path):
    report = tmp_path / "report.json"
    before = counted()

    assert run(csv(HEAD + KNOWN + BLANK_LEVEL), "--dry-run", "--report", report) == 3

    known, blank = json.loads(report.read_text(encoding="utf-8"))
    assert known["matched_unit"] == {"id": place.one.pk, "name": "示例东嘎查"}
    assert (known["row"], known["part"], known["verdict"]) == (2, 1, "match")
    assert known["region_code"] == place.east_sumu.code
    assert (blank["verdict"], blank["reason_code"]) == ("doubt", "level_blank")
    assert counted() == before
    assert not ImportJob.objects.exists()


def test_the_command_maps_columns_and_whole_lists(place, csv):
    text = "甲,旗\n东苏木示例小学,东旗\n"
    told = ["unit_name=甲", "region=旗", "level=盟市级", "kind=示范单位", "year=2024"]

    assert run(csv(text), "--mapping", *told) == 0

    assert Designation.objects.get().level == "city"


def test_the_command_acts_within_the_sight_of_a_person(place, csv):
    path = csv(HEAD + "西旗示例小学\t呼伦贝尔市\t盟市级\t示范单位\t\t2024\n")

    assert run(path, "--as", place.east_officer.username) == 3
    with pytest.raises(CommandError, match="不是在用的审核人员"):
        run(path, "--as", place.clerk.username)


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("", "名单.csv", "空文件"),
        ("甲,乙\n示例,东旗\n", "名单.csv", "没有找到“单位名称”一列"),
        (HEAD, "名单.csv", "表头之下没有单位"),
        (HEAD + GOOD, "名单.xls", "另存为 .xlsx"),
        (HEAD + GOOD, "名单.et", "另存为 .xlsx"),
        ("PK\x03\x04half", "名单.xlsx", "名单.xlsx"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(place, csv, text, name, sentence):
    before = counted()

    with pytest.raises(CommandError, match=sentence):
        run(csv(text, name))

    assert counted() == before


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ("不存在旗示例小学\t不存在市\t盟市级\t示范单位\t第三批\t2024", "不在已载入的行政区划中"),
        ("示例小学\t东旗\t盟市级\t示范单位\t第三批\t2021.13.45", "年份“2021.13.45”看不懂"),
        ("示例小学\t东旗\t甲级\t示范单位\t第三批\t2024", "级别“甲级”不认识"),
        ("示例小学\t东旗\t盟市级\t示范单位（拟命名）\t第三批\t2024", "还没有正式命名"),
        ("\t东旗\t盟市级\t示范单位\t第三批\t2024", "没有写单位名称"),
        (GOOD.strip(), "与第 2 行是同一个单位的同一项称号"),
    ],
)
def test_one_bad_row_keeps_all_out(place, bad, sentence):
    job = make.make_import(place.city_officer, HEAD + GOOD + bad + "\n")
    before = counted()

    with pytest.raises(Refused, match="第 3 行") as refusal:
        apply(job, place.city_officer)

    assert sentence in str(refusal.value)
    assert counted() == before
