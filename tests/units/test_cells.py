"""Cells of a printed list: names, batches, levels and years, before any tree or register."""

from datetime import date

import pytest

from units.importing import names
from units.importing.cells import batch_of, level_of, not_named, year_of

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("毕鲁图嘎查", "毕鲁图嘎查委员会"),
        ("毕鲁图嘎查", "毕鲁图嘎查村民委员会"),
        ("红花尔基村", "红花尔基村委会"),
        ("红花尔基村", "红花尔基村村民委员会"),
        ("东风社区", "东风社区居民委员会"),
        ("东风社区", "东风居委会"),
        ("胜利街道", "胜利街道办事处"),
        ("團結村", "团结村"),
        ("东 风　社区", "东风社区"),
        ("Ａ１示范社区", "a1示范社区"),
        ("全國(guó)文明單(dān)位", "全国文明单位"),
    ],
)
def test_two_writings_of_one_name_have_one_core(one, other):
    assert names.core(names.key(one)) == names.core(names.key(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("毕鲁图嘎查", "毕鲁图村"), ("东风社区", "东风村"), ("第一小学", "第二小学")],
)
def test_different_bodies_of_one_stem_are_not_one_name(one, other):
    assert names.core(names.key(one)) != names.core(names.key(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("巴彦乌拉", "巴音乌拉"),
        ("新宝力格", "新宝拉格"),
        ("乌兰淖尔", "乌兰诺尔"),
        ("哈拉乌苏", "哈拉乌素"),
        ("贺成泉", "贺成全"),
        ("锡林郭勒供电分公司", "锡林郭勒供电公司"),
    ],
)
def test_near_names_are_seen(one, other):
    assert names.likeness(one, other) >= 70


@pytest.mark.parametrize(
    ("one", "other"),
    [("第一小学分校", "第二小学分校"), ("东风", "东升"), ("上库力农场", "下库力农场")],
)
def test_a_number_or_a_direction_tells_places_apart(one, other):
    assert names.likeness(one, other) == 0


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("丹麻镇索卜滩村、哇麻村", ["丹麻镇索卜滩村", "哇麻村"]),
        ("东风社区；西山社区", ["东风社区", "西山社区"]),
        ("家在上海(华阳街道、东华大学)", ["家在上海(华阳街道、东华大学)"]),
    ],
)
def test_a_cell_is_cut_outside_brackets(text, parts):
    assert names.split_names(text) == (parts, False)


def test_a_cell_that_may_be_one_body_waits():
    assert names.split_names("额尔古纳市委、市政府") == (["额尔古纳市委、市政府"], True)


@pytest.mark.parametrize(
    ("value", "name", "number"),
    [
        ("第十二批", "第十二批", 12),
        (12, "第十二批", 12),
        ("12批", "第十二批", 12),
        ("首批", "第一批", 1),
        ("第七届", "第七届", 7),
        ("2017-2019周期", "2017-2019周期", None),
    ],
)
def test_batches_are_read(value, name, number):
    batch = batch_of(value)
    assert (batch.name, batch.number) == (name, number)


@pytest.mark.parametrize(
    ("word", "level"),
    [("省级", "region"), ("自治区级", "region"), ("全国", "national"), ("", ""), ("甲级", None)],
)
def test_levels_are_read(word, level):
    assert level_of(word) == level


@pytest.mark.parametrize("text", ["2021.13", "二〇二一", "2031", "1900"])
def test_a_year_that_cannot_be_is_told(text):
    year, fault = year_of(text, TODAY)
    assert year is None and text in fault


@pytest.mark.parametrize(
    ("where", "text", "word"),
    [
        ("kind", "模范集体(推荐候选)", "推荐"),
        ("kind", "国家卫生县城拟命名", "拟命名"),
        ("source", "关于拟命名名单的公示", "拟命名"),
        ("source", "第十批全国示范单位名单", ""),
        ("remark", "由包头市推荐", ""),
    ],
)
def test_words_that_say_not_yet(where, text, word):
    assert not_named(where, text)[: len(word) or None] == word
