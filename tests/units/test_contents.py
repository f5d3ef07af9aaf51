"""What an application says: kept whole, compared field by field and word by word."""

import pytest

from tests.factories import NOON, make_application, make_file, make_running_batch
from units.contents import changes, content_of
from units.models import ApplicationFile
from units.text_changes import GONE, NEW, SAME, pieces


def test_a_content_names_the_unit_as_it_is_now(cast):
    application = make_application(cast.one, make_running_batch(cast.city), deeds="做法一。")

    content = content_of(application)

    assert content["unit_name"] == "示例东嘎查"
    assert content["deeds"] == "做法一。"
    assert content["files"] == []


def test_changes_are_told_by_section(cast):
    application = make_application(cast.one, make_running_batch(cast.city), staff_count=20)
    before = content_of(application)
    application.staff_count, application.deeds = 21, "新写的事迹。"
    told = {"requirement": None, "file": make_file(cast.clerk), "added_by": cast.clerk}
    ApplicationFile.objects.create(application=application, added_at=NOON, **told)

    found = changes(before, content_of(application))

    assert set(found) == {"basics", "deeds", "documents"}
    assert (found["basics"][0].old, found["basics"][0].new) == ("20", "21")
    assert (found["documents"][0].old, found["documents"][0].new) == ("", "示例文件.txt")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("甲，乙。", "甲，乙。", [(SAME, "甲，乙。")]),
        ("", "甲。", [(NEW, "甲。")]),
        ("甲。", "", [(GONE, "甲。")]),
        ("甲，乙。丁。", "甲，丁。", [(SAME, "甲，"), (GONE, "乙。"), (SAME, "丁。")]),
        (
            "全村共有三十二户牧民。",
            "全村共有三十五户牧民。",
            [(SAME, "全村共有三十"), (GONE, "二"), (NEW, "五"), (SAME, "户牧民。")],
        ),
    ],
)
def test_the_words_that_changed_are_marked(old, new, told):
    assert pieces(old, new) == told


def test_whatever_is_marked_both_texts_can_be_read_back():
    old = "一是建队伍。二是抓宣传，讲故事四场。三是促就业。" * 20
    new = "一是建队伍，二是抓宣传，讲故事六场。三是促融合，办夜校。" * 20

    found = pieces(old, new)

    assert "".join(text for kind, text in found if kind != NEW) == old
    assert "".join(text for kind, text in found if kind != GONE) == new
