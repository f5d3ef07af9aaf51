"""公示: the list is frozen when published, days are working days, an open objection holds it up."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from portal import clock
from portal.errors import Refused
from portal.models import AuditEvent, Holiday, Notification
from tests.factories import NOON, TODAY, make_application, make_unit
from tests.units.decided import make_two_proposed
from units.models import Application, Objection, PublicNotice
from units.operations import notices as act
from units.operations import objections

MONDAY = date(2026, 11, 23)
WORDS = {
    "title": "关于第七批拟命名名单的公示",
    "text": "现予公示。",
    "starts_on": MONDAY,
    "days": 5,
    "in_working_days": True,
    "contact_office": "市民委示范创建科",
    "contact_phone": "0470-0000000",
    "contact_email": "",
    "contact_address": "",
}
SAID = {
    "entry": None,
    "source": "online",
    "is_anonymous": True,
    "name": "示例某人",
    "contact": "0470-0000001",
    "text": "材料与事实不符。",
}


@pytest.fixture
def batch(cast):
    return make_two_proposed(cast)


@pytest.fixture
def draft(batch, leader):
    return act.draft_notice(batch, WORDS, actor=leader, at=NOON)


@pytest.fixture
def notice(draft, leader):
    return act.publish_notice(draft, actor=leader, at=NOON)


def noon_of(day):
    return NOON + timedelta(days=(day - TODAY).days)


def objected(notice, day=MONDAY, **said):
    return objections.file_objection(notice, SAID | said, at=noon_of(day))


def uphold(objection, leader, entry=None):
    objections.handle_objection(objection, actor=leader, at=noon_of(MONDAY))
    return objections.uphold_objection(
        objection,
        entry=entry,
        findings="核实属实",
        answer="经核实，材料不实。",
        actor=leader,
        at=noon_of(MONDAY),
    )


def test_five_working_days_from_monday_end_after_friday(draft):
    assert (draft.ends_on, draft.last_day) == (date(2026, 11, 28), date(2026, 11, 27))


def test_fewer_days_than_the_rule_asks_are_refused(batch, leader):
    with pytest.raises(Refused, match="不能少于办法规定的 5 天"):
        act.draft_notice(batch, WORDS | {"days": 3}, actor=leader, at=NOON)


def test_a_year_without_a_published_calendar_is_said(batch, leader):
    late = act.draft_notice(batch, WORDS | {"starts_on": date(2026, 12, 30)}, actor=leader, at=NOON)

    assert "2027 年放假安排尚未公布" in late.calendar_note


def test_a_batch_has_one_running_notice(draft, batch, leader):
    with pytest.raises(Refused, match="已有拟稿或正在进行的公示"):
        act.draft_notice(batch, WORDS, actor=leader, at=NOON)


def test_a_notice_cannot_begin_in_the_past(batch, leader):
    old = act.draft_notice(
        batch, WORDS | {"starts_on": TODAY - timedelta(days=1)}, actor=leader, at=NOON
    )

    with pytest.raises(Refused, match="已过，没有发布"):
        act.publish_notice(old, actor=leader, at=NOON)


def test_nothing_is_published_while_a_case_is_undecided(draft, batch, leader, cast):
    make_application(make_unit(cast.east), batch, state="accepted", submitted_at=NOON)

    with pytest.raises(Refused, match="还有 1 个申报没有审定"):
        act.publish_notice(draft, actor=leader, at=NOON)


def test_only_a_signing_officer_of_the_naming_region_publishes(draft, cast):
    for person in (cast.city_officer, cast.east_officer):
        with pytest.raises(Refused, match="不能执行“发布”"):
            act.publish_notice(draft, actor=person, at=NOON)


def test_the_published_list_stays_as_printed_when_a_unit_is_renamed(notice, cast):
    cast.one.name = "新的名称"
    cast.one.save()

    assert [each.unit_name for each in notice.entries.all()] == ["示例东嘎查", "示例西社区"]
    assert act.digest_of(notice) == notice.sha256
    assert Notification.objects.filter(user=cast.clerk, text__contains="公示").exists()


def test_a_changed_line_no_longer_fits_the_digest(notice):
    notice.entries.filter(position=1).update(unit_name="别的单位")

    assert act.digest_of(notice) != notice.sha256


def test_a_notice_is_running_by_its_dates(notice):
    days = [TODAY, MONDAY, date(2026, 11, 27), date(2026, 11, 28)]

    assert [notice.standing(day) for day in days] == ["即将开始", "公示中", "公示中", "公示期满"]


def test_a_notice_cannot_end_before_its_days_are_over(notice, leader):
    with pytest.raises(Refused, match="现在不能结束"):
        act.close_notice(notice, actor=leader, at=noon_of(date(2026, 11, 27)))


def test_an_open_objection_keeps_a_notice_open(notice, leader):
    objection = objected(notice)
    end = noon_of(notice.ends_on)

    with pytest.raises(Refused, match="还有 1 件异议没有办结"):
        act.close_notice(notice, actor=leader, at=end)
    objections.handle_objection(objection, actor=leader, at=end)
    objections.dismiss_objection(
        objection, findings="不属实", answer="经核实不属实。", actor=leader, at=end
    )
    assert act.close_notice(notice, actor=leader, at=end).state == PublicNotice.State.CLOSED


def test_the_clock_ends_what_is_over_and_says_once_what_has_to_wait(notice, leader):
    objection = objected(notice)
    run = lambda: clock.run(notice.ends_on, noon_of(notice.ends_on)).counts.get("结束公示")

    assert (run(), run()) == (1, None)
    objections.handle_objection(objection, actor=leader, at=NOON)
    objections.dismiss_objection(
        objection, findings="不属实", answer="不属实。", actor=leader, at=NOON
    )
    assert (run(), run()) == (1, None)
    notice.refresh_from_db()
    assert notice.state == PublicNotice.State.CLOSED


def test_an_upheld_objection_takes_the_unit_off_and_out(notice, leader, cast):
    entry = notice.entries.get(unit_name="示例东嘎查")
    objection = uphold(objected(notice, entry=entry), leader)

    entry.refresh_from_db()
    application = Application.objects.get(unit=cast.one)
    assert (objection.state, application.state) == ("upheld", "struck")
    assert entry.taken_off_at is not None and "材料不实" in application.reason
    assert Notification.objects.filter(user=cast.clerk, text__contains="异议成立").exists()


def test_an_objection_to_the_whole_list_needs_the_unit_it_strikes(notice, leader):
    with pytest.raises(Refused, match="请选择异议成立后"):
        uphold(objected(notice), leader)

    assert Objection.objects.get().state == "handling"


def test_of_somebody_anonymous_nothing_is_kept(notice, client):
    objection = objected(notice)

    assert (objection.name, objection.contact) == ("", "")
    line = AuditEvent.objects.get(action="objection.file")
    assert (line.actor, line.address) == (None, "")


def test_a_named_person_says_how_to_reach_them(notice):
    with pytest.raises(Refused, match="请填写姓名和联系方式"):
        objected(notice, is_anonymous=False, contact="")


@pytest.mark.parametrize(
    ("day", "sentence"), [(TODAY, "起接受异议"), (date(2026, 11, 28), "公示期已过")]
)
def test_objections_are_taken_while_the_notice_hangs_out(notice, day, sentence):
    with pytest.raises(Refused, match=sentence):
        objected(notice, day)


def test_ten_working_days_to_handle_it(notice, leader):
    objection = objections.handle_objection(objected(notice), actor=leader, at=noon_of(MONDAY))

    assert objection.due_on == date(2026, 12, 5)


def test_its_days_count_from_when_it_came_whenever_it_is_taken_up(notice, leader):
    objection = objected(notice)
    taken_up = objections.handle_objection(objection, actor=leader, at=noon_of(date(2026, 12, 3)))

    assert taken_up.due_on == Objection.objects.get().due_on == date(2026, 12, 5)


def test_the_office_hears_once_that_an_objection_runs_late_and_that_it_holds_a_notice(
    notice, leader, cast
):
    objected(notice)
    for day in range(20):
        on = MONDAY + timedelta(days=day)
        clock.run(on, noon_of(on))

    texts = Notification.objects.filter(user=cast.city_officer).values_list("text", flat=True)
    told = lambda words: sum(words in text for text in texts)
    assert told("临近期限，请及时办结，期限 2026-12-04") == 1
    assert told("已逾期，请尽快办结，期限 2026-12-04") == 1
    assert told("还有 1 件异议没有办结，办结后自动结束") == 1


def test_what_is_published_is_what_was_read(draft, leader):
    act.edit_notice(draft, WORDS | {"title": "改过的标题"}, actor=leader, at=NOON, version=1)

    with pytest.raises(Refused, match="您打开之后“改过的标题”有修改，没有发布"):
        act.publish_notice(draft, actor=leader, at=NOON, version=1)
    published = act.publish_notice(draft, actor=leader, at=NOON, version=2)

    assert published.title == "改过的标题"
    assert act.digest_of(PublicNotice.objects.get()) == published.sha256


def test_a_holiday_announced_after_drafting_puts_the_end_off(draft, leader):
    Holiday.objects.create(day=date(2026, 11, 25), is_workday=False, name="示例放假")

    published = act.publish_notice(draft, actor=leader, at=NOON)

    assert (draft.ends_on, published.ends_on) == (date(2026, 11, 28), date(2026, 12, 1))
    assert PublicNotice.objects.get().ends_on == published.ends_on


# the public pages


@pytest.fixture
def open_now(notice):
    """A notice that hangs out today."""
    today = timezone.localdate()
    PublicNotice.objects.filter(pk=notice.pk).update(
        starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=5)
    )
    notice.refresh_from_db()
    return notice


def post(client, notice, key="0" * 32, **words):
    told = {"text": "情况反映", "is_anonymous": "1", "form_key": key} | words
    return client.post(reverse("public:objection-new", args=[notice.code]), told)


def test_the_public_reads_the_list_without_phones_of_units(open_now, client, cast):
    cast.one.contact_phone = "0470-9999999"
    cast.one.save()

    page = client.get(reverse("public:notice", args=[open_now.code])).content.decode()

    assert "示例东嘎查" in page and "0470-0000000" in page
    assert "0470-9999999" not in page


def test_a_draft_is_nobody_s_business(draft, client):
    assert client.get(reverse("public:notice", args=[draft.code])).status_code == 404
    assert draft.title not in client.get(reverse("public:notices")).content.decode()


def test_an_objection_gives_a_code_and_the_same_form_twice_gives_one(open_now, client):
    first, second = post(client, open_now), post(client, open_now)

    assert first.url == second.url
    assert Objection.objects.count() == 1
    assert "待受理" in client.get(first.url).content.decode()


def test_the_code_is_shown_in_groups_and_found_again_as_it_was_shown(open_now, client):
    made = post(client, open_now).url
    code = Objection.objects.get().code
    shown = " ".join(code[n : n + 4] for n in range(0, 32, 4))

    assert f">{shown}</span>" in client.get(made).content.decode()
    asked = {"code": f" {shown.upper()}\n"}
    assert client.post(reverse("public:objection-find"), asked).url == made


def test_a_sixth_objection_from_one_address_in_a_day_is_refused(open_now, client):
    answers = [post(client, open_now, key=f"{number:032x}") for number in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [200]
    assert "一天内已提交 5 件异议" in answers[-1].content.decode()
    assert Objection.objects.count() == 5


def test_a_script_in_an_objection_is_only_text(open_now, client, leader):
    post(client, open_now, text="<script>alert(1)</script>")
    client.force_login(leader)

    page = client.get(Objection.objects.get().get_absolute_url()).content.decode()

    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page


def test_the_public_hears_the_answer_and_nothing_of_what_was_found(open_now, client, leader):
    where = post(client, open_now, entry=open_now.entries.first().pk).url
    uphold(Objection.objects.get(), leader)

    page = client.get(where).content.decode()

    assert "经核实，材料不实。" in page and "核实属实" not in page


def test_guessing_codes_is_slowed(open_now, client):
    with time_machine.travel(NOON, tick=False):
        looks = [client.get(reverse("public:objection", args=[f"{n:032x}"])) for n in range(31)]

    assert [look.status_code for look in looks] == [404] * 30 + [429]


def test_the_batch_leads_to_writing_its_notice_and_then_to_the_notice(batch, client, leader):
    client.force_login(leader)
    shown = lambda: client.get(batch.get_absolute_url()).content.decode()
    assert "拟写公示" in shown()

    made = act.draft_notice(batch, WORDS, actor=leader, at=NOON)

    assert made.title in shown() and "拟写公示" not in shown()


def test_officers_beneath_read_the_notice_but_no_objection(notice, client, cast):
    objected(notice, text="只给命名机关看的话")

    for person, shown in ((cast.city_officer, True), (cast.east_officer, False)):
        client.force_login(person)
        page = client.get(notice.get_absolute_url()).content.decode()
        assert "示例东嘎查" in page
        assert ("只给命名机关看的话" in page) is shown


def test_the_print_has_the_list_and_the_dates(notice):
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(act.notice_pdf(notice))).pages)

    assert "示例东嘎查" in text and "2026年11月23日至2026年11月27日" in text.replace("\n", "")


def test_the_office_reads_the_list_before_it_is_published(draft, client, leader, cast):
    client.force_login(leader)

    text = client.get(draft.get_absolute_url()).content.decode()

    assert "将公示的名单" in text and cast.one.name in text and cast.other.name in text
    assert not draft.entries.exists()


def test_a_notice_that_hangs_out_says_when_it_ends_and_offers_no_end(open_now, client, leader):
    client.force_login(leader)

    text = client.get(open_now.get_absolute_url()).content.decode()

    assert f"{open_now.last_day} 期满" in text
    assert "结束公示" not in text
