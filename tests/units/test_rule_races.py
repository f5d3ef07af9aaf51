"""A rule that is changed while somebody applies: judged as it stands, or not at all."""

import pytest

from portal.errors import Refused
from tests import factories as make
from tests.factories import NOON
from units import eligibility
from units.models import HonourRule
from units.operations import applications as act


@pytest.fixture
def batch(cast):
    return make.make_running_batch(cast.city)


def begin(cast, batch):
    way = {"category": cast.one.category, "body": make.make_body(cast.east)}
    return act.start_application(cast.one, batch, **way, actor=cast.clerk, at=NOON)


@pytest.fixture
def meanwhile(monkeypatch):
    """Something that happens to the rules right after somebody has read them."""
    read = eligibility.rule_of

    def happens(change):
        def once(*case):
            monkeypatch.setattr(eligibility, "rule_of", read)
            found = read(*case)
            change(HonourRule.objects.filter(pk=found.pk))
            return found

        monkeypatch.setattr(eligibility, "rule_of", once)

    return happens


def own_rule(cast, **fields):
    return make.make_rule(region=cast.city, category=cast.one.category, **fields)


def test_beginning_is_judged_by_the_rule_as_it_stands(cast, batch, meanwhile):
    own_rule(cast)
    meanwhile(lambda rules: rules.update(requires_level="county"))

    with pytest.raises(Refused, match="须先获得旗县级称号"):
        begin(cast, batch)


def test_choosing_is_judged_by_the_rule_as_it_stands(cast, batch, meanwhile):
    draft = make.make_application(cast.one, batch)
    own_rule(cast)
    meanwhile(lambda rules: rules.update(requires_level="county"))

    way = {"category": cast.one.category, "body": draft.body}
    with pytest.raises(Refused, match="须先获得旗县级称号"):
        act.choose_way(draft, **way, actor=cast.clerk, at=NOON)


def test_a_rule_that_has_just_gone_judges_nobody(cast, batch, meanwhile):
    own_rule(cast)
    meanwhile(lambda rules: rules.delete())

    with pytest.raises(Refused, match="评选条件刚刚有改动，没有开始申报"):
        begin(cast, batch)
