"""自查 on the home page: what a clerk has to do, what was handed in, how far rounds are."""

import pytest
import time_machine

from evaluations.models import SelfCheck, SelfCheckRound
from evaluations.operations.hand_in import submit_check
from tests.evaluations.factories import make_answer, make_check, make_edition, make_round
from tests.factories import NOON

S = SelfCheck.State


@pytest.fixture
def round(cast):
    return make_round(cast.city, make_edition(cast.city), created_by=cast.city_officer)


@pytest.fixture
def checks(cast, round):
    """In the east one not started; in the west one handed in."""
    west = {"state": S.SUBMITTED, "submitted_at": NOON, "self_total": 88}
    return {"one": make_check(cast.one, round), "west": make_check(cast.other, round, **west)}


def get(client, user, url):
    client.force_login(user)
    with time_machine.travel(NOON, tick=False):
        return client.get(url)


def test_a_clerk_is_told_what_to_do_now(client, cast, round, checks):
    page = get(client, cast.clerk, "/").content.decode()

    assert "现在要做什么" in page and "开始填报" in page and "还有 10 天" in page
    assert f"/evaluations/self-checks/{checks['one'].pk}/fill/" in page


def hand_in(check, clerk):
    for code in ("1.1", "1.2"):
        make_answer(check, code, clerk, value={"points": "30"}, claimed=30)
    veto = check.edition.indicators.get(kind="veto").code
    make_answer(check, veto, clerk, value={"hit": False}, claimed=None)
    return submit_check(check, actor=clerk, at=NOON)


def test_a_receipt_stays_on_the_clerks_home_page_until_the_round_is_over(
    client, cast, round, checks
):
    receipt = hand_in(checks["one"], cast.clerk)
    home = get(client, cast.clerk, "/").content.decode()
    read = get(client, cast.clerk, checks["one"].get_absolute_url()).content.decode()
    others = get(client, cast.other_clerk, "/").content.decode()
    SelfCheckRound.objects.update(closed_at=NOON)
    over = get(client, cast.clerk, "/").content.decode()

    assert receipt.number in home and receipt.get_absolute_url() in home
    assert read.index(receipt.number) < read.index("自评")
    assert receipt.number not in others and receipt.number not in over


def test_a_returned_self_check_has_no_receipt_to_show(client, cast, round, checks):
    hand_in(checks["one"], cast.clerk)
    SelfCheck.objects.filter(pk=checks["one"].pk).update(state=S.RETURNED)

    page = get(client, cast.clerk, "/").content.decode()

    assert "已提交的自查" not in page and "修改后再提交" in page


def test_an_office_sees_how_far_its_rounds_are(client, cast, round, checks):
    page = get(client, cast.city_officer, "/").content.decode()

    assert "自查进度" in page and "1 / 2" in page
