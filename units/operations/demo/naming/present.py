"""The batch that is open today, with applications at every desk, and the one being prepared."""

import random
from datetime import timedelta

from django.db import transaction

from portal.calendar import Calendar
from portal.operations.demo import add_demo_clerks
from units.models import Batch, Category, Consultation, RecommendingBody
from units.operations.batch_plans import plan_batch
from units.operations.consultations import ask_bodies, record_answer, reply_day
from units.operations.delegations import hand_over_desk
from units.operations.demo.naming import batches, words
from units.operations.demo.naming.batches import Outline
from units.operations.demo.naming.cast import Cast
from units.operations.demo.naming.drawing import Materials
from units.operations.demo.naming.pool import Pool, home_townships
from units.operations.demo.naming.tidying import derive_once, read_old_news, release
from units.operations.demo.naming.way import COLLECTIVE, Way
from units.operations.recommending import listed, order_list

A = Consultation.Answer
NUMBER, OPEN_DAYS = 6, 18
HAILAER, MOQI, EWENKI = "150702", "150722", "150724"
BY_CATEGORY = ("unit_organ", "unit_public_institution", "unit_school", "unit_community")
OTHERS = ("150721", "150725", "150727", "150781", "150782", "150783", "150784", "150785")


def seed_present_batches(*, seed, at, on, say):
    """The open batch and the planned one; nothing where there is an open batch of that number."""
    if Batch.objects.filter(number=NUMBER, level="city").exclude(rule=None).exists():
        return say("已有进行中的演示批次，没有再建立。")
    cast, dice = Cast(at), random.Random(f"present {seed}")
    materials = Materials(dice, cast)
    return _seed(cast, dice, materials, on, say)


@transaction.atomic
def _seed(cast, dice, materials, on, say):
    story = Present(cast, dice, materials, on)
    story.tell()
    story.plan_next()
    derive_once(cast.at)
    release(cast, COLLECTIVE, story.way.batch)
    read_old_news(cast.at)
    say(f"进行中的批次申报 {story.way.batch.applications.count()} 件，另有一批筹备中。")


class Present:
    """Eighteen days into a batch: who stands where."""

    def __init__(self, cast, dice, materials, on):
        self.cast, self.dice, self.materials, self.on = cast, dice, materials, on
        self.pool = Pool(cast, dice)
        self.sumu, self.town, self.street = home_townships(cast.home)

    def tell(self):
        """Everything, desk by desk."""
        self._open()
        self._drafts()
        self._at_townships()
        self._at_counties()
        self._at_the_line()
        self._at_the_city()
        self._returned()
        self._over()
        self._hand_over()

    def _open(self):
        opens_on = Calendar.load().next_working(self.on - timedelta(days=OPEN_DAYS))
        categories = Category.objects.filter(code__in=BY_CATEGORY).values_list("pk", flat=True)
        split = ((HAILAER, dict.fromkeys(categories, 1)),)
        outline = Outline(batches.FULL, NUMBER, places=40, each=3, line=3, split=split)
        batch = batches.start(self.cast, batches.prepare(self.cast, outline, opens_on), opens_on)
        batch = Batch.objects.select_related("region", "kind", "rule").get(pk=batch.pk)
        self.first = opens_on
        self.way = Way(self.cast, self.materials, self.dice, batch)

    def day(self, number):
        """So many days after the opening."""
        return self.first + timedelta(days=number)

    def _clerk(self, name, unit):
        add_demo_clerks({f"tianbao-{name}": unit}, at=self.cast.at)
        return unit

    def _counties(self, count, *codes):
        return self.pool.at_counties(count, codes=codes)

    def _applied(self, units, first=2):
        return [self.way.applied(unit, self.day(first + n)) for n, unit in enumerate(units)]

    def _drafts(self):
        first, *others = self._counties(4, HAILAER, MOQI, "150782", "150785")
        begun = self.way.begin(self._clerk("caogao", first), self.day(13))
        self.way.fill(begun, self.day(14), whole=False)
        self.way.hand_over_one(begun, self.day(14))
        for number, unit in enumerate(others):
            self.way.fill(self.way.begin(unit, self.day(11 + number)), self.day(15), whole=False)

    def _at_townships(self):
        first, *others = self.pool.in_township(self.sumu, 3)
        self._applied([*others, self._clerk("shangbao", first)], first=12)
        self._applied(self.pool.in_township(self.town, 2), first=13)
        again, *others = self.pool.in_township(self.street, 2)
        self._applied(others, first=14)
        made = self.way.applied(self._clerk("chongbao", again), self.day(3))
        self.way.mend(self.way.give_back(made, self.day(8), 0), self.day(15))

    def _at_counties(self):
        """Waiting with the 旗市区: one since the second day, one handed in again."""
        old, again = self._counties(2, HAILAER)
        self.way.applied(old, self.day(1))
        made = self.way.applied(again, self.day(4))
        self.way.mend(self.way.give_back(made, self.day(9), 1), self.day(14))
        self._applied(self._counties(2, MOQI), first=9)
        self._applied(self._counties(2, EWENKI), first=12)
        self._applied(self._counties(4, *OTHERS), first=10)
        for place in (self.sumu, self.town, self.street):
            for made in self._applied(self.pool.in_township(place, 1), first=8):
                self.way.pass_on(made, self.day(13))

    def _at_the_line(self):
        for number, made in enumerate(self._applied(self.pool.of_the_city(3), first=7)):
            if number == 0:
                self.way.pass_on(made, self.day(12))

    def _at_the_city(self):
        street = self.pool.in_township(self.street, 1)
        units = [*street, *self._counties(3, EWENKI), *self._counties(6, *OTHERS, MOQI)]
        arrived = [self.way.to_city(made, self.day(6))[0] for made in self._applied(units, 1)]
        self._consult(arrived)
        clerked, *accepted = arrived[-4:]
        self._clerk("shouli", clerked.unit)
        for made in (clerked, *accepted):
            self.way.accept(self.way.again(made), self.day(16))
        self._reorder()

    def _consult(self, arrived):
        """Asked about seven of them: most agree, one has something against one, one is late."""
        asked_on = self.day(11)
        reply_by = reply_day(asked_on, 3)
        asked = arrived[3:]
        act = {"actor": self.cast.office, "at": self.cast.moment(asked_on, 10)}
        bodies = words.CONSULTED[:3]
        ask_bodies(asked, bodies=bodies, asked_on=asked_on, reply_by=reply_by, **act)
        rows = Consultation.objects.filter(application__in=asked).select_related("application")
        for number, row in enumerate(rows.order_by("pk")):
            if number != 4:  # this one is waited for
                self._answer(row, number == 1)

    def _answer(self, row, objects):
        row.application.batch = self.way.batch
        at = self.cast.moment(self.day(15), 10)
        record_answer(
            row,
            answer=A.OBJECTED if objects else A.AGREED,
            replied_on=self.day(14),
            text=words.OBJECTED if objects else "",
            file=None,
            version=row.version,
            actor=self.cast.office,
            at=at,
        )

    def _reorder(self):
        """鄂温克旗 puts its list in an order of its own."""
        body = RecommendingBody.objects.get(region__code=f"{EWENKI}000000", kind="territorial")
        seen = listed(self.way.batch, body)
        told = {"wanted": seen[::-1], "seen": seen, "actor": self.cast.desks[body.region_id]}
        order_list(self.way.batch, body, **told, at=self.cast.moment(self.day(14), 17))

    def _returned(self):
        first, second, third = self._counties(3, EWENKI, "150783", "150726")
        made = self.way.applied(self._clerk("tuihui", first), self.day(5))
        self.way.give_back(made, self.day(15), 0)
        self.way.give_back(self.way.applied(second, self.day(6)), self.day(14), 1)
        made, _ = self.way.to_city(self.way.applied(third, self.day(3)), self.day(5))
        self.way.give_back(made, self.day(16), 2)

    def _over(self):
        """Refused and withdrawn ones."""
        refused, other, back, moved = self._counties(4, "150784", "150723", "150703", "150781")
        made = self.way.applied(self._clerk("burong", refused), self.day(4))
        self.way.turn_down(made, self.day(11), 1)
        made, _ = self.way.to_city(self.way.applied(other, self.day(2)), self.day(4))
        self.way.turn_down(made, self.day(15), 0)
        made = self.way.applied(self._clerk("chehui", back), self.day(6))
        self.way.take_back(made, self.day(12), 0)
        self.way.take_back(self.way.begin(moved, self.day(8)), self.day(9), 1)

    def _hand_over(self):
        """The town's officer is on leave."""
        giver, to = self.cast.named("zhen-shenhe"), self.cast.named("qi-shenhe-moqi")
        period = {"starts_on": self.on, "ends_on": self.on + timedelta(days=10)}
        hand_over_desk(giver, to=to, **period, reason="示例：年休假", actor=giver, at=self.cast.at)

    def plan_next(self):
        """The batch after this one: planned, not complete yet."""
        opens_on = self.on.replace(year=self.on.year + 2, month=6, day=1)
        values = {
            "kind": batches.kind_named(batches.FULL),
            "number": NUMBER + 1,
            "year": opens_on.year,
            "places": 45,
            "approval_no": "",
            "name": "",
        }
        plan_batch(values, starts_on=opens_on, actor=self.cast.office, at=self.cast.at)
