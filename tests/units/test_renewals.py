"""What a passed 复验 does: the longer term or the new title that the rule asks for."""

from datetime import date, timedelta

import pytest

from portal.errors import Refused
from tests.factories import (
    NOON,
    TODAY,
    make_rule,
)
from tests.units.follow_up import (
    ENDS,
    call,
    inspected,
    make_ending,
    make_signer,
    mended,
    turn_of,
)
from units.models import DecisionLine, Designation, NamingDecision, Reverification
from units.operations.rectifications import close_out, fail_rectification
from units.operations.reverification_rounds import call_round, close_round
from units.operations.reverifications import (
    confirm_renewals,
    decide_renewals,
    pass_reverification,
    rectify_reverification,
)
from units.operations.title_clock import mark_expired

pytestmark = pytest.mark.django_db
State, TitleState = Reverification.State, Designation.State


@pytest.fixture
def office(cast):
    """The cast with a signing officer of the city and a rule that lengthens by five years."""
    cast.signer, cast.rule = make_signer(cast.city), make_rule()
    return cast


def test_a_title_is_renewed_twice_and_every_past_day_keeps_its_term(office):
    title = make_ending(office.one)
    call(office.signer)
    turn = inspected(title, office.clerk)
    pass_reverification(turn, on=TODAY, document_no="示例〔2026〕1号", actor=office.signer, at=NOON)
    later, day = NOON + timedelta(days=1830), TODAY + timedelta(days=1830)
    period = {"ends_from": date(2031, 7, 1), "ends_before": date(2032, 7, 1)}
    times = {"opens_on": day, "due_on": day + timedelta(days=30), "year": 2031}
    values = {"title": "2031 年度复验", "region": office.city, "level": "city"}
    call_round({**values, **period, **times}, actor=office.signer, at=later)
    again = inspected(title, office.clerk, at=later)
    pass_reverification(again, on=day, actor=office.signer, at=later)

    title.refresh_from_db()
    assert (title.state, title.ends_on) == (TitleState.ACTIVE, date(2037, 1, 1))
    assert turn_of(title).renewed == title
    ends = [
        Designation.objects.with_end_on(each).get().ends_then
        for each in (date(2026, 11, 1), date(2027, 6, 1), day)
    ]
    assert ends == [date(2027, 1, 1), date(2032, 1, 1), date(2037, 1, 1)]
    labels = list(title.events.order_by("pk").values_list("label", flat=True))
    assert labels == ["转入复验", "续期", "转入复验", "续期"]


def test_a_title_whose_term_ran_out_in_the_middle_is_renewed_from_its_old_end(office):
    title = make_ending(office.one)
    call(office.signer)
    turn = inspected(title, office.clerk)
    mark_expired(ENDS, NOON)

    at = NOON + timedelta(days=60)
    pass_reverification(turn, on=ENDS + timedelta(days=3), actor=office.signer, at=at)

    title.refresh_from_db()
    assert (title.state, title.ends_on) == (TitleState.ACTIVE, date(2032, 1, 1))


def test_where_the_rule_asks_for_a_new_title_one_decision_names_them(office):
    type(office.rule).objects.update(renewal="new_title")
    titles = [make_ending(office.one), make_ending(office.other)]
    made = call(office.signer)
    clerks = [office.clerk, office.other_clerk]
    for title, clerk in zip(titles, clerks, strict=True):
        turn = inspected(title, clerk)
        pass_reverification(turn, on=TODAY, actor=office.signer, at=NOON)
    turns = [turn_of(each) for each in titles]
    papers = {"document_no": "呼民委发[2026]9", "decided_on": TODAY, "heading": "续期决定"}

    decision = decide_renewals(made, turns, **papers, actor=office.signer, at=NOON)

    assert (decision.kind, decision.state) == (NamingDecision.Kind.RENEWAL, "applied")
    assert {each.effect for each in decision.lines.all()} == {DecisionLine.Effect.RENEW}
    for title in titles:
        title.refresh_from_db()
        new = title.superseded_by
        assert (title.state, new.state) == (TitleState.RENEWED, TitleState.ACTIVE)
        assert (new.starts_on, new.ends_on) == (TODAY, date(2031, 11, 22))
        assert new.document_no == "呼民委发〔2026〕9号"
        assert turn_of(title).renewed == new
        assert not Designation.objects.in_force(TODAY).filter(pk=title.pk).exists()


def test_a_decision_with_a_number_used_before_is_refused_whole(office):
    type(office.rule).objects.update(renewal="new_title")
    title = make_ending(office.one)
    made = call(office.signer)
    turn = inspected(title, office.clerk)
    pass_reverification(turn, on=TODAY, actor=office.signer, at=NOON)
    papers = {"document_no": "呼民委发〔2026〕9号", "decided_on": TODAY, "heading": "续期决定"}
    NamingDecision.objects.create(
        kind="naming",
        region=office.city,
        title="x",
        document_no="呼民委发〔2026〕9号",
        decided_on=TODAY,
        created_at=NOON,
        created_by=office.signer,
    )

    with pytest.raises(Refused, match="已用于另一份决定"):
        decide_renewals(made, [turn_of(title)], **papers, actor=office.signer, at=NOON)

    title.refresh_from_db()
    assert title.state == TitleState.REVERIFYING


def test_a_title_rectified_and_then_renewed(office):
    title = make_ending(office.one)
    call(office.signer)
    turn = inspected(title, office.clerk, total=80)
    act = {"actor": office.signer, "at": NOON}
    ordered = rectify_reverification(turn, items=["档案不全"], note="得分不足", on=TODAY, **act)
    title.refresh_from_db()
    assert (title.state, ordered.due_on) == (TitleState.RECTIFYING, TODAY + timedelta(days=90))
    with pytest.raises(Refused, match="整改还没有销号"):
        pass_reverification(turn_of(title), on=TODAY, **act)

    close_out(mended(ordered, office.clerk), on=TODAY, actor=office.city_officer, at=NOON)
    title.refresh_from_db()
    assert title.state == TitleState.REVERIFYING
    pass_reverification(turn_of(title), on=TODAY, **act)

    title.refresh_from_db()
    assert (title.state, title.ends_on) == (TitleState.ACTIVE, date(2032, 1, 1))


def test_a_failed_rectification_fails_the_reverification_it_came_from(office):
    title = make_ending(office.one)
    call(office.signer)
    turn = inspected(title, office.clerk, total=80)
    act = {"actor": office.signer, "at": NOON}
    ordered = rectify_reverification(turn, items=["档案不全"], note="得分不足", on=TODAY, **act)

    fail_rectification(ordered, note="逾期未整改", **act)

    assert turn_of(title).state == State.FAILED
    assert turn_of(title).concluded_by == office.signer


def test_a_look_after_a_unit_changed_leaves_the_term_alone(office):
    title = make_ending(office.one, ends_on=date(2029, 1, 1), state=TitleState.REVERIFYING)
    call(office.signer)

    turn = inspected(title, office.clerk)
    assert not turn.renews
    pass_reverification(turn, on=TODAY, actor=office.signer, at=NOON)

    title.refresh_from_db()
    assert (title.state, title.ends_on) == (TitleState.ACTIVE, date(2029, 1, 1))


def test_the_rule_of_the_day_a_turn_was_called_stays_with_it(office):
    title = make_ending(office.one)
    call(office.signer)
    type(office.rule).objects.update(ends_on=TODAY)
    make_rule(term_years=3)

    pass_reverification(inspected(title, office.clerk), on=TODAY, actor=office.signer, at=NOON)

    title.refresh_from_db()
    assert title.ends_on == date(2032, 1, 1)


def test_titles_that_were_lengthened_get_one_decision_as_their_paper(office):
    titles = [make_ending(office.one), make_ending(office.other)]
    made, clerks = call(office.signer), [office.clerk, office.other_clerk]
    for title, clerk in zip(titles, clerks, strict=True):
        turn = inspected(title, clerk)
        pass_reverification(turn, on=TODAY, actor=office.signer, at=NOON)
    waiting = Reverification.objects.awaiting_paper()
    assert waiting.count() == 2

    papers = {"document_no": "呼民委发[2026]12", "decided_on": TODAY, "heading": "续期决定"}
    act = {"actor": office.signer, "at": NOON}
    decision = confirm_renewals(made, list(waiting), **papers, **act)

    assert {each.designation for each in decision.lines.all()} == set(titles)
    assert not Reverification.objects.awaiting_paper().exists()
    for title in titles:
        title.refresh_from_db()
        assert (title.ends_on, title.superseded_by) == (date(2032, 1, 1), None)
        assert title.events.get(verb="renew").document_no == "呼民委发〔2026〕12号"
    with pytest.raises(Refused, match="已经出过续期决定"):
        confirm_renewals(made, [turn_of(titles[0])], **papers, **act)


def test_a_number_given_with_the_conclusion_is_its_paper(office):
    title = make_ending(office.one)
    call(office.signer)
    turn = inspected(title, office.clerk)

    pass_reverification(turn, on=TODAY, document_no="示例[2026]8", actor=office.signer, at=NOON)

    assert turn_of(title).document_no == "示例〔2026〕8号"
    assert not Reverification.objects.awaiting_paper().exists()


def test_a_title_revoked_while_it_waits_for_its_decision_keeps_no_round_open(office):
    type(office.rule).objects.update(renewal="new_title")
    title = make_ending(office.one)
    made = call(office.signer)
    pass_reverification(inspected(title, office.clerk), on=TODAY, actor=office.signer, at=NOON)
    Designation.objects.filter(pk=title.pk).update(state="revoked")

    close_round(made, version=made.version, note="示例", actor=office.signer, at=NOON)

    made.refresh_from_db()
    assert made.closed_at == NOON
