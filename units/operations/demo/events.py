"""Some forty changes of the invented units and moves of their titles, by the real operations."""

from datetime import timedelta

from portal.errors import Refused
from portal.models import Region, User
from units.models import Designation, ExitCase, Unit, UnitEvent
from units.operations.changes import close_unit, rename_unit, transfer_unit
from units.operations.demo.names import WORDS
from units.operations.exits import revoke_title, withdraw_title
from units.operations.mergers import merge_unit, split_unit

Effect, Ground = UnitEvent.Effect, ExitCase.Ground
SIGNER = "shi-qianfa"


class Life:
    """What happens to units and titles; a day that does not fit is left out."""

    def __init__(self, dice, *, actor, on, at):
        self.dice, self.on = dice, on
        self.who = {"actor": actor, "at": at}
        rows = Unit.objects.filter(represents=None).select_related("region", "category")
        self.units = list(rows.order_by("pk"))
        self.dice.shuffle(self.units)

    def go_on(self):
        """Everything, in an order that leaves no contradiction."""
        self._each(16, self._rename)
        self._each(8, self._transfer)
        self._each(6, self._merge)
        self._each(2, self._split)
        self._each(4, self._close)
        self._each(4, self._rename_again)
        signer = User.objects.select_related("region").get(username=SIGNER)
        self.decider = {"actor": signer, "at": self.who["at"]}
        self._end(7, self._leave)
        self._end(6, self._revoke)

    def _each(self, count, act):
        done = 0
        while done < count and self.units:
            done += self._tried(act, self.units.pop())

    def _tried(self, act, *subjects):
        try:
            act(*subjects)
        except Refused:
            return False
        return True

    def _papers(self, kind):
        day = self.on - timedelta(days=self.dice.randint(20, 1500))
        number = self.dice.randint(1, 60)
        return {"on": day, "document_no": f"示例政发〔{day.year}〕示例{number}号", **self.who}

    def _rename(self, unit):
        word = self.dice.choice(WORDS)
        rename_unit(unit, unit.name.replace("示例", f"示例{word}", 1), **self._papers("rename"))

    def _rename_again(self, unit):
        self._rename(unit)
        later = {**self._papers("rename"), "on": self.on - timedelta(days=9)}
        rename_unit(unit, unit.name.replace("示例", "示例新", 1), effect=Effect.REVERIFY, **later)

    def _transfer(self, unit):
        if unit.region.level != Region.Level.TOWNSHIP:
            raise Refused("只划转乡镇一级的演示单位。")
        beside = unit.region.parent.children.exclude(pk=unit.region_id).order_by("code")
        transfer_unit(unit, to=self.dice.choice(list(beside)), **self._papers("transfer"))

    def _merge(self, unit):
        into = next(each for each in self.units if each.category_id == unit.category_id)
        papers = self._papers("merge")
        if not unit.designations.in_force(papers["on"]).exists():
            raise Refused("只并入有称号的演示单位。")
        merge_unit(unit, into=into, effect=self.dice.choice(list(Effect)), **papers)

    def _split(self, unit):
        part = {"name": f"{unit.name}分部", "region": unit.region, "category": unit.category}
        split_unit(unit, [part], **self._papers("split"))

    def _close(self, unit):
        close_unit(unit, note="机构撤销", **self._papers("close"))

    def _end(self, count, act):
        held = Designation.objects.filter(unit__closed_on=None).in_force(self.on)
        titles = held.select_related("unit__region", "unit__category", "kind").order_by("pk")
        for title in self.dice.sample(list(titles), count):
            day = self.on - timedelta(days=self.dice.randint(1, 60))
            number = f"呼民委发〔{day.year}〕示例{title.pk}号"
            papers = {"document_no": number, "decided_on": day, "happened_on": day}
            self._tried(act, title, {**papers, **self.decider})

    def _leave(self, title, papers):
        withdraw_title(title, note="单位自愿退出", **papers)

    def _revoke(self, title, papers):
        ground = self.dice.choice([Ground.FRAUD, Ground.HARM, Ground.DEVIATION])
        revoke_title(title, ground=ground, note=f"示例：{ground.label}", **papers)
