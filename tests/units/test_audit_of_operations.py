"""As many acts in the log as acts that happened: no more, no fewer, and none that was refused."""

import os
import random
from collections import Counter
from datetime import date, timedelta

from portal.errors import Refused
from portal.models import AuditEvent, User
from portal.operations.accounts import create_account, disable, edit_account, enable, grant
from portal.sealing import seal_all
from portal.verifying import verify
from portal.versions import Stale
from tests.factories import NOON, make_category, make_kind, make_user
from units.models import Designation, DesignationEvent, Level, Unit, UnitEvent
from units.operations.changes import close_unit, rename_unit, transfer_unit
from units.operations.registry import CONTACT, edit_contact, register_unit
from units.operations.titles import add_designation, move_designation

ROUNDS = 5000 if os.environ.get("FULL") else 150


class City:
    """Random acts of random people, most of them possible, some of them not."""

    def __init__(self, cast, dice):
        self.dice, self.cast, self.expected, self.refused = dice, cast, Counter(), 0
        self.regions = [cast.east, cast.west, cast.east_sumu]
        self.officers = [cast.city_officer, cast.east_officer, cast.west_officer]
        self.system = make_user(User.Role.SYSTEM_ADMIN, cast.city)
        self.security = make_user(User.Role.SECURITY_ADMIN, cast.city)
        self.kind, self.category = make_kind(), make_category()
        self.acts = [getattr(self, name) for name in sorted(vars(City)) if name.startswith("do_")]

    def round(self, number):
        """One act: its lines, or nothing at all."""
        before = counts()
        try:
            expected = self.dice.choice(self.acts)(number)
        except (Refused, Stale):
            self.refused += 1
            assert counts() == before, "a refused act left something behind"
        else:
            self.expected.update(expected)

    def who(self):
        return {"actor": self.dice.choice(self.officers), "at": NOON + timedelta(days=5000)}

    def unit(self):
        return self.dice.choice(list(Unit.objects.order_by("pk")))

    def title(self):
        return self.dice.choice(list(Designation.objects.order_by("pk")) or [None])

    def day(self):
        return date(2026, 1, 1) + timedelta(days=self.dice.randrange(3000))

    def do_register(self, number):
        region = self.dice.choice(self.regions)
        values = {"name": f"示例新单位{number}", "region": region, "category": self.category}
        register_unit(values, **self.who())
        return {"unit.register": 1}

    def do_rename(self, number):
        rename_unit(self.unit(), f"示例改名{number % 40}", on=self.day(), **self.who())
        return {"unit.rename": 1}

    def do_transfer(self, number):
        to = self.dice.choice(self.regions)
        transfer_unit(self.unit(), to=to, on=self.day(), **self.who())
        return {"unit.transfer": 1}

    def do_contact(self, number):
        unit, version = self.unit(), self.dice.choice([0, 0, 0, 1])
        values = dict.fromkeys(CONTACT, f"示例{number}")
        edit_contact(unit, values, version=unit.version - version, **self.who())
        return {"unit.edit_contact": 1}

    def do_close(self, number):
        if number % 5:
            return {}
        moved = DesignationEvent.objects.count()
        close_unit(self.unit(), on=self.day(), **self.who())
        return {"unit.close": 1, "titles": DesignationEvent.objects.count() - moved}

    def do_title(self, number):
        values = {
            "unit": self.unit(),
            "level": self.dice.choice(list(Level)),
            "kind": self.kind,
            "named_year": self.dice.randrange(2019, 2026),
        }
        add_designation(values, **self.who())
        return {"designation.add": 1}

    def do_move(self, number):
        title = self.title()
        if title is None:
            return {}
        verb = self.dice.choice(["reverify", "restore", "revoke", "withdraw"])
        note = self.dice.choice(["示例原因", ""])
        move_designation(verb, title, on=self.day(), note=note, **self.who())
        return {"titles": 1}

    def do_account(self, number):
        who = {"actor": self.dice.choice([self.system, self.security]), "at": NOON}
        region = self.dice.choice(self.regions)
        role = self.dice.choice([User.Role.OFFICER, User.Role.SYSTEM_ADMIN])
        create_account(region=region, proposed_role=role, name=f"示例岗{number}", **who)
        return {"user.create": 1}

    def account(self):
        return self.dice.choice(list(User.objects.order_by("pk")))

    def do_grant(self, number):
        user = self.account()
        role, actor = user.proposed_role or User.Role.AUDITOR, self.security
        grant(user, role=role, region=user.region, may_sign=False, actor=actor, at=NOON)
        return {"user.grant": 1}

    def do_disable(self, number):
        disable(self.account(), actor=self.system, at=NOON, note="示例原因")
        return {"user.disable": 1}

    def do_enable(self, number):
        enable(self.account(), actor=self.system, at=NOON)
        return {"user.enable": 1}

    def do_edit(self, number):
        user, version = self.account(), self.dice.choice([0, 0, 1])
        fields = {"name": f"示例改{number}"}
        edit_account(
            user, version=user.version - version, fields=fields, actor=self.system, at=NOON
        )
        return {"user.edit": 1}


def counts():
    """Rows of everything these acts write."""
    tables = (AuditEvent, Unit, UnitEvent, Designation, DesignationEvent, User)
    return [table.objects.count() for table in tables]


def written():
    """Lines of the log by act; moves of titles together."""
    found = Counter(AuditEvent.objects.values_list("action", flat=True))
    moves = [act for act in found if act.startswith("designation.") and act != "designation.add"]
    found["titles"] = sum(found.pop(act) for act in moves)
    return found


def test_the_log_has_one_line_for_each_act_and_none_for_what_was_refused(cast, record_property):
    record_property("attempts", f"{ROUNDS} 次随机操作")
    city = City(cast, random.Random(2026))

    for number in range(ROUNDS):
        city.round(number)

    assert +written() == +city.expected
    assert city.refused > ROUNDS / 20
    assert len(+city.expected) > 8
    seal_all(NOON)
    assert verify().faults == []
