"""Titles whose term ends in 180, 90, 30, 7 days and tomorrow: what the clock reminds of."""

import random
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from django.db import transaction

from portal.operations.demo import add_demo_clerks
from units.models import Designation, Level, Unit
from units.operations.demo.naming import batches
from units.operations.demo.naming.cast import Cast
from units.operations.titles import add_designation

DAYS = (180, 90, 30, 7, 1)
REMARK = "演示数据：临近到期"
CLERKED = 7


def seed_title_ends(*, seed, at, on, say):
    """One title for each mark; nothing where they are there already."""
    if Designation.objects.filter(remark=REMARK).exists():
        return say("已有临近到期的演示称号，没有再建立。")
    return _seed(Cast(at), random.Random(f"ends {seed}"), on, say)


@transaction.atomic
def _seed(cast, dice, on, say):
    rows = Unit.objects.active().filter(represents=None, category__code="unit_school")
    rows = rows.exclude(designations__level=Level.REGION).filter(applications=None)
    units = dice.sample(list(rows.order_by("pk")), len(DAYS))
    for left, unit in zip(DAYS, units, strict=True):
        _title(cast, unit, on + timedelta(days=left + 1))
        if left == CLERKED:
            add_demo_clerks({"tianbao-daoqi": unit}, at=cast.at)
    say(f"临近到期的称号 {len(units)} 个。")


def _title(cast, unit, ends_on):
    """A title of the 自治区 whose five years are over on that day."""
    named_on = ends_on - relativedelta(years=5)
    values = {
        "unit": unit,
        "level": Level.REGION,
        "kind": batches.kind_named("demo_unit"),
        "named_on": named_on,
        "named_year": named_on.year,
        "document_no": f"内民委发〔{named_on.year}〕示例{named_on:%m%d}号",
        "ends_on": ends_on,
        "remark": REMARK,
    }
    return add_designation(values, actor=cast.office, at=cast.at)
