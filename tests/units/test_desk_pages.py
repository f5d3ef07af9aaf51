"""The pages of the review desk: the to-do, one application, its moves, what typed words become."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.evaluations import sample_files as sample
from tests.factories import make_batch, make_running_batch, make_submitted, make_unit
from tests.units.desks import fresh, give_places, hand_in, hand_over, on_desk, recommended, said
from units.contents import content_of
from units.models import Application, Batch, Opinion
from units.operations.desks import return_application

A = Application.State
TO_DO = reverse("units:desk")


@pytest.fixture
def batch(cast):
    """Its reviewing stage is on today."""
    shift = (timezone.now().date() - timezone.datetime(2026, 11, 22).date()).days
    return make_running_batch(cast.city, shift=shift)


@pytest.fixture
def client(client, cast):
    client.force_login(cast.east_officer)
    return client


def to_do(client, query=""):
    return client.get(f"{TO_DO}{query}").content.decode()


def page_of(application):
    return reverse("units:review", args=[application.pk])


def press(client, application, verb, query="", **fields):
    sent = {"moves": application.moves, "text": "", "form_key": f"k{verb}{application.pk}"}
    url = reverse("units:review-move", args=[application.pk, verb])
    return client.post(f"{url}{query}", {**sent, **fields})


def test_the_to_do_shows_what_lies_on_ones_own_desk_and_nothing_else(client, cast, batch):
    on_desk(cast, batch, cast.east, "示例在旗里")
    on_desk(cast, batch, cast.east_sumu, "示例在苏木")
    on_desk(cast, batch, cast.city, "示例在市里")
    on_desk(cast, batch, cast.west, "示例在西旗", region=cast.west)

    page = to_do(client)

    assert "示例在旗里" in page
    for elsewhere in ("示例在苏木", "示例在市里", "示例在西旗"):
        assert elsewhere not in page


@pytest.mark.parametrize("state", [Batch.State.DONE, Batch.State.CANCELLED])
def test_what_was_left_in_a_batch_that_is_over_is_nobodys_to_do(client, cast, batch, state):
    on_desk(cast, batch, cast.east, "示例没审完")
    Batch.objects.update(state=state)

    assert "示例没审完" not in to_do(client)
    assert "示例没审完" not in client.get(reverse("portal:home")).content.decode()


def test_what_one_stands_in_for_is_on_the_list_and_says_for_whom(client, cast, batch):
    on_desk(cast, batch, cast.east, "示例待代办")
    client.force_login(cast.city_officer)
    assert "示例待代办" not in to_do(client)

    hand_over(cast.east_officer, cast.city_officer)

    page = to_do(client)
    assert "示例待代办" in page
    assert f"代{cast.east_officer.name}" in page
    assert "示例待代办" not in to_do(client, "?whose=own")
    assert "示例待代办" in to_do(client, "?whose=stand_in")


def test_the_list_costs_the_same_at_one_row_and_at_three(client, cast, batch):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            to_do(client)
        return len(seen)

    on_desk(cast, batch, cast.east)
    at_one = queries()
    for _ in range(2):
        on_desk(cast, batch, cast.east)

    assert queries() == at_one <= 12


def test_past_its_deadline_it_is_red_and_found_as_overdue(client, cast, batch):
    late = make_running_batch(cast.city, "第六批", shift=-60)
    on_desk(cast, late, cast.east, "示例逾期件")
    on_desk(cast, batch, cast.east, "示例新到件")

    assert "逾期 1 件" in to_do(client)
    page = to_do(client, "?due=overdue")
    assert "示例逾期件" in page
    assert "示例新到件" not in page
    assert 't-bad">逾期' in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?q=甲", ["示例甲嘎查"]),
        ("?q=sljgc", ["示例甲嘎查"]),
        ("?again=1", ["示例乙嘎查"]),
        ("?sort=name", ["示例乙嘎查", "示例甲嘎查"]),
        ("?sort=-name", ["示例甲嘎查", "示例乙嘎查"]),
        ("?batch=999999", []),
        ("?due=nonsense", []),
    ],
)
def test_the_list_is_filtered_and_sorted(client, cast, batch, query, shown):
    on_desk(cast, batch, cast.east, "示例甲嘎查")
    second = on_desk(cast, batch, cast.east, "示例乙嘎查")
    hand_in(second)
    hand_in(second)

    page = to_do(client, query)

    names = sorted((name for name in ("示例甲嘎查", "示例乙嘎查") if f">{name}</a>" in page),
                   key=page.index)  # fmt: skip
    assert sorted(names) == sorted(shown)
    if "sort" in query:
        assert names == shown


def test_the_page_of_an_application_walks_along_the_filtered_list(client, cast, batch):
    rows = [on_desk(cast, batch, cast.east, f"示例{name}嘎查") for name in "甲乙丙"]
    other = make_unit(cast.east_sumu, "别的单位")
    make_submitted(other, batch, cast.east)

    page = client.get(page_of(rows[1]), {"q": "示例", "sort": "name"}).content.decode()

    order = sorted(rows, key=lambda each: each.unit.name)
    at = order.index(rows[1])
    assert f"{at + 1} / 3" in page
    for near in (order[each] for each in (at - 1, at + 1) if 0 <= each < 3):
        assert f"{page_of(near)}?q=" in page


def test_what_changed_since_the_last_submission_is_marked(client, cast, batch):
    application = on_desk(cast, batch, cast.east, staff_count=30)
    hand_in(application)
    application.staff_count, application.deeds = 35, "全年宣讲 31 场。"
    hand_in(application, content_of(application))

    page = client.get(page_of(application)).content.decode()

    assert "<del>30</del><ins>35</ins>" in page
    assert "第 2 次提交" in page


def test_the_units_last_application_stands_beside_this_one(client, cast, batch):
    application = on_desk(cast, batch, cast.east)
    url = reverse("units:review-compare", args=[application.pk])
    assert client.get(url).status_code == 404

    old = make_batch("第六批", region=cast.city, rule=batch.rule)
    earlier = make_submitted(application.unit, old, cast.east, state=A.PASSED_OVER)
    Application.objects.filter(pk=earlier.pk).update(
        created_at=application.created_at - timedelta(days=700), nature="村民委员会"
    )

    page = client.get(url).content.decode()
    assert "村民委员会" in page
    assert "未入选" in page


def test_passing_on_leads_to_the_next_of_the_list(client, cast, batch):
    first, second = (on_desk(cast, batch, cast.east, f"示例{each}嘎查") for each in "一二")

    answer = press(client, first, "forward", query="?sort=name", then_next="on")

    assert answer.url == f"{page_of(second)}?sort=name"
    assert fresh(first).desk == cast.city
    assert press(client, second, "forward").url == TO_DO


def test_a_remark_a_word_and_a_stamp_reach_the_opinion(client, cast, batch):
    application = on_desk(cast, batch, cast.east)
    stamp = SimpleUploadedFile("盖章.jpg", sample.jpeg(), content_type="image/jpeg")

    press(client, application, "return", text="请修改。", remark_deeds="写成效。", file=stamp)

    opinion = Opinion.objects.get()
    assert (opinion.text, opinion.remarks) == ("请修改。", {"deeds": "写成效。"})
    assert opinion.file.name == "盖章.jpg"
    assert opinion.file.owner == cast.east_officer
    client.force_login(cast.west_officer)
    url = reverse("units:opinion-file", args=[opinion.pk])
    assert client.get(url).status_code == 404
    client.force_login(application.created_by)
    assert client.get(url).status_code == 200


def test_a_stamp_that_is_a_workbook_or_a_web_page_is_refused_and_the_words_stay(
    client, cast, batch
):
    application = on_desk(cast, batch, cast.east)
    fake = SimpleUploadedFile("章.jpg", b"<html><script>alert(1)</script></html>")

    answer = press(client, application, "forward", text="写了很久的意见", file=fake)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "实际是网页文件" in page
    assert "写了很久的意见" in page
    assert fresh(application).desk == cast.east


def test_a_refused_move_keeps_every_word_on_the_page(client, cast, batch):
    give_places(batch, fresh(on_desk(cast, batch, cast.east)).body, 0)
    application = on_desk(cast, batch, cast.east)

    answer = press(client, application, "forward", text="同意推荐", remark_photos="照片清楚")

    page = answer.content.decode()
    assert "名额 0 家，已推荐 0 家" in page
    assert "同意推荐" in page
    assert "照片清楚" in page


def test_what_the_stage_or_the_quota_forbids_is_said_before_anything_is_written(
    client, cast, batch
):
    made = on_desk(cast, batch, cast.east)
    give_places(batch, made.body, 0)
    full = client.get(page_of(made)).content.decode()
    long_ago = timezone.now() - timedelta(days=83)
    batch.stages.update(starts_at=long_ago - timedelta(days=9), ends_at=long_ago)
    over = client.get(page_of(made)).content.decode()

    assert "名额已满（0 / 0），现在不能推荐。" in full
    assert full.count('disabled aria-describedby="shut"') == 1  # it may still be given back
    assert "截止。同意和退回现在都不能办理。" in over
    assert f"请联系{cast.city.name}审核人员（{cast.city_officer.name}）" in over
    assert over.count('disabled aria-describedby="shut"') == 2


def test_two_officers_one_approves_one_returns_and_the_second_is_told(client, cast, batch):
    application = on_desk(cast, batch, cast.east)

    press(client, application, "forward")
    client.force_login(cast.east_officer)
    answer = press(client, application, "return", text="请补充。")

    assert answer.status_code == 302
    told = client.get(answer.url).content.decode()
    assert "现在不在您的待办中，不能“退回修改”，没有改动。" in told
    assert [each.kind for each in application.opinions.all()] == [Opinion.Kind.RECOMMEND]


def test_a_page_that_lay_open_while_it_came_back_is_refused(client, cast, batch):
    application = on_desk(cast, batch, cast.east)
    Application.objects.filter(pk=application.pk).update(moves=application.moves + 2)

    answer = press(client, application, "forward", text="按旧内容写的意见")

    assert "刚刚被他人处理" in answer.content.decode()
    assert "按旧内容写的意见" in answer.content.decode()
    assert fresh(application).desk == cast.east


@pytest.mark.parametrize("verb", ["name", "propose", "submit", "strike", "forward2", "x"])
def test_a_forged_verb_in_the_address_is_no_address(client, cast, batch, verb):
    application = on_desk(cast, batch, cast.east)

    answer = client.post(f"{page_of(application)}{verb}/", {"text": "x", "moves": 0})

    assert answer.status_code == 404
    assert fresh(application).state == A.REVIEWING


def test_the_move_of_another_desk_is_refused_with_a_sentence(client, cast, batch):
    application = on_desk(cast, batch, cast.east)

    answer = press(client, application, "accept")

    assert "还没有上报到呼伦贝尔市，不能受理" in answer.content.decode()
    assert fresh(application).state == A.REVIEWING


def test_a_stranger_gets_404_and_leaves_it_as_it_was(client, cast, batch):
    application = on_desk(cast, batch, cast.east)
    client.force_login(cast.west_officer)

    assert client.get(page_of(application)).status_code == 404
    assert press(client, application, "forward").status_code == 404
    assert fresh(application).desk == cast.east


def test_pressed_twice_it_acts_once(client, cast, batch):
    application = on_desk(cast, batch, cast.east)

    first = press(client, application, "forward", form_key="same")
    second = press(client, application, "forward", form_key="same")

    assert first.url == TO_DO
    assert second.status_code == 302
    assert application.opinions.count() == 1


def test_whoever_may_only_read_gets_no_form(client, cast, batch):
    application = on_desk(cast, batch, cast.east_sumu)

    page = client.get(page_of(application)).content.decode()

    assert "现在由东苏木办理" in page
    assert 'name="text"' not in page


def test_the_home_page_counts_what_waits_and_what_is_late(client, cast):
    late = make_running_batch(cast.city, shift=-60)
    on_desk(cast, late, cast.east, "示例逾期件")

    page = client.get("/").content.decode()

    assert "待我审核" in page
    assert "示例逾期件" in page
    assert "逾期 1 件" in page


def test_what_came_back_after_a_return_says_so_on_the_list(client, cast, batch):
    application = on_desk(cast, batch, cast.east)
    hand_in(application)
    return_application(
        application, actor=cast.east_officer, at=timezone.now(), said=said("请补充。")
    )
    Application.objects.filter(pk=application.pk).update(
        state=A.REVIEWING, desk=cast.east, desk_since=timezone.now()
    )
    hand_in(fresh(application), at=timezone.now())

    assert "改动重报" in to_do(client)
    assert "请补充。" in client.get(page_of(application)).content.decode()


def test_scripts_in_what_a_unit_or_an_officer_wrote_stay_text(client, cast, batch):
    evil = "<script>alert(1)</script>"
    application = on_desk(cast, batch, cast.east, f"示例{evil}嘎查", summary=evil)
    recommended(cast, batch, 1)

    for url in (TO_DO, page_of(application), "/"):
        assert evil not in client.get(url).content.decode()
