"""The pages of an application, as the unit and the offices see them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.factories import NOON
from tests.units.applying import COMPLETE, fresh, returned, submit
from units.models import Application, Batch, Opinion, Submission
from units.operations import applications as act

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def batch(cast):
    return make.make_running_batch(cast.city)


@pytest.fixture
def body(cast):
    return make.make_body(cast.east)


@pytest.fixture
def draft(cast, batch, body):
    """Complete, and not handed in."""
    return make.make_application(cast.one, batch, **COMPLETE)


@pytest.fixture
def now_batch(cast):
    """A batch whose applying is on at this very moment."""
    return make.make_running_batch(cast.city, "第九批", shift=(timezone.now() - NOON).days)


def address(name, *args):
    return reverse(f"units:{name}", args=args)


def test_a_clerk_begins_on_the_page(client, cast, now_batch, body):
    client.force_login(cast.clerk)
    page = client.get(address("open-batches")).content.decode()
    assert "可以申报" in page

    way = {"category": cast.one.category_id, "body": body.pk, "form_key": "k"}
    response = client.post(address("application-new", now_batch.pk, cast.one.pk), way)
    client.post(address("application-new", now_batch.pk, cast.one.pk), way)

    made = Application.objects.get()
    assert response.url == address("application-fill", made.pk)


def test_of_a_batch_that_was_called_off_the_home_page_asks_for_nothing(client, cast, draft):
    client.force_login(cast.clerk)
    home = lambda: client.get(reverse("portal:home")).content.decode()
    assert "继续填写" in home()

    Batch.objects.update(state=Batch.State.CANCELLED)

    assert "继续填写" not in home()


def test_why_not_is_told_before_anything_is_typed(client, cast, now_batch, body):
    type(now_batch.rule).objects.update(requires_level="county")
    client.force_login(cast.clerk)

    home = client.get("/").content.decode()
    page = client.get(address("application-new", now_batch.pk, cast.one.pk)).content.decode()

    assert "尚未获得旗县级称号，本批次须先获得旗县级称号。" in home
    assert "尚未获得旗县级称号，本批次须先获得旗县级称号。" in page
    assert 'method="post"' not in page.split("能不能申报")[1].split("<aside")[0]


def test_after_withdrawing_the_page_leads_to_applying_anew(client, cast, now_batch, body):
    made = make.make_application(cast.one, now_batch, **COMPLETE)
    act.withdraw_application(fresh(made), note="重写", actor=cast.clerk, at=timezone.now())
    client.force_login(cast.clerk)
    way = address("application-new", now_batch.pk, cast.one.pk)

    first = client.get(made.get_absolute_url()).content.decode()
    make.make_application(cast.one, now_batch)
    again = client.get(made.get_absolute_url()).content.decode()

    assert f'href="{way}">重新申报</a>' in first
    assert "重新申报" not in again


def test_autosave_answers_with_what_is_missing(client, cast, draft):
    client.force_login(cast.clerk)
    sent = {"version": 0, "values": {"summary": "", "deeds": "示例"}}

    url = address("application-part", draft.pk, "deeds")
    told = client.post(url, sent, content_type="application/json").json()

    assert (told["version"], told["missing"]) == (
        1,
        [{"anchor": "summary", "text": "请用一句话写明主要做法。"}],
    )


def test_autosave_shows_what_a_colleague_saved(client, cast, draft):
    colleague = make.make_clerk(cast.one, name="示例同事")
    theirs = {"summary": "同事写的", "deeds": "同事的"}
    act.save_part(draft, "deeds", version=0, values=theirs, actor=colleague, at=NOON)
    client.force_login(cast.clerk)
    sent = {"version": 0, "values": {"summary": "我写的", "deeds": "我的"}}

    response = client.post(
        address("application-part", draft.pk, "deeds"), sent, content_type="application/json"
    )

    told = response.json()["theirs"]
    assert response.status_code == 409
    assert (told["by"], told["values"]["summary"]) == ("示例同事", "同事写的")


def test_autosave_after_the_session_says_so(client, cast, draft):
    response = client.post(
        address("application-part", draft.pk, "deeds"), {}, content_type="application/json"
    )

    assert (response.status_code, "已存在本机" in response.json()["detail"]) == (401, True)


def test_without_scripts_one_post_saves_all_and_a_conflict_is_shown(client, cast, draft):
    client.force_login(cast.clerk)
    sent = {**COMPLETE, "staff_count": "99", "pledged": "on", "deeds": "无脚本写的"}
    versions = {f"version-{part}": 0 for part in act.FIELDS}

    client.post(address("application-fill", draft.pk), {**sent, **versions})
    assert (fresh(draft).deeds, fresh(draft).staff_count) == ("无脚本写的", 99)

    page = client.post(
        address("application-fill", draft.pk), {**sent, **versions, "deeds": "又写的"}
    ).content.decode()
    assert "保存过这一部分，和你写的不一样" in page
    assert "又写的" in page and "无脚本写的" in page
    assert fresh(draft).deeds == "无脚本写的"


def test_a_wrong_count_without_scripts_leaves_all_typed_on_the_page(client, cast, draft):
    client.force_login(cast.clerk)
    sent = {**COMPLETE, "staff_count": "很多", "pledged": "on"}

    page = client.post(address("application-fill", draft.pk), sent).content.decode()

    assert "请填整数，没有保存。" in page
    assert 'value="很多"' in page


def test_handing_in_on_the_page_once(client, cast, now_batch, body):
    made = make.make_application(cast.one, now_batch, **COMPLETE)
    client.force_login(cast.clerk)

    first = client.post(address("application-submit", made.pk), {"form_key": "k1"})
    again = client.post(address("application-submit", made.pk), {"form_key": "k1"})

    receipt = Submission.objects.get()
    assert first.url == again.url == receipt.get_absolute_url()
    page = client.get(first.url).content.decode()
    assert receipt.receipt_no in page
    assert f"{made.get_absolute_url()}#stamped" in page.split("下一步")[1]


def test_remarks_stand_beside_their_part(client, cast, draft):
    submit(draft, cast)
    returned(draft, cast, deeds="请写明参加人数")
    client.force_login(cast.clerk)

    page = client.get(address("application-fill", draft.pk)).content.decode()

    assert "近两年内没有发生违反党的民族政策" in page  # what is pledged is there to be read
    part = page.split('id="deeds"')[1].split("</section>")[0]
    assert "审核意见：请写明参加人数" in part
    assert "事迹不够具体" in page


def test_what_came_back_untouched_is_asked_about_once_before_it_goes_again(client, cast, draft):
    submit(draft, cast)
    returned(draft, cast, deeds="请写明参加人数", basics="请核对地址")
    client.force_login(cast.clerk)
    url, told = address("application-submit", draft.pk), "退回意见指出的 2 处尚未改动："

    page = client.get(url).content.decode()
    again = client.post(url, {"form_key": "u1"}, follow=True).content.decode()
    sent = client.post(url, {"form_key": "u2", "as_is": "on"})

    assert told in page and "基本情况" in page.split(told)[1].split("</div>")[0]
    assert "没有提交；不需要改动的" in again
    assert sent.url == Submission.objects.get(number=2).get_absolute_url()


def test_officers_read_what_was_handed_in_while_it_is_mended(client, cast, draft):
    submit(draft, cast)
    returned(draft, cast)
    act.save_part(
        draft, "deeds", version=0, values={"deeds": "还没写完"}, actor=cast.clerk, at=NOON
    )
    client.force_login(cast.sumu_officer)

    page = client.get(address("application", draft.pk)).content.decode()

    assert "示例事迹" in page and "还没写完" not in page


def test_a_renamed_unit_stands_with_both_names(client, cast, draft):
    submit(draft, cast)
    cast.one.name = "示例新嘎查"
    cast.one.save()
    client.force_login(cast.clerk)

    page = client.get(address("application", draft.pk)).content.decode()

    assert "提交时名称为“示例东嘎查”，现名“示例新嘎查”。" in page


def test_a_merged_unit_is_told_on_its_application(client, cast, draft):
    submit(draft, cast)
    cast.one.closed_on, cast.one.successor = date(2026, 11, 20), cast.other
    cast.one.save()
    client.force_login(cast.east_officer)

    page = client.get(address("application", draft.pk)).content.decode()

    assert "单位已于 2026 年 11 月 20 日并入“示例西社区”" in page


@pytest.mark.parametrize("name", ["application", "application-form-pdf", "application-form-docx"])
def test_strangers_get_404(client, cast, draft, name):
    submit(draft, cast)
    for stranger in (cast.west_officer, cast.other_clerk):
        client.force_login(stranger)
        assert client.get(address(name, draft.pk)).status_code == 404


def queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_the_list_asks_as_often_for_three_as_for_one(client, cast, batch, body):
    client.force_login(cast.east_officer)
    make.make_submitted(cast.one, batch, cast.east_sumu)
    url = address("applications")
    queries(client, url)
    few = queries(client, url)
    for _ in range(2):
        make.make_submitted(make.make_unit(cast.east_sumu), batch, cast.east_sumu)

    assert queries(client, url) == few


def test_the_filter_names_the_batches_applied_in_with_the_place_of_others(client, cast, batch):
    make.make_submitted(cast.one, batch, cast.east_sumu)
    make.make_batch(name="第三批", region=cast.east)
    client.force_login(cast.east_officer)

    page = client.get(address("applications")).content.decode()

    assert f"{batch}（{cast.city.name}）</option>" in page
    assert "第三批" not in page


def test_the_page_of_open_batches_asks_as_often_for_three_as_for_one(client, cast, now_batch):
    client.force_login(cast.clerk)
    url = address("open-batches")
    queries(client, url)
    few = queries(client, url)
    for number in range(2):
        other = make.make_running_batch(
            cast.city, f"另一批{number}", shift=(timezone.now() - NOON).days, rule=now_batch.rule
        )
        other.quotas.create(body=make.make_body(cast.east), places=1)

    assert queries(client, url) <= few + 1  # the places of three batches are read in one go


def test_the_page_asks_as_often_with_three_files_and_opinions_as_with_one(client, cast, draft):
    wanted = make.make_requirement(draft.batch, most=9)
    for number in range(3):
        make.make_application_file(draft, wanted, content=str(number).encode())
        if number == 0:
            submit(draft, cast)
            opinion(draft, cast)
            client.force_login(cast.east_officer)
            queries(client, address("application", draft.pk))
            few = queries(client, address("application", draft.pk))
        opinion(draft, cast)
    draft.files.update(handed_in=True)

    assert queries(client, address("application", draft.pk)) == few


def opinion(draft, cast):
    told = {"region": cast.east_sumu, "given_by": cast.sumu_officer, "given_at": NOON}
    return Opinion.objects.create(application=draft, kind=Opinion.Kind.FORWARD, **told)
