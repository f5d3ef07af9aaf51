"""What an index asks of a unit, and what is said about it before publishing."""

from evaluations.rules.burden import Asked, burden


def of(*asked, words_cap=500, files_cap=5):
    return burden(asked, words_cap=words_cap, files_cap=files_cap)


def test_words_and_files_are_counted_as_the_most_a_unit_may_have_to_give():
    made = of(
        Asked("1.1", "学习", "range", "学习计划、记录"),
        Asked("1.2", "标牌", "range"),
        Asked("J1", "推广", "bonus", "文件"),
        Asked("F1", "重大事件", "veto", "通报"),
        Asked("K1", "逾期", "deduction"),
    )

    assert (made.items, made.with_files) == (3, 2)
    assert (made.words, made.files, made.things) == (1500, 10, 3)
    assert made.warnings == ()


def test_the_same_material_asked_twice_is_named_with_its_items():
    made = of(
        Asked("1.1", "学习", "range", "照片，学习计划"),
        Asked("2.3", "阵地", "range", "照片等"),
    )

    assert made.repeats == (("照片", ("1.1", "2.3")),)
    assert made.warnings == ("“照片”在 2 个要点中重复要求（1.1、2.3），可改为引用同一份。",)


def test_caps_beyond_what_is_advised_are_warned_of():
    made = of(Asked("1.1", "学习", "range", "记录"), words_cap=800, files_cap=8)

    assert made.warnings == (
        "每项说明上限 800 字，建议不超过 500 字。",
        "每项材料上限 8 份，建议不超过 5 份。",
    )


def test_a_whole_too_large_is_warned_of():
    asked = [Asked(str(n), "要点", "range", f"材料{n}") for n in range(31)]

    assert of(*asked).warnings == (
        "一个单位最多要交 155 份材料，超过 100 份，建议减少要点。",
        "一个单位最多要写 15500 字，超过 15000 字，建议减少要点。",
    )


def test_files_asked_for_what_is_seen_on_site_are_warned_of():
    seen = Asked("5.2", "窗口服务", "range", "照片", ("明察暗访",))
    read = Asked("5.3", "制度", "range", "制度汇编", ("明察暗访", "材料审核"))

    assert of(seen, read).warnings == ("“5.2 窗口服务”由测评组明察暗访，仍要求上传照片。",)
