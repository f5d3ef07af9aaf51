"""The unit register: entering a unit, putting it right, and what is refused."""

from datetime import date

import pytest
from stdnum.cn import uscc

from portal.errors import Refused
from portal.models import AuditEvent
from portal.versions import Stale
from tests.factories import NOON, make_category
from units.models import Category, Unit, UnitEvent
from units.operations.registry import correct_unit, edit_contact, register_unit

CODE = "91150702MA0N1ABC0F"


def valid_code():
    """A credit code with a right check digit, computed so that no real one is named."""
    return CODE[:17] + uscc.calc_check_digit(CODE[:17])


def values(region, name="示例新嘎查", **more):
    return {"name": name, "region": region, "category": make_category(), **more}


def test_registering_writes_unit_spell_event_and_audit_line(cast):
    unit = register_unit(
        values(cast.east_sumu), actor=cast.east_officer, at=NOON, on=date(2020, 5, 1)
    )

    spell, event = unit.spells.get(), unit.events.get()
    assert (spell.name, spell.starts_on, spell.ends_on) == ("示例新嘎查", date(2020, 5, 1), None)
    assert (event.kind, event.happened_on) == ("register", date(2020, 5, 1))
    assert event.after["region"] == cast.east_sumu.pk
    line = AuditEvent.objects.about(unit).get()
    assert (line.actor, line.action) == (cast.east_officer, "unit.register")
    assert line.after["行政区划"] == "东苏木"


def test_a_unit_elsewhere_is_refused_and_not_written(cast):
    with pytest.raises(Refused, match="没有保存任何内容"):
        register_unit(values(cast.west), actor=cast.east_officer, at=NOON)

    assert not Unit.objects.filter(name="示例新嘎查").exists()


@pytest.mark.parametrize(
    ("code", "sentence"), [("123", "应为 18 位"), ("91150702MA0N1ABC0X", "校验码不对")]
)
def test_a_wrong_credit_code_is_refused(cast, code, sentence):
    with pytest.raises(Refused, match=sentence):
        register_unit(values(cast.east, credit_code=code), actor=cast.city_officer, at=NOON)


def test_two_active_units_cannot_share_a_credit_code(cast):
    register_unit(values(cast.east, credit_code=valid_code()), actor=cast.city_officer, at=NOON)

    with pytest.raises(Refused, match="已登记在别的单位名下"):
        register_unit(
            values(cast.west, "示例别处", credit_code=valid_code()),
            actor=cast.city_officer,
            at=NOON,
        )


def test_tomorrow_is_not_a_day_of_registration(cast):
    with pytest.raises(Refused, match="在今天之后"):
        register_unit(values(cast.east), actor=cast.city_officer, at=NOON, on=date(2026, 11, 23))


def test_a_region_is_represented_by_one_unit_of_an_area_category(cast):
    area = make_category("示范旗县", scope=Category.Scope.AREA)
    plain = values(cast.east, represents=cast.east)
    with pytest.raises(Refused, match="类别应为"):
        register_unit(plain, actor=cast.city_officer, at=NOON)
    with pytest.raises(Refused, match="与所代表的地区相同"):
        register_unit(
            {**plain, "category": area, "region": cast.west}, actor=cast.city_officer, at=NOON
        )

    register_unit({**plain, "category": area}, actor=cast.city_officer, at=NOON)
    with pytest.raises(Refused, match="同一地区只登记一个"):
        register_unit({**plain, "category": area}, actor=cast.city_officer, at=NOON)


def test_a_correction_changes_the_present_spell_in_place(cast):
    correct_unit(
        cast.one, {"name": "示例东噶查"}, actor=cast.east_officer, at=NOON, version=1, note="错字"
    )

    assert cast.one.spells.get().name == "示例东噶查"
    event = cast.one.events.get()
    assert event.kind == UnitEvent.Kind.CORRECT
    assert (event.before, event.after) == ({"name": "示例东嘎查"}, {"name": "示例东噶查"})
    assert Unit.objects.get(pk=cast.one.pk).name_key == "示例东噶查"


def test_the_second_corrector_gets_the_row_as_it_stands_and_overwrites_nothing(cast):
    mine = Unit.objects.get(pk=cast.one.pk)
    correct_unit(cast.one, {"address": "甲路"}, actor=cast.east_officer, at=NOON, version=1)

    with pytest.raises(Stale) as stale:
        correct_unit(mine, {"address": "乙路"}, actor=cast.city_officer, at=NOON, version=1)

    assert stale.value.current.address == "甲路"
    assert Unit.objects.get(pk=cast.one.pk).address == "甲路"


def test_a_correction_cannot_put_a_unit_out_of_the_officers_sight(cast):
    with pytest.raises(Refused, match="没有保存任何内容"):
        correct_unit(cast.one, {"region": cast.west}, actor=cast.east_officer, at=NOON, version=1)

    assert Unit.objects.get(pk=cast.one.pk).region == cast.east_sumu


def test_the_clerk_keeps_the_contact_up_to_date_and_the_audit_line_holds_no_phone(cast):
    contact = {"contact_name": "", "contact_post": "文书", "contact_phone": "0470-0000000"}

    edit_contact(cast.one, contact, actor=cast.clerk, at=NOON, version=1)

    assert Unit.objects.get(pk=cast.one.pk).contact_phone == "0470-0000000"
    line = AuditEvent.objects.about(cast.one).get()
    assert "0470" not in str((line.before, line.after, line.note))
    with pytest.raises(Refused, match="只有本单位填报员"):
        edit_contact(cast.one, contact, actor=cast.other_clerk, at=NOON, version=2)
