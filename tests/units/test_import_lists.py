"""The five honour lists as they were printed, against the whole of 内蒙古."""

import json
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

from units.models import Designation, Unit

LISTS = Path(__file__).resolve().parents[1] / "data/lists"
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures/divisions"
NAMES = (
    "national",
    "provincial_municipal",
    "model_collectives",
    "ethnic_villages",
    "nmg_other_honours",
)


@pytest.fixture
def whole_tree(db):
    call_command(
        "import_regions",
        FIXTURES / "nmg_divisions_province_to_township_2023.csv",
        FIXTURES / "nmg_villages_all_2023.csv",
        verbosity=0,
    )
    call_command("load_reference", verbosity=0)


def run(name, tmp_path, *options):
    """The exit code and the report, {row: verdict}, of one list."""
    report = tmp_path / f"{name}.json"
    try:
        call_command(
            "import_designations", str(LISTS / f"{name}.csv"), "--report", str(report), *options
        )
        code = 0
    except SystemExit as end:
        code = end.code
    return code, json.loads(report.read_text(encoding="utf-8"))


def at(rows, number):
    """What was found about a row, in short."""
    row = next(each for each in rows if each["row"] == number)
    return row["verdict"], row["reason_code"], row["region_code"]


# Looked up by hand in the list and in the table of divisions.
KNOWN = {
    "nmg_other_honours": {
        3: ("new", "unit_new", "150700000000"),  # 呼倫貝爾市, in Traditional characters
        9: ("doubt", "region_ambiguous", ""),  # 南卜尔汉图村: the tree has 南卜汉图
        11: ("new", "unit_new", "150222106220"),  # 兴圣公村: 兴圣公村委会
        14: ("new", "unit_new", "150203000000"),  # 国家税务总局包头市昆都仑区税务局
        26: ("doubt", "region_unknown", ""),  # 铁路系统
        58: ("error", "not_named", "150723000000"),  # 拟命名
        60: ("doubt", "region_ambiguous", ""),  # 保和少镇: 保合少镇
        65: ("new", "unit_new", "150781000000"),  # 滿洲裡市, no region column
        81: ("doubt", "region_ambiguous", ""),  # 吉忽伦图村: there is 吉忽伦图嘎查
        86: ("new", "unit_new", "150725102000"),  # 陳巴爾虎旗呼和諾爾鎮
        97: ("new", "unit_new", "150223103201"),  # 达茂旗希拉穆仁镇哈拉乌素嘎查
        124: ("doubt", "region_ambiguous", ""),  # 民主村: two in 巴彦淖尔
        128: ("doubt", "region_ambiguous", ""),  # 宝力格嘎查: 宝拉格嘎查
    },
    "national": {
        2: ("doubt", "region_unknown", ""),  # 桂林市
        51: ("new", "unit_new", "152900000000"),  # 阿拉善盟
        116: ("new", "unit_new", "150724000000"),  # 鄂温克族自治旗
    },
    "provincial_municipal": {
        2: ("doubt", "region_unknown", ""),  # 湖南省
        105: ("doubt", "level_blank", "152201000000"),  # 乌兰浩特市, no level printed
        113: ("error", "not_named", ""),  # 申报验收对象(未命名)
    },
    "model_collectives": {
        11: ("new", "unit_new", "150626000000"),  # 鄂尔多斯市乌审旗绿化委员会
        13: ("doubt", "duplicate_in_file", "150626000000"),  # 乌审旗绿化委员会
    },
    "ethnic_villages": {
        60: ("doubt", "region_ambiguous", ""),  # 敖魯古雅鄉敖魯古雅村: a 社区 today
        18: ("doubt", "region_unknown", ""),  # 丹麻镇索卜滩村, in 青海
    },
}


def test_the_five_lists_go_through(whole_tree, tmp_path):
    for name in NAMES:
        code, rows = run(name, tmp_path, "--dry-run")

        assert code == 3
        assert {each["verdict"] for each in rows} <= {"new", "doubt", "error"}
        for number, told in KNOWN[name].items():
            assert at(rows, number) == told, (name, number)
    assert not Unit.objects.exists()


def test_a_list_applied_is_unchanged_the_second_time(whole_tree, tmp_path):
    run("nmg_other_honours", tmp_path, "--set-aside")
    units, titles = Unit.objects.count(), Designation.objects.count()

    _, rows = run("nmg_other_honours", tmp_path, "--set-aside")

    assert (units, titles) == (Unit.objects.count(), Designation.objects.count())
    assert titles == Counter(each["reason_code"] for each in rows)["unchanged"] > 90
    assert Unit.objects.get(represents__code="150700000000").name == "呼伦贝尔市"
