"""Lists are written whole or not at all: with one bad row, killed half way, or brought twice."""

import random
import time

import pytest

from portal.errors import Refused
from portal.models import Region
from tests import factories as make
from tests.factories import NOON
from tests.faults.rig import fork, gone, kill, times
from units.models import Designation, ImportJob, Unit, UnitSpell
from units.operations import imports
from units.operations.import_apply import apply_import

HEAD = "单位名称\t地区\t级别\t称号\t批次\t年份\t命名日期\n"
GOOD = "示例第{}小学\t东旗\t盟市级\t示范单位\t第三批\t2024\t2024-05-01\n"
BAD = (
    "示例坏小学\t不存在市\t盟市级\t示范单位\t第三批\t2024\t",
    "示例坏小学\t东旗\t甲级\t示范单位\t第三批\t2024\t",
    "示例坏小学\t东旗\t\t示范单位\t第三批\t2024\t",
    "示例坏小学\t东旗\t盟市级\t没有的称号\t第三批\t2024\t",
    "示例坏小学\t东旗\t盟市级\t示范单位（拟命名）\t第三批\t2024\t",
    "示例坏小学\t东旗\t盟市级\t示范单位\t第三批\t二三年\t",
    "示例坏小学\t东旗\t盟市级\t示范单位\t第三批\t\t2021.13.45",
    "示例坏小学\t东旗\t盟市级\t示范单位\t第三批\t2023\t2024-05-01",
    "示例坏小学\t东旗\t盟市级\t示范单位\t第三批\t2031\t",
    "\t东旗\t盟市级\t示范单位\t第三批\t2024\t",
    "示例第0小学\t东旗\t盟市级\t示范单位\t第三批\t2024\t2024-05-01",
    "示例坏小学、甲\t东旗\t盟市级\t示范单位\t第三批\t2024\t",
)


@pytest.fixture
def office(db):
    """An officer of a city with one 旗."""
    city = make.make_region("呼伦贝尔市", level=Region.Level.CITY)
    make.make_region("东旗", city)
    make.make_kind("示范单位")
    make.make_category("学校", code="unit_school")
    return make.make_officer(city)


def good(count):
    return HEAD + "".join(GOOD.format(number) for number in range(count))


def held():
    return Unit.objects.count(), UnitSpell.objects.count(), Designation.objects.count()


def test_one_bad_row_keeps_a_list_out(office, record_property):
    tries = times(20, 200)
    record_property("attempts", f"{tries} 份名单各有一行坏")
    dice = random.Random(20261122)
    for number in range(tries):
        lines = good(20).splitlines(keepends=True)
        lines.insert(dice.randrange(2, len(lines)), BAD[number % len(BAD)] + "\n")
        job = make.make_import(office, "".join(lines))

        with pytest.raises(Refused, match="没有写入任何内容"):
            apply_import(job, actor=office, at=NOON)

        assert held() == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_killed_half_way_nothing_or_everything_is_there(transactional_db, office, record_property):
    tries, rows = times(5, 50), times(300, 2000)
    record_property("attempts", f"{tries} 次 kill -9，每份 {rows} 行")
    job = make.make_import(office, good(rows))
    spent = full_time(job, office)
    dice = random.Random(20261122)
    for _ in range(tries):
        pid = fork(lambda: apply_import(job, actor=office, at=NOON))
        time.sleep(dice.uniform(0, spent))
        kill(pid)

        stands = ImportJob.objects.get(pk=job.pk).state
        assert held() in ((0, 0, 0), (rows, rows, rows))
        assert (stands == ImportJob.State.APPLIED) == (held()[0] == rows)
        if held()[0]:
            clear(job)


def full_time(job, office):
    """How long writing the list takes when nobody kills it; it is taken out again."""
    begun = time.monotonic()
    pid = fork(lambda: apply_import(job, actor=office, at=NOON))
    while not gone(pid):
        time.sleep(0.02)
    assert held()[0]
    clear(job)
    return time.monotonic() - begun


def clear(job):
    Designation.objects.all().delete()
    Unit.objects.all().delete()
    ImportJob.objects.filter(pk=job.pk).update(state=ImportJob.State.CHECKED, changeset=None)


def test_brought_twice_a_list_is_there_once(office):
    for _ in range(2):
        job = make.make_import(office, good(50))
        apply_import(job, actor=office, at=NOON)

    assert held() == (50, 50, 50)
    assert imports.tally(job)["unchanged"] == 50
