"""What every form shares: how it asks for what is missing, and how a day may be written."""

from datetime import date

import pytest
from django import forms

from portal.forms.base import DayField, OnceForm
from portal.widgets import RegionField


class Sample(OnceForm):
    days = forms.IntegerField(label="天数")
    on = DayField(label="日期")
    kind = forms.ChoiceField(label="种类", choices=[("a", "甲")])
    region = RegionField(label="地区")

    def prepare(self):
        self.fields["region"].scope_to(self.user)


def test_what_is_typed_is_to_be_filled_in_and_what_is_listed_to_be_chosen(cast):
    errors = Sample({}, user=cast.city_officer).errors

    assert {name: told[0] for name, told in errors.items()} == {
        "days": "请填写天数。",
        "on": "请填写日期。",
        "kind": "请选择种类。",
        "region": "请选择地区。",
    }


@pytest.mark.parametrize("typed", ["2026-11-22", "2026年11月22日", " 2026.11.22 "])
def test_a_day_is_read_as_people_write_it(typed):
    assert DayField().clean(typed) == date(2026, 11, 22)


def test_a_month_alone_is_no_day():
    with pytest.raises(forms.ValidationError, match="请写到日"):
        DayField().clean("2026年11月")
