"""Pages of 复验 rounds, of one turn and its conclusion; lists ask the same at any length."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.operations.sign_in import CONFIRMED
from tests.factories import NOON, make_clerk, make_rule, make_unit
from tests.units.follow_up import (
    REPORT,
    call,
    inspected,
    make_ending,
    make_signer,
    order,
    turn_of,
)
from units.models import (
    Designation,
    ExitCase,
    Reverification,
    ReverificationRound,
    SelfCheckMark,
)
from units.operations.reverifications import pass_reverification
from units.operations.settling import mark_self_checks
from units.verdicts import PLEDGES

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


ROUND_FORM = {
    "title": "示例年度复验",
    "level": "city",
    "year": TODAY.year,
    "ends_from": TODAY.isoformat(),
    "ends_last": (TODAY + timedelta(days=180)).isoformat(),
    "opens_on": TODAY.isoformat(),
    "due_on": (TODAY + timedelta(days=30)).isoformat(),
}


def test_a_round_is_looked_at_before_it_is_called(client, office):
    ending(office.one)
    sign_in(client, office.city_officer)

    seen = client.post(url("reverification-round-new"), {**ROUND_FORM, "act": "preview"})
    assert "列入 1 个，不列入 0 个" in seen.content.decode()
    assert not ReverificationRound.objects.exists()
    client.post(url("reverification-round-new"), {**ROUND_FORM, "act": "open"})

    made = ReverificationRound.objects.get()
    assert (made.ends_before, made.region) == (TODAY + timedelta(days=181), office.city)
    assert made.reverifications.count() == 1


def test_a_round_lists_its_titles_with_what_is_behind(client, office):
    title, made = started(office)
    year = TODAY.year - 1
    mark_self_checks([SelfCheckMark(unit=office.one, year=year, state="missing")], at=NOON)
    sign_in(client, office.city_officer)

    text = client.get(made.get_absolute_url()).content.decode()

    assert "示例东嘎查" in text
    assert f"{year} 未报" in text
    for page in (title.get_absolute_url(), office.one.get_absolute_url()):
        assert f"{year} 未报" in client.get(page).content.decode()


@pytest.mark.parametrize("name", ["reverification-round", "rectifications", "exits"])
def test_a_list_asks_the_same_at_one_row_and_three(client, office, name):
    made = _one_of_each(office, office.one, office.clerk)
    sign_in(client, office.city_officer)
    address = url(name, made.pk) if name == "reverification-round" else url(name)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for number in range(2):
        unit = make_unit(office.west, f"示例另单位{number}")
        _one_of_each(office, unit, make_clerk(unit), made)

    with CaptureQueriesContext(connection) as three:
        assert "示例另单位1" in client.get(address).content.decode()

    assert len(three) == len(one)


def _one_of_each(office, unit, clerk, made=None):
    """A turn, an order and an ended title of one unit."""
    title = ending(unit)
    order(ending_other(unit, 2021), office.signer)
    gone = ending_other(unit, 2020)
    ExitCase.objects.create(
        designation=gone, ground="fraud", happened_on=TODAY, recorded_at=NOON, recorded_by=clerk
    )
    if made is None:
        return call(office.signer, **SOON)
    Reverification.objects.create(round=made, designation=title, rule=office.rule)
    return made


def ending_other(unit, year):
    return make_ending(unit, named_year=year, ends_on=TODAY + timedelta(days=900))


def test_the_summary_sheet_has_the_columns_of_the_region(client, office):
    title, made = started(office)
    pass_reverification(
        inspected(title, office.clerk, at=timezone.now()),
        on=TODAY,
        actor=office.signer,
        at=timezone.now(),
    )
    sign_in(client, office.city_officer)

    answer = client.post(url("reverification-round-export", made.pk))

    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    head = next(row for row in rows if "复验结论" in row)
    line = rows[rows.index(head) + 1]
    told = dict(zip(head, line, strict=True))
    wanted = ["原命名批次", "命名日期", "到期日期", "复验方式", "复验得分", "复验结论"]
    assert set(wanted) | {"整改期限", "整改结果", "处理意见"} <= set(head)
    assert (told["单位名称"], told["复验结论"]) == ("示例东嘎查", "合格")
    assert told["处理意见"].startswith("续期至 ")


def test_a_clerk_applies_on_the_page(client, office):
    title, _ = started(office)
    turn = turn_of(title)
    sign_in(client, office.clerk)
    home = client.get(reverse("portal:home")).content.decode()
    assert "填写复验申请" in home

    page = client.get(url("reverification-apply", turn.pk)).content.decode()
    assert "data-draft" in page
    short = {"statement": "太短", "pledges": list(PLEDGES), "version": turn.version}
    refused = client.post(url("reverification-apply", turn.pk), short)
    assert "至少 100 字" in refused.content.decode()
    assert "太短" in refused.content.decode()
    client.post(url("reverification-apply", turn.pk), {**short, "statement": REPORT})

    assert turn_of(title).state == Reverification.State.APPLIED


def test_a_clerk_reads_the_figures_only_with_the_conclusion(client, office):
    title, _ = started(office)
    turn = inspected(title, office.clerk, total=91.25, at=timezone.now())
    sign_in(client, office.clerk)
    assert "91.25" not in client.get(turn.get_absolute_url()).content.decode()

    pass_reverification(turn, on=TODAY, actor=office.signer, at=timezone.now())

    assert "91.25" in client.get(turn.get_absolute_url()).content.decode()


def test_a_conclusion_asks_for_the_password_and_stands_beside_the_figures(client, office):
    title, _ = started(office)
    turn = inspected(title, office.clerk, at=timezone.now())
    address = url("reverification-conclude", turn.pk, "pass")
    sign_in(client, office.signer, confirmed=False)
    assert "请再次输入密码" in client.get(address).content.decode()

    sign_in(client, office.signer)
    page = client.get(address).content.decode()
    assert "92.00" in page
    assert "合格后有效期延长 5 年" in page
    client.post(address, {"on": TODAY.isoformat()})

    title.refresh_from_db()
    assert title.state == Designation.State.ACTIVE
    assert turn_of(title).state == Reverification.State.PASSED


def test_what_the_figures_forbid_cannot_be_pressed(client, office):
    title, _ = started(office)
    turn = inspected(title, office.clerk, vetoed=True, at=timezone.now())
    sign_in(client, office.signer)

    page = client.get(turn.get_absolute_url()).content.decode()

    assert "复验有一票否决情形，只能认定不合格。" in page
    forced = client.post(url("reverification-conclude", turn.pk, "pass"), {"on": DAY})
    assert "只能认定不合格" in forced.content.decode()


DAY = TODAY.isoformat()


def test_new_titles_are_named_by_one_decision_on_its_page(client, office):
    type(office.rule).objects.update(renewal="new_title")
    title, made = started(office)
    turn = inspected(title, office.clerk, at=timezone.now())
    pass_reverification(turn, on=TODAY, actor=office.signer, at=timezone.now())
    sign_in(client, office.signer)
    assert "等待续期决定" in client.get(made.get_absolute_url()).content.decode()

    form = {"heading": "续期决定", "document_no": "示例〔2026〕5号", "decided_on": DAY}
    client.post(url("reverification-renewals", made.pk), {**form, "turns": [turn.pk]})

    title.refresh_from_db()
    assert title.superseded_by.document_no == "示例〔2026〕5号"
