"""撤销 and 退出: by decision, with what follows from it."""

from datetime import date

import pytest

from portal.errors import Refused
from portal.models import AuditEvent
from tests.factories import NOON, TODAY, make_batch, make_rule, make_unit
from tests.units.follow_up import call, inspected, make_ending, make_signer, order, turn_of
from units.models import Designation, ExitCase, ExitRequest, NamingDecision, Rectification
from units.operations.changes import close_unit
from units.operations.exits import (
    accept_exit,
    ask_exit,
    refuse_exit,
    return_plaque,
    revoke_title,
    take_back_exit,
)
from units.operations.reverifications import fail_reverification
from units.operations.titles import void_designation

pytestmark = pytest.mark.django_db
Ground, State = ExitCase.Ground, Designation.State


@pytest.fixture
def office(cast):
    cast.signer = make_signer(cast.city)
    cast.rule = make_rule(ban_years=3, ban_years_fraud=5, plaque_recovery_days=15)
    cast.title = make_ending(cast.one)
    return cast


def revoke(office, title=None, ground=Ground.HARM, **more):
    told = {
        "document_no": "呼民委发[2026]31",
        "decided_on": TODAY,
        "happened_on": TODAY,
        "note": "示例事实",
        "actor": office.signer,
        "at": NOON,
        **more,
    }
    return revoke_title(title or office.title, ground=ground, **told)


@pytest.mark.parametrize(
    ("ground", "again"),
    [(Ground.HARM, date(2029, 11, 22)), (Ground.FRAUD, date(2031, 11, 22))],
)
def test_a_revocation_ends_the_title_and_counts_the_ban_and_the_plaques_days(office, ground, again):
    case = revoke(office, ground=ground)

    office.title.refresh_from_db()
    assert office.title.state == State.REVOKED
    assert not Designation.objects.in_force(TODAY).exists()
    assert case.reapply_from == again
    assert case.plaque_due_on == date(2026, 12, 11)  # 15 working days from Monday
    decision = case.decision
    assert (decision.kind, decision.document_no) == ("revocation", "呼民委发〔2026〕31号")
    assert decision.lines.get().designation == office.title
    assert ExitCase.objects.banning(TODAY).exists()
    assert not ExitCase.objects.banning(again).exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"document_no": " "}, "请填写决定文号"),
        ({"note": ""}, "写明撤销的事实"),
        ({"ground": Ground.VOLUNTARY}, "请办理退出"),
        ({"decided_on": date(2026, 11, 23), "happened_on": date(2026, 11, 23)}, "在今天之后"),
        ({"happened_on": date(2026, 11, 21)}, "早于决定日期"),
    ],
)
def test_a_revocation_without_its_papers_is_refused(office, more, sentence):
    with pytest.raises(Refused, match=sentence):
        revoke(office, **more)

    office.title.refresh_from_db()
    assert office.title.state == State.ACTIVE
    assert not NamingDecision.objects.exists()


def test_only_a_signing_officer_of_the_naming_tier_revokes(office):
    for actor in (office.city_officer, make_signer(office.east)):
        with pytest.raises(Refused, match="签发人员决定"):
            revoke(office, actor=actor)


def test_a_number_serves_one_decision(office):
    other = make_ending(office.other)
    revoke(office)

    with pytest.raises(Refused, match="已用于另一份决定"):
        revoke(office, other)

    other.refresh_from_db()
    assert other.state == State.ACTIVE


def test_a_number_that_a_batch_has_ends_no_title(office):
    batch = make_batch("第六批", region=office.city, document_no="呼民委发〔2026〕31号")
    make_batch("第二批", region=office.province, document_no="呼民委发〔2026〕32号")

    with pytest.raises(Refused, match=f"已用于“{batch}”，请核对；没有作出决定，称号没有变动"):
        revoke(office)

    assert not NamingDecision.objects.exists()
    assert revoke(office, document_no="呼民委发〔2026〕32号")  # another office counts by itself


def test_a_title_that_failed_and_was_then_revoked(office):
    call(office.signer)
    turn = inspected(office.title, office.clerk, vetoed=True)
    fail_reverification(turn, note="有否决情形", on=TODAY, actor=office.signer, at=NOON)

    case = revoke(office, turn_of(office.title).designation, ground=Ground.FAILED)

    office.title.refresh_from_db()
    assert (office.title.state, case.get_ground_display()) == (State.REVOKED, "复验不合格")


def test_what_is_open_about_a_revoked_title_ends_with_it(office):
    made = order(office.title, office.signer)
    request = ask_exit(office.title, reason="不再保留", actor=office.clerk, at=NOON)

    revoke(office)

    made.refresh_from_db(), request.refresh_from_db()
    assert (made.state, request.state) == (Rectification.State.ENDED, ExitRequest.State.ENDED)


def test_a_unit_asks_to_leave_and_the_office_lets_it_go_without_a_ban(office):
    request = ask_exit(office.title, reason="单位转型", actor=office.clerk, at=NOON)
    with pytest.raises(Refused, match="没有重复提出"):
        ask_exit(office.title, reason="再提", actor=office.clerk, at=NOON)
    papers = {"document_no": "示例〔2026〕8号", "decided_on": TODAY, "happened_on": TODAY}

    case = accept_exit(request, **papers, answer="同意", actor=office.signer, at=NOON)

    office.title.refresh_from_db()
    assert (office.title.state, case.reapply_from) == (State.WITHDRAWN, None)
    assert (case.ground, case.decision.kind) == (Ground.VOLUNTARY, "withdrawal")
    request.refresh_from_db()
    assert request.state == ExitRequest.State.ACCEPTED


def test_an_exit_is_asked_for_by_the_units_own_clerk_alone(office):
    for actor in (office.other_clerk, office.signer):
        with pytest.raises(Refused, match="填报员提出"):
            ask_exit(office.title, reason="x", actor=actor, at=NOON)


def test_a_request_taken_back_or_refused_leaves_the_title(office):
    request = ask_exit(office.title, reason="单位转型", actor=office.clerk, at=NOON)
    take_back_exit(request, actor=office.clerk, at=NOON)
    again = ask_exit(office.title, reason="单位转型", actor=office.clerk, at=NOON)

    refuse_exit(again, answer="请先完成整改", actor=office.signer, at=NOON)

    office.title.refresh_from_db()
    assert office.title.state == State.ACTIVE
    assert AuditEvent.objects.filter(action__startswith="exitrequest.").count() == 4


def test_the_plaque_comes_back_once_and_not_before_the_end(office):
    case = revoke(office)
    act = {"version": 1, "actor": office.city_officer, "at": NOON}
    with pytest.raises(Refused, match="收回日期应在"):
        return_plaque(case, on=date(2026, 11, 1), **act)

    return_plaque(case, on=TODAY, **act)

    assert not ExitCase.objects.plaque_missing().exists()
    with pytest.raises(Refused, match="没有重复登记"):
        return_plaque(ExitCase.objects.get(), on=TODAY, **{**act, "version": 2})


def test_a_unit_that_is_no_more_leaves_a_plaque_and_no_ban(office):
    close_unit(office.one, actor=office.city_officer, at=NOON, on=TODAY)

    case = ExitCase.objects.get()
    assert (case.ground, case.decision, case.reapply_from) == (Ground.DISSOLVED, None, None)
    assert case.plaque_due_on == date(2026, 12, 11)


def test_a_title_that_a_decision_made_is_not_voided_by_hand(office):
    unit = make_unit(office.east)
    title = make_ending(unit)
    decision = NamingDecision.objects.create(
        kind="naming",
        region=office.city,
        title="命名决定",
        document_no="示例1号",
        decided_on=TODAY,
        created_at=NOON,
        created_by=office.signer,
    )
    decision.lines.create(
        effect="name", unit=unit, designation=title, position=1, unit_name="x", region_name="x"
    )

    with pytest.raises(Refused, match="以更正决定取消命名"):
        void_designation(title, actor=office.city_officer, at=NOON, on=TODAY, note="录错")
