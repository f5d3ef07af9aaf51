"""Pages of 整改, 撤销 and 退出, and what the page of a title tells and offers."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from portal.operations.sign_in import CONFIRMED
from tests.factories import NOON, make_rule
from tests.units.follow_up import (
    call,
    inspected,
    make_ending,
    make_signer,
    order,
)
from units.models import (
    Designation,
    ExitCase,
    ExitRequest,
    Rectification,
)
from units.operations.exits import ask_exit
from units.operations.rectification_items import ask_extension
from units.operations.reverifications import rectify_reverification

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SOON = {
    "ends_from": TODAY,
    "ends_before": TODAY + timedelta(days=200),
    "opens_on": TODAY - timedelta(days=1),
    "due_on": TODAY + timedelta(days=30),
}


@pytest.fixture
def office(cast):
    cast.signer, cast.rule = make_signer(cast.city), make_rule()
    return cast


def ending(unit, days=60):
    return make_ending(unit, ends_on=TODAY + timedelta(days=days))


def started(office):
    """A round of today with one title."""
    title = ending(office.one)
    return title, call(office.signer, **SOON)


def sign_in(client, user, *, confirmed=True):
    client.force_login(user)
    if confirmed:
        session = client.session
        session[CONFIRMED] = timezone.now().timestamp()
        session.save()
    return client


def url(name, *args):
    return reverse(f"units:{name}", args=args)


DAY = TODAY.isoformat()


def test_an_order_is_given_written_proved_and_closed_out_on_its_pages(client, office):
    title = ending(office.one, 900)
    sign_in(client, office.signer)
    form = {"source": "spot", "on": DAY, "items": "档案不全\n\n宣传栏陈旧", "note": "抽查"}
    client.post(url("rectification-new", title.pk), form)
    made = Rectification.objects.get()
    sign_in(client, office.clerk)
    for item in made.items.all():
        written = {"measure": "已补", "outcome": "已完成", "done_on": DAY, "version": 1}
        prefixed = {f"i{item.pk}-{name}": value for name, value in written.items()}
        client.post(url("rectification-item", made.pk, item.position), prefixed)
        files = {"files": SimpleUploadedFile("照片.jpg", picture(item.position))}
        client.post(url("rectification-item-files", made.pk, item.position), files)
    page = client.get(made.get_absolute_url()).content.decode()
    assert "可以报送" in page
    client.post(url("rectification-report", made.pk))
    made.refresh_from_db()
    assert made.state == Rectification.State.REPORTED

    sign_in(client, office.city_officer)
    stored = made.items.first().files.get().file
    picture_page = client.get(url("rectification-proof", made.pk, 1, stored.code))
    assert picture_page["Content-Type"] == "image/jpeg"
    assert "sandbox" in picture_page["Content-Security-Policy"]
    client.post(url("rectification-step", made.pk, "close"), {"on": DAY, "note": "属实"})

    made.refresh_from_db()
    assert (made.state, made.closed_by) == (Rectification.State.CLOSED, office.city_officer)


def picture(shade):
    made = BytesIO()
    Image.new("RGB", (64, 48), (shade * 40, 120, 90)).save(made, "JPEG")
    return made.getvalue()


def test_a_file_that_is_not_what_it_says_is_not_kept(client, office):
    made = order(ending(office.one, 900), office.signer)
    sign_in(client, office.clerk)
    page = SimpleUploadedFile("照片.jpg", b"<html><script>alert(1)</script></html>")

    answer = client.post(url("rectification-item-files", made.pk, 1), {"files": page}, follow=True)

    assert "实际是网页文件" in answer.content.decode()
    assert not made.items.first().files.exists()


def test_the_second_writer_of_an_item_sees_both_contents(client, office):
    made = order(ending(office.one, 900), office.signer)
    item = made.items.first()
    sign_in(client, office.clerk)
    address = url("rectification-item", made.pk, 1)
    client.post(address, {f"i{item.pk}-measure": "甲的", f"i{item.pk}-version": 1})

    second = client.post(address, {f"i{item.pk}-measure": "乙的", f"i{item.pk}-version": 1})

    text = second.content.decode()
    assert "刚刚被他人保存" in text
    assert "甲的" in text
    assert "乙的" in text


def test_what_is_late_is_red_on_the_board_and_on_the_home_page(client, office):
    made = order(ending(office.one, 900), office.signer)
    Rectification.objects.update(due_on=TODAY - timedelta(days=3))
    sign_in(client, office.signer)

    board = client.get(url("rectifications") + "?state=overdue").content.decode()
    assert "超 3 天" in board
    assert '<span class="p-tag t-bad">逾期</span>' in board
    assert "整改逾期" in client.get(reverse("portal:home")).content.decode()
    assert "先“认定不到位”，再办理撤销" in client.get(made.get_absolute_url()).content.decode()
    sign_in(client, office.city_officer)
    page = client.get(made.get_absolute_url()).content.decode()
    assert f"由呼伦贝尔市可签发的审核人员（{office.signer.name}）认定不到位后办理撤销。" in page
    sign_in(client, office.clerk)
    page = client.get(made.get_absolute_url()).content.decode()
    assert "超 3 天" in page and "请联系呼伦贝尔市审核人员" in page


def test_more_time_is_granted_where_it_was_asked_for(client, office):
    made = order(ending(office.one, 900), office.signer)
    asked = ask_extension(made, reason="施工期长", actor=office.clerk, at=NOON)
    sign_in(client, office.signer)

    page = client.get(made.get_absolute_url()).content.decode()
    assert "施工期长" in page
    client.post(url("rectification-extension-answer", made.pk, asked.pk, "grant"), {"note": ""})

    asked.refresh_from_db()
    assert asked.state == "granted"


def test_the_notice_prints_what_is_wrong_and_until_when(client, office):
    made = order(ending(office.one, 900), office.signer)
    sign_in(client, office.clerk)

    answer = client.get(url("rectification-notice", made.pk))

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_a_title_is_revoked_on_its_page_with_its_papers(client, office):
    title = ending(office.one, 900)
    address = url("designation-revoke", title.pk)
    sign_in(client, office.signer)
    assert "3 年内不得申报" in client.get(address).content.decode()
    form = {"ground": "fraud", "document_no": "示例1号", "decided_on": DAY, "happened_on": DAY}
    assert "请填写事实和依据" in client.post(address, form).content.decode()

    client.post(address, {**form, "note": "示例事实"})

    title.refresh_from_db()
    assert title.state == Designation.State.REVOKED
    page = client.get(title.get_absolute_url()).content.decode()
    assert "弄虚作假" in page
    assert "示例1号" in page
    assert "登记收回" in page


def test_a_forged_ground_or_verb_leads_nowhere(client, office):
    title, _ = started(office)
    turn = inspected(title, office.clerk, at=timezone.now())
    sign_in(client, office.signer)

    form = {"ground": "voluntary", "document_no": "x", "decided_on": DAY, "happened_on": DAY}
    client.post(url("designation-revoke", title.pk), {**form, "note": "x"})
    assert client.post(url("reverification-conclude", turn.pk, "inspect")).status_code == 404
    assert client.post(url("exit-answer", _asked(office, title).pk, "end")).status_code == 404

    title.refresh_from_db()
    assert title.state == Designation.State.REVERIFYING


def _asked(office, title):
    return ask_exit(title, reason="单位转型", actor=office.clerk, at=NOON)


def test_a_unit_leaves_by_asking_and_the_office_by_deciding(client, office):
    title = ending(office.one, 900)
    sign_in(client, office.clerk)
    client.post(url("exit-ask", title.pk), {"note": "单位转型"})
    asked = ExitRequest.objects.get()
    assert "撤回申请" in client.get(asked.get_absolute_url()).content.decode()
    sign_in(client, office.signer)
    assert "单位转型" in client.get(url("exits")).content.decode()

    form = {"document_no": "示例2号", "decided_on": DAY, "happened_on": DAY, "note": "同意"}
    client.post(url("exit-answer", asked.pk, "accept"), form)

    title.refresh_from_db()
    assert title.state == Designation.State.WITHDRAWN
    assert ExitCase.objects.get().decision.document_no == "示例2号"


def test_the_page_of_a_title_tells_its_whole_story(client, office):
    title, _ = started(office)
    turn = inspected(title, office.clerk, total=80, at=timezone.now())
    rectify_reverification(
        turn,
        items=["档案不全"],
        note="得分不足",
        on=TODAY,
        actor=office.signer,
        at=timezone.now(),
    )
    sign_in(client, office.clerk)

    text = client.get(title.get_absolute_url()).content.decode()

    for words in ("命名", "转入复验", "责令整改", "复验：2026 年度复验", "整改（复验）", "整改中"):
        assert words in text


def test_nothing_on_the_page_offers_a_way_round_the_rules(client, office):
    title = ending(office.one, 900)
    sign_in(client, office.east_officer)  # over the unit, not of the office that names

    text = client.get(title.get_absolute_url()).content.decode()

    for name in ("designation-revoke", "designation-withdraw", "rectification-new"):
        assert url(name, title.pk) not in text
    assert url("designation-void", title.pk) in text


def test_the_decision_behind_an_end_opens_from_the_title(client, office):
    title = ending(office.one, 900)
    address = url("designation-revoke", title.pk)
    sign_in(client, office.signer)
    form = {"ground": "fraud", "document_no": "示例1号", "decided_on": DAY, "happened_on": DAY}
    client.post(address, {**form, "note": "示例事实"})

    decision = ExitCase.objects.get().decision
    assert decision.get_absolute_url() in client.get(title.get_absolute_url()).content.decode()
    page = client.get(decision.get_absolute_url())

    assert page.status_code == 200
    assert "示例东嘎查" in page.content.decode()
    assert client.get(url("decisions")).status_code == 200

    for reader in (office.east_officer, office.west_officer):  # of the unit's 旗, and of another
        sign_in(client, reader)
        assert client.get(decision.get_absolute_url()).status_code == 404
        assert "关于撤销" not in client.get(url("decisions")).content.decode()
    sign_in(client, office.east_officer)
    text = client.get(title.get_absolute_url()).content.decode()
    assert decision.document_no in text
    assert decision.get_absolute_url() not in text
