"""Lists of 行政区划: all rows or none, and a code is not an identity."""

import csv
import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from portal.errors import Refused
from portal.kinds import region_kind
from portal.models import AuditEvent, Region, RegionEvent, RegionName
from portal.operations.reference import DIVISIONS, load_region_facts
from portal.operations.region_import import import_regions
from portal.operations.region_moves import abolish_region
from portal.operations.regions import exchange_codes, recode_region
from portal.region_history import Paper
from portal.region_lists import parse
from tests.factories import NOON

HEAD = "code,name,level,parent_code\n"
SMALL = HEAD + (
    "150000000000,内蒙古自治区,省级,\n"
    "150700000000,呼伦贝尔市,地级,150000000000\n"
    "150785000000,根河市,县级,150700000000\n"
    "150785200000,敖鲁古雅乡,乡级,150785000000\n"
)


def load(text, encoding="utf-8", **more):
    return import_regions(parse("区划.csv", text.encode(encoding)), actor=None, at=NOON, **more)


def refused(text, encoding="utf-8"):
    before = Region.objects.count(), AuditEvent.objects.count()
    with pytest.raises(Refused) as caught:
        load(text, encoding)
    assert (Region.objects.count(), AuditEvent.objects.count()) == before
    assert "没有导入任何一行" in str(caught.value)
    return str(caught.value)


@pytest.mark.django_db
def test_the_lists_of_2023_load_as_they_are_and_again_without_a_write():
    whole_tree = [line for path in DIVISIONS for line in parse(path.name, path.read_bytes())]
    loaded = import_regions(whole_tree, actor=None, at=NOON)
    load_region_facts(at=NOON, codes=loaded.codes)

    counts = {level: Region.objects.filter(level=level).count() for level in Region.Level}
    assert list(counts.values()) == [1, 12, 108, 1225, 14592]
    home = Region.objects.get(code="150700000000")
    beneath = Region.objects.filter(path__startswith=home.path)
    assert [beneath.filter(level=level).count() for level in list(Region.Level)[2:]] == [
        14,
        158,
        1273,
    ]
    official = Region.objects.filter(level=Region.Level.COUNTY, statistical_only=False)
    assert official.count() == 103
    district = Region.objects.get(code="150703000000")
    assert (district.entrusted_to.name, district.entrusted_confirmed) == ("满洲里市", False)
    assert RegionName.objects.filter(name="莫旗", region__code="150722000000").exists()
    assert RegionName.objects.get(name="敖鲁古雅乡").region.name == "敖鲁古雅鄂温克民族乡"
    events = AuditEvent.objects.count()

    again = import_regions(whole_tree, actor=None, at=NOON)

    assert (again.created, again.unchanged) == (0, 15938)
    assert load_region_facts(at=NOON, codes=again.codes) == 0
    assert AuditEvent.objects.count() == events


@pytest.mark.django_db
def test_a_path_is_the_chain_of_ids_from_the_top():
    load(SMALL)

    last = Region.objects.get(code="150785200000")
    chain = ["150000000000", "150700000000", "150785000000", "150785200000"]
    ids = [Region.objects.get(code=code).pk for code in chain]
    assert last.path == "/" + "/".join(map(str, ids)) + "/"


@pytest.mark.django_db
def test_rows_may_stand_in_any_order():
    head, *rows = SMALL.strip().split("\n")

    load("\n".join([head, *reversed(rows)]))

    assert Region.objects.get(name="敖鲁古雅乡").parent.name == "根河市"


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_is_read_in_the_encodings_offices_use(encoding):
    load(SMALL, encoding)

    assert Region.objects.filter(name="呼伦贝尔市").exists()


@pytest.mark.django_db
def test_a_missing_column_is_named():
    assert "缺少列 level、parent_code" in refused("code,name\n150000000000,内蒙古自治区\n")


@pytest.mark.django_db
def test_a_workbook_is_told_to_become_a_csv():
    with pytest.raises(Refused, match="另存为 CSV"):
        parse("区划.xlsx", b"PK\x03\x04rest")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("150785201000,,乡级,150785000000", "第 6 行：名称为空"),
        ("1507852,某乡,乡级,150785000000", "第 6 行：区划代码“1507852”不是 12 位数字"),
        ("150785201000,某乡,乡级,150799000000", "第 6 行：“某乡”的上级代码 150799000000 不存在"),
        ("150785201000,某乡,乡级,", "“某乡”没有上级代码"),
        ("150785201000,某旗,县级,150785200000", "“某旗”是县级，上级却是乡级，层级颠倒"),
        ("150785201000,某乡,镇级,150785000000", "层级“镇级”认不出"),
        ("150785200000,别的乡,乡级,150785000000", "代码 150785200000 与“区划.csv”第 5 行重复"),
    ],
)
def test_each_fault_names_file_and_line_and_nothing_is_loaded(row, words):
    assert words in refused(SMALL + row + "\n")


@pytest.mark.django_db
def test_many_faults_are_counted_and_the_first_twenty_shown():
    rows = "".join(f"1507852{n:05d},,乡级,150785000000\n" for n in range(30))

    said = refused(SMALL + rows)

    assert "名单有 30 处问题" in said
    assert "另有 10 处未列出" in said


@pytest.mark.django_db
def test_the_same_row_twice_is_one_region():
    load(SMALL + "150785200000,敖鲁古雅乡,乡级,150785000000\n")

    assert Region.objects.filter(name="敖鲁古雅乡").count() == 1


@pytest.mark.django_db
def test_a_changed_name_waits_for_a_person_and_is_a_rename_only_by_their_word():
    load(SMALL)
    newer = SMALL.replace("敖鲁古雅乡", "敖鲁古雅鄂温克民族乡")

    said = refused(newer)
    assert "代码相同、名称不同" in said
    assert "150785200000 现为“敖鲁古雅乡”，名单为“敖鲁古雅鄂温克民族乡”" in said

    load(newer, rename_on=date(2020, 6, 1))
    region = Region.objects.get(code="150785200000")
    assert (region.name, region.kind) == ("敖鲁古雅鄂温克民族乡", Region.Kind.ETHNIC_TOWNSHIP)
    event = RegionEvent.objects.get(region=region)
    assert (event.kind, event.happened_on) == ("rename", date(2020, 6, 1))
    assert RegionName.objects.get(region=region).name == "敖鲁古雅乡"


@pytest.mark.django_db
def test_a_list_does_not_move_a_region():
    load(SMALL)
    moved = HEAD + "150785200000,敖鲁古雅乡,乡级,150700000000\n"

    assert "先登记改隶" in refused(moved)


@pytest.mark.django_db
def test_a_code_freed_by_abolition_may_name_another_place_and_an_old_list_revives_nothing():
    load(SMALL)
    gone = Region.objects.get(code="150785200000")
    paper = Paper(on=date(2024, 1, 1))
    abolish_region(gone, paper=paper, version=gone.version, actor=None, at=NOON)

    assert load(SMALL).created == 0
    load(SMALL.replace("敖鲁古雅乡", "新设乡"))

    assert Region.objects.in_being().get(code="150785200000").name == "新设乡"
    assert Region.objects.get(pk=gone.pk).ends_on == date(2024, 1, 1)


@pytest.mark.django_db
def test_an_old_list_does_not_bring_back_a_place_under_its_old_code():
    load(SMALL)
    region = Region.objects.get(code="150785200000")
    paper = Paper(on=date(2024, 1, 1))
    recode_region(
        region, code="150785205000", paper=paper, version=region.version, actor=None, at=NOON
    )

    assert "已由 150785200000 改为 150785205000" in refused(SMALL)


@pytest.mark.django_db
def test_lists_after_an_exchange_of_codes_change_nothing():
    two = SMALL + "150785201000,另一乡,乡级,150785000000\n"
    load(two)
    one = Region.objects.get(code="150785200000")
    other = Region.objects.get(code="150785201000")
    paper = Paper(on=date(2020, 1, 1))
    exchange_codes(one, other=other, paper=paper, version=one.version, actor=None, at=NOON)
    rows = list(csv.reader(io.StringIO(two)))
    rows[4][0], rows[5][0] = rows[5][0], rows[4][0]

    loaded = load("\n".join(",".join(row) for row in rows))

    assert (loaded.created, loaded.renamed) == (0, [])


@pytest.mark.django_db
def test_the_command_says_what_it_did_and_what_it_did_not(tmp_path, capsys):
    path = tmp_path / "区划.csv"
    path.write_text(SMALL, encoding="utf-8")
    call_command("import_regions", path)
    assert "新增 4" in capsys.readouterr().out

    with pytest.raises(CommandError, match="没有导入任何一行"):
        call_command("import_regions", tmp_path / "没有.csv")


@pytest.mark.parametrize(
    ("name", "level", "kind"),
    [
        ("鄂伦春自治旗", "county", "autonomous_banner"),
        ("陈巴尔虎旗", "county", "banner"),
        ("海拉尔区", "county", "district"),
        ("根河市", "county", "county_city"),
        ("通辽经济技术开发区", "county", "zone"),
        ("正阳街道", "township", "subdistrict"),
        ("鄂温克民族苏木", "township", "ethnic_sumu"),
        ("伊和高勒苏木乡乡", "township", "sumu"),
        ("敖鲁古雅鄂温克民族乡", "township", "ethnic_township"),
        ("当铺地满族乡", "township", "ethnic_township"),
        ("牙克石农场", "township", "farm"),
        ("呼伦贝尔农垦三河农牧场有限公司", "township", "company"),
        ("阿荣旗林业和草原局", "township", "office"),
        ("满洲里综合保税区", "township", "zone"),
        ("沙尔沁工业区（如意南区）", "township", "zone"),
        ("巴彦扎拉嘎嘎查委会", "village", "gacha"),
        ("乌审召嘎查村委员会", "village", "gacha"),
        ("敖鲁古雅社区居委会", "village", "community"),
        ("忽鸡沟村委", "village", "village"),
        ("第一生产队", "village", "team"),
        ("开发区虚拟社区", "village", "other"),
    ],
)
def test_the_kind_is_guessed_from_the_name(name, level, kind):
    assert region_kind(name, level) == kind


@pytest.mark.django_db
def test_a_list_does_not_rename_before_what_happened_since():
    load(SMALL)
    load(SMALL.replace("敖鲁古雅乡", "甲乡"), rename_on=date(2022, 1, 1))

    with pytest.raises(Refused, match="2022-01-01 已有变更"):
        load(SMALL.replace("敖鲁古雅乡", "乙乡"), rename_on=date(2021, 1, 1))
