"""Pages round the form: the board, calls, phone lists, panels, the list and its workbook."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from evaluations.models import Family, FamilyCategory, SelfCheck, SelfCheckRound
from evaluations.operations.calls import remind, urge
from evaluations.operations.reminders import ask_reminders
from evaluations.tasks import remind_round
from portal.errors import Refused
from portal.models import AuditEvent, Job, Notification
from tests import factories as make
from tests.evaluations.factories import make_answer, make_check, make_edition, make_round
from tests.factories import NOON

S = SelfCheck.State
DAY = timedelta(days=1)


@pytest.fixture
def round(cast):
    return make_round(cast.city, make_edition(cast.city), created_by=cast.city_officer)


@pytest.fixture
def checks(cast, round):
    """In the east one not started, one filling; in the west one handed in."""
    neighbour = make.make_unit(cast.east_sumu, "示例邻嘎查", contact_phone="0470-0000000")
    return {
        "one": make_check(cast.one, round),
        "neighbour": make_check(neighbour, round, state=S.FILLING),
        "west": make_check(cast.other, round, state=S.SUBMITTED, submitted_at=NOON, self_total=88),
    }


def at_noon(client, user):
    client.force_login(user)
    return client


def get(client, user, url):
    with time_machine.travel(NOON, tick=False):
        return at_noon(client, user).get(url)


def post(client, user, url, data=None):
    with time_machine.travel(NOON, tick=False):
        return at_noon(client, user).post(url, data or {})


def test_the_board_counts_place_by_place_and_drills_down(client, cast, round, checks):
    city = get(client, cast.city_officer, round.get_absolute_url()).context
    east = get(client, cast.east_officer, round.get_absolute_url()).context

    assert [(row.name, row.not_started, row.filling, row.submitted) for row in city["rows"]] == [
        ("东旗", 1, 1, 0),
        ("西旗", 0, 0, 1),
    ]
    assert city["whole"].percent == 33
    assert [(row.name, row.open) for row in east["rows"]] == [("东苏木", 2)]
    below = get(client, cast.city_officer, f"{round.get_absolute_url()}?region={cast.west.pk}")
    assert [row.name for row in below.context["rows"]] == ["西旗（本级）"]


def test_a_place_out_of_sight_has_no_board(client, cast, round, checks):
    url = f"{round.get_absolute_url()}?region={cast.west.pk}"

    assert get(client, cast.east_officer, url).status_code == 404


@pytest.mark.parametrize("more", [0, 2])
def test_the_board_costs_the_same_for_more_places(
    client, cast, round, checks, more, django_assert_max_num_queries
):
    for number in range(more):
        unit = make.make_unit(make.make_region(f"北苏木{number}", cast.east))
        make_check(unit, round)
    client.force_login(cast.east_officer)
    client.get(round.get_absolute_url())

    with django_assert_max_num_queries(12):
        client.get(round.get_absolute_url())


def test_the_board_says_whom_no_message_can_reach(client, cast, round, checks):
    page = get(client, cast.east_officer, round.get_absolute_url())
    text = page.content.decode()

    whole = page.context["whole"]
    assert (whole.open, whole.unmanned, whole.callable) == (2, 1, 1)
    assert "催办全部 1 家" in text
    assert "1 家尚无账号，请电话联系" in text
    phones = reverse("evaluations:self-check-phones", args=[round.pk])
    told = get(client, cast.east_officer, phones).content.decode()
    assert "2 家未提交，其中 1 家尚无账号" in told


def test_where_nobody_has_an_account_the_page_gives_the_phone(client, cast, round, checks):
    urge_words = reverse("evaluations:self-check-urge", args=[checks["neighbour"].pk])

    unmanned = get(client, cast.east_officer, checks["neighbour"].get_absolute_url())
    manned = get(client, cast.east_officer, checks["one"].get_absolute_url())

    assert "该单位尚无账号，请电话联系" in unmanned.content.decode()
    assert 'href="tel:0470-0000000"' in unmanned.content.decode()
    assert urge_words not in unmanned.content.decode()
    assert "尚无账号" not in manned.content.decode()


def test_a_round_says_whom_it_asks(client, cast, round, checks):
    everybody = get(client, cast.city_officer, round.get_absolute_url()).content.decode()
    audience = {"regions": [cast.east.pk], "categories": [cast.one.category_id], "levels": ["city"]}
    SelfCheckRound.objects.update(audience=audience)
    page = get(client, cast.city_officer, round.get_absolute_url())

    assert "面向全部在册单位" in everybody
    assert page.context["scope"] == [
        ("只限地区", "东旗"),
        ("类别", cast.one.category.name),
        ("现有称号", "盟市级"),
    ]
    assert "面向部分单位" in page.content.decode()


def test_a_call_reaches_those_behind_once_a_day(cast, round, checks):
    everything = SelfCheck.objects.filter(round=round)
    person = {"round": round, "region": cast.city, "actor": cast.city_officer}

    first = urge(everything, at=NOON, **person)
    again = urge(everything, at=NOON + timedelta(hours=23), **person)
    next_day = urge(everything, at=NOON + DAY, **person)

    assert (first.told, first.resting, first.unmanned) == (1, 0, 1)
    assert (again.told, again.resting) == (0, 1)
    assert next_day.told == 1
    assert cast.clerk.notifications.count() == 2
    assert not cast.other_clerk.notifications.exists()
    assert AuditEvent.objects.filter(action="selfcheckround.urge").count() == 3


def test_one_calls_only_in_ones_own_region(cast, round, checks):
    with pytest.raises(Refused, match="不全在您的审核范围内"):
        urge(
            SelfCheck.objects.filter(round=round),
            round=round,
            region=cast.city,
            actor=cast.west_officer,
            at=NOON,
        )


def test_where_nobody_is_behind_nobody_is_called(cast, round, checks):
    handed_in = SelfCheck.objects.filter(pk=checks["west"].pk)

    with pytest.raises(Refused, match="不用催办"):
        urge(handed_in, round=round, region=cast.west, actor=cast.west_officer, at=NOON)


def test_the_button_says_what_became_of_it(client, cast, round, checks):
    url = reverse("evaluations:self-check-round-urge", args=[round.pk])

    post(client, cast.east_officer, url, {"region": cast.east.pk, "back": cast.east.pk})
    page = get(client, cast.east_officer, round.get_absolute_url()).content.decode()

    assert "已向 1 家发出催办；1 家没有填报员账号，请打电话。" in page


def test_reminders_go_out_seven_three_and_one_day_before_once_each(cast, round, checks):
    due = round.due_at
    for days in (8, 7, 6, 4, 3, 2, 1, 0):
        ask_reminders(due - days * DAY + timedelta(seconds=-60))
        ask_reminders(due - days * DAY + timedelta(seconds=-30))

    keys = [job.key.rsplit(" ", 1)[1] for job in Job.objects.filter(name__contains="remind")]
    assert sorted(keys) == ["1", "3", "7"]


def test_a_day_the_machine_slept_through_is_made_up_for(cast, round, checks):
    ask_reminders(round.due_at - 2 * DAY)

    assert Job.objects.get().key.endswith(" 3")


def test_a_round_opened_late_does_not_remind_of_days_before_it(cast, round):
    SelfCheckRound.objects.update(opens_at=round.due_at - 2 * DAY)

    ask_reminders(round.due_at - 2 * DAY + timedelta(hours=1))

    assert not Job.objects.exists()


def test_a_reminder_tells_clerks_and_the_officers_of_those_behind(cast, round, checks):
    with time_machine.travel(round.due_at - 3 * DAY, tick=False):
        ask_reminders(round.due_at - 3 * DAY)
        remind_round(job_id=Job.objects.get().pk)

    def told(user):
        return [each.text for each in user.notifications.all()]

    assert told(cast.clerk) == ["“示例自查”还没有提交，2026-12-02 截止，还有 3 天。"]
    assert "辖区内还有 2 家没有提交" in told(cast.sumu_officer)[0]
    assert "辖区内还有 2 家没有提交" in told(cast.city_officer)[0]
    assert not told(cast.west_officer) and not told(cast.other_clerk)


def test_a_unit_with_time_of_its_own_is_reminded_by_its_own_day(cast, round, checks):
    SelfCheck.objects.filter(pk=checks["one"].pk).update(extended_to=round.due_at + 9 * DAY)
    own_day = (round.due_at + 9 * DAY).date()

    assert remind(round, own_day, at=NOON) >= 1
    assert remind(round, round.due_at.date(), at=NOON)
    assert cast.clerk.notifications.count() == 1


def test_the_phone_list_names_whom_to_call(client, cast, round, checks):
    url = reverse("evaluations:self-check-phones", args=[round.pk])

    page = get(client, cast.east_officer, url).content.decode()

    assert "示例邻嘎查" in page and "0470-0000000" in page and "没有账号" in page
    assert "示例西社区" not in page


def sheet_of(answer):
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    rows = [row for row in book.active.iter_rows(values_only=True) if any(row)]
    head = next(row for row in rows if "单位名称" in row)
    return [dict(zip(head, row, strict=True)) for row in rows[rows.index(head) + 1 :]]


def test_the_phone_list_goes_into_a_workbook(client, cast, round, checks):
    url = reverse("evaluations:self-check-phones-export", args=[round.pk])

    rows = sheet_of(post(client, cast.east_officer, url))

    assert {row["单位名称"]: row["工作电话"] for row in rows} == {
        "示例东嘎查": None,
        "示例邻嘎查": "0470-0000000",
    }
    assert AuditEvent.objects.get(action="selfcheck.export").after["行数"] == 2


def test_the_list_says_who_is_where_and_late(client, cast, round, checks):
    url = reverse("evaluations:self-checks")
    with time_machine.travel(round.due_at + DAY, tick=False):
        client.force_login(cast.city_officer)
        page = client.get(url).content.decode()
        found = client.get(url, {"state": "open", "region": cast.east.pk}).content.decode()

    assert "未开始·逾期" in page and "88" in page
    assert "示例西社区" not in found and "示例邻嘎查" in found


def test_the_list_goes_into_a_workbook_as_filtered(client, cast, round, checks):
    url = f"{reverse('evaluations:self-checks-export')}?state=submitted"

    rows = sheet_of(post(client, cast.city_officer, url))

    assert [(row["单位名称"], row["状态"], row["自评总分"]) for row in rows] == [
        ("示例西社区", "已提交", 88)
    ]


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_costs_the_same_for_more_rows(
    client, cast, round, checks, more, django_assert_max_num_queries
):
    for _ in range(more):
        make_check(make.make_unit(cast.east_sumu), round)
    client.force_login(cast.east_officer)
    client.get(reverse("evaluations:self-checks"))

    with django_assert_max_num_queries(11):
        client.get(reverse("evaluations:self-checks"))


def test_a_clerk_is_led_to_where_something_is_to_do(client, cast, round, checks):
    check = checks["one"]
    make_answer(check, "1.1", cast.clerk, value={"points": "30"}, claimed=30)
    make_answer(check, "1.2", cast.clerk, value={"points": "30"}, claimed=30)
    last = check.edition.indicators.get(code="F")

    answer = get(client, cast.clerk, reverse("evaluations:self-check-fill", args=[check.pk]))

    assert answer.url.endswith(f"/fill/{last.pk}/")


def family(cast):
    made = Family.objects.get_or_create(code="ORGAN", defaults={"name": "机关"})[0]
    FamilyCategory.objects.create(category=cast.one.category, family=made)


def sent(cast, round, **more):
    edition = round.editions.get()
    return {
        "title": "新一轮",
        "year": "2026",
        "region": cast.city.pk,
        "opens_on": "2026-11-22",
        "due_on": "2026-12-10",
        "due_clock": "17:30",
        f"edition_{edition.family_id}": edition.pk,
        "act": "preview",
        "form_key": "x",
    } | more


def test_a_round_is_looked_at_before_it_is_opened(client, cast, round):
    family(cast)
    left = make.make_unit(cast.east, "示例小学", category=make.make_category("学校"))
    url = reverse("evaluations:self-check-round-new")

    page = post(client, cast.city_officer, url, sent(cast, round)).content.decode()

    assert "共 3 家，适用体系的 2 家" in page
    assert "有 1 家单位没有适用的体系" in page and left.name in page
    assert "发起自查（2 家）" in page
    assert "在别的轮次里" not in page
    assert SelfCheckRound.objects.count() == 1


def test_the_preview_warns_of_units_that_are_busy_with_another_round(client, cast, round, checks):
    family(cast)
    url = reverse("evaluations:self-check-round-new")

    page = post(client, cast.city_officer, url, sent(cast, round)).content.decode()

    assert "有 2 家在别的轮次里还有没提交的自查：" in page
    assert f"{cast.one.name}（{round.title}）" in page
    assert f"{cast.other.name}（{round.title}）" not in page
    assert "发起自查（3 家）" in page


def test_then_it_is_opened_and_its_board_shown(client, cast, round):
    family(cast)
    make.make_unit(cast.east, "示例无账号嘎查")
    url = reverse("evaluations:self-check-round-new")

    answer = post(client, cast.city_officer, url, sent(cast, round, act="open"))

    made = SelfCheckRound.objects.get(title="新一轮")
    assert answer.url == made.get_absolute_url()
    assert made.checks.count() == 3
    told = get(client, cast.city_officer, answer.url).content.decode()
    assert "共 3 家单位，有账号的填报员都已收到通知；1 家尚无账号，请按电话名单联系。" in told
    assert Notification.objects.filter(user=cast.clerk).exists()


def test_a_round_form_says_what_is_missing(client, cast, round):
    url = reverse("evaluations:self-check-round-new")

    page = post(client, cast.city_officer, url, {"act": "open"}).content.decode()

    assert "请填写名称。" in page and "请填写截止日期。" in page
