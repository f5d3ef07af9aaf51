"""Some forty changes of the invented units and moves of their titles, by the real operations."""

from datetime import timedelta

from portal.errors import Refused
from portal.models import Region
from units.models import Designation, Unit, UnitEvent
from units.operations.changes import close_unit, rename_unit, transfer_unit
from units.operations.demo.names import WORDS
from units.operations.mergers import merge_unit, split_unit
from units.operations.titles import move_designation

Effect = UnitEvent.Effect
MOVES = [
    ("reverify", 14, "到期前复验"),
    ("withdraw", 7, "单位自愿退出"),
    ("revoke", 6, "示例：弄虚作假"),
]


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
        for verb, count, reason in MOVES:
            self._move(verb, count, reason)

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

    def _move(self, verb, count, reason):
        held = Designation.objects.filter(unit__closed_on=None).in_force(self.on)
        soonest = held.filter(state=Designation.State.ACTIVE).select_related("unit__region")
        titles = list(soonest.order_by("ends_on", "pk"))
        chosen = titles[: count * 3 : 3] if verb == "reverify" else self.dice.sample(titles, count)
        for title in chosen:
            day = self.on - timedelta(days=self.dice.randint(1, 60))
            papers = {"document_no": f"呼民委发〔{day.year}〕示例{title.pk}号", "note": reason}
            self._tried(
                lambda t=title, p=papers, d=day: move_designation(verb, t, on=d, **p, **self.who)
            )
