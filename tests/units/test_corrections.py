"""A wrong decision is put right by another: undone, its print corrected, a unit added."""

from datetime import date
from types import SimpleNamespace

import pytest

from portal.errors import Refused
from portal.models import AuditEvent, Notification
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.units.decided import PAPERS, make_draft, make_proposed
from units.deciding import printed_names
from units.models import Application, DecisionLine, Designation, NamingDecision
from units.operations import decisions as act
from units.operations.titles import correct_designation

A, E = Application.State, DecisionLine.Effect
LATER = {"title": "关于更正第七批命名决定的决定", "document_no": "呼民委发〔2026〕40号"}


@pytest.fixture
def city(cast):
    """A decision in force over two units, and one that was passed over."""
    units = [make.make_unit(cast.east_sumu, f"示例{name}村") for name in "甲乙丙"]
    batch, leaders, _ = make_proposed(cast.city, units[:2])
    passed = make.make_candidate(units[2], batch, 70, state=A.PASSED_OVER, reason="未达线")
    leader = {"actor": leaders[0], "at": NOON}
    decision = act.apply_decision(make_draft(batch, leaders[0]), **leader)
    Notification.objects.all().delete()
    return SimpleNamespace(
        cast=cast, batch=batch, units=units, passed=passed, leader=leader, decision=decision
    )


def correction(city, *lines, **papers):
    made = act.draft_correction(city.decision, {**PAPERS, **LATER, **papers}, **city.leader)
    for line in lines:
        act.add_line(made, {"reason": "录入有误", **line}, **city.leader)
    return made


def applied(city, *lines):
    return act.apply_decision(correction(city, *lines), **city.leader)


def title_of(unit):
    return Designation.objects.filter(unit=unit).order_by("-pk").first()


def test_a_naming_is_undone(city):
    made = applied(city, {"effect": E.VOID, "unit": city.units[0], "reason": "同名误命"})

    title, row = title_of(city.units[0]), Application.objects.get(unit=city.units[0])
    assert title.state == "voided"
    event = title.events.get(verb="void")
    assert (event.document_no, event.note) == ("呼民委发〔2026〕40号", "同名误命")
    assert (row.state, row.reason, row.designation) == (A.STRUCK, "同名误命", title)
    assert title_of(city.units[1]).state == "active"
    line = made.lines.get()
    assert (line.designation, line.unit_name) == (title, "示例甲村")
    told = Notification.objects.get()
    assert told.text.startswith("呼民委发〔2026〕40号取消了你单位“全市民族团结进步示范单位”的命名")


def test_a_printed_name_is_put_right_and_the_title_goes_on(city):
    title = title_of(city.units[0])
    assert printed_names([title]) == {title.pk: "示例甲村"}

    applied(city, {"effect": E.CORRECT, "unit": city.units[0], "unit_name": "示例甲嘎查"})

    title.refresh_from_db()
    assert title.state == "active"
    assert printed_names([title]) == {title.pk: "示例甲嘎查"}
    event = title.events.get(verb="correct_name")
    assert event.note == "名单上的“示例甲村”更正为“示例甲嘎查”：录入有误"
    line = AuditEvent.objects.get(action="designation.correct_name")
    assert (line.before, line.note) == ({"名称": "示例甲村"}, "录入有误")
    assert city.decision.lines.get(unit=city.units[0]).unit_name == "示例甲村"


def test_a_forgotten_unit_is_added_with_the_term_of_the_rule(city):
    applied(city, {"effect": E.NAME, "unit": city.units[2], "reason": "计分有误"})

    title, row = title_of(city.units[2]), Application.objects.get(pk=city.passed.pk)
    assert (title.batch, title.starts_on, title.ends_on) == (city.batch, TODAY, date(2031, 11, 22))
    assert title.document_no == "呼民委发〔2026〕40号"
    assert (row.state, row.designation, row.reason) == (A.NAMED, title, "计分有误")
    assert AuditEvent.objects.filter(action="application.reinstate").count() == 1


def test_one_that_never_applied_here_is_added_too(city):
    stranger = make.make_unit(city.cast.west, "示例丁村")

    applied(city, {"effect": E.NAME, "unit": stranger})

    title = title_of(stranger)
    assert (title.rule, title.title) == (city.batch.rule, "全市民族团结进步示范单位")


def test_one_named_by_mistake_may_be_named_again_later(city):
    applied(city, {"effect": E.VOID, "unit": city.units[0]})
    again = correction(
        city, {"effect": E.NAME, "unit": city.units[0]}, document_no="呼民委发〔2026〕41号"
    )
    act.apply_decision(again, **city.leader)

    states = Designation.objects.filter(unit=city.units[0]).order_by("pk")
    assert list(states.values_list("state", flat=True)) == ["voided", "active"]
    row = Application.objects.get(unit=city.units[0])
    assert (row.state, row.designation) == (A.NAMED, title_of(city.units[0]))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"effect": E.VOID, "unit": 2}, "没有“盟市级第七批”的称号"),
        ({"effect": E.CORRECT, "unit": 2, "unit_name": "x"}, "没有“盟市级第七批”的称号"),
        ({"effect": E.CORRECT, "unit": 0, "unit_name": "示例甲村"}, "名单上原来就印作“示例甲村”"),
        ({"effect": E.NAME, "unit": 0}, "的申报已命名，不能补充命名"),
        ({"effect": E.VOID, "unit": 0, "reason": "  "}, "请写明理由"),
        ({"effect": E.RENEW, "unit": 0}, "不能逐项添加"),
    ],
)
def test_what_a_correction_cannot_do_is_refused(city, line, sentence):
    made = correction(city)

    with pytest.raises(Refused, match=sentence):
        act.add_line(made, {"reason": "x", **line, "unit": city.units[line["unit"]]}, **city.leader)
    assert not made.lines.exists()


def test_a_unit_elsewhere_or_closed_is_not_added(city):
    foreign = make.make_unit(make.make_region("外旗"), "示例外村")
    closed = make.make_unit(city.cast.west, "示例旧村", closed_on=TODAY)
    made = correction(city)

    for unit, sentence in ((foreign, "“示例外村”不在呼伦贝尔市"), (closed, "已注销")):
        with pytest.raises(Refused, match=sentence):
            act.add_line(made, {"effect": E.NAME, "unit": unit, "reason": "x"}, **city.leader)


def test_a_unit_stands_once_in_a_correction_and_its_line_can_go(city):
    made = correction(city, {"effect": E.VOID, "unit": city.units[0]})
    with pytest.raises(Refused, match="在这份决定里已有一项"):
        act.add_line(made, {"effect": E.VOID, "unit": city.units[0], "reason": "x"}, **city.leader)

    act.drop_line(made, made.lines.get(), **city.leader)
    assert not made.lines.exists()
    with pytest.raises(Refused, match="名单是空的"):
        act.apply_decision(made, **city.leader)


def test_a_title_that_ended_meanwhile_stops_the_correction(city):
    made = correction(city, {"effect": E.VOID, "unit": city.units[0]})
    Designation.objects.filter(unit=city.units[0]).update(state="revoked")

    with pytest.raises(Refused, match="“示例甲村”的称号已经终止"):
        act.apply_decision(made, **city.leader)


def test_only_a_naming_in_force_is_corrected_and_its_list_never_edited(city):
    made = correction(city)
    with pytest.raises(Refused, match="只有已生效的命名决定可以更正"):
        act.draft_correction(made, {**PAPERS, **LATER, "document_no": "x"}, **city.leader)

    other, leaders, _ = make_proposed(
        city.cast.city, [make.make_unit(city.cast.west)], name="第八批"
    )
    draft = make_draft(other, leaders[0], document_no="示例8号")
    with pytest.raises(Refused, match="不能逐项添加"):
        act.add_line(draft, {"effect": E.NAME, "unit": city.units[2], "reason": "x"}, **city.leader)
    with pytest.raises(Refused, match="更正决定的事项逐项添加"):
        act.refresh_decision(made, **city.leader)


def test_a_correction_in_force_names_what_it_corrects(city):
    made = applied(city, {"effect": E.VOID, "unit": city.units[0]})

    assert list(city.decision.corrections.all()) == [made]
    line = AuditEvent.objects.filter(action="namingdecision.apply").order_by("-pk").first()
    assert line.after["更正"] == "呼民委发〔2026〕31号"
    assert NamingDecision.objects.get(pk=city.decision.pk).state == "applied"


def test_what_a_decision_says_of_a_title_is_not_corrected_by_hand(city):
    title = title_of(city.units[0])
    officer = {"actor": city.cast.city_officer, "at": NOON, "version": title.version}

    with pytest.raises(Refused, match="由命名决定产生，有效期至（不含）不能在这里改"):
        correct_designation(title, {"ends_on": date(2040, 1, 1)}, **officer)

    fresh = title_of(city.units[0])
    correct_designation(fresh, {"remark": "示例备注"}, **officer)
    assert title_of(city.units[0]).remark == "示例备注"


def test_the_page_of_a_title_leads_to_the_decision_that_made_it(city, client):
    title = title_of(city.units[0])
    client.force_login(city.cast.east_officer)
    text = client.get(title.get_absolute_url()).content.decode()

    assert city.decision.get_absolute_url() in text
    assert "作废（录入错误）" not in text
