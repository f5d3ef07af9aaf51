"""Lists for the tests of imports, and what the register holds before and after."""

from tests.factories import NOON
from units.models import (
    Batch,
    ChangeEntry,
    Designation,
    TitleKind,
    Unit,
    UnitEvent,
    UnitName,
    UnitSpell,
)
from units.operations.import_apply import apply_import

REGISTER = (Unit, UnitName, UnitSpell, UnitEvent, Designation, Batch, TitleKind, ChangeEntry)
HEAD = "单位名称\t地区\t级别\t称号\t批次\t年份\n"
GOOD = "东苏木示例小学\t东旗\t盟市级\t示范单位\t第三批\t2024\n"
NEW_VILLAGE = "示例新嘎查\t东旗东苏木\t盟市级\t示范单位\t第三批\t2024\n"
KNOWN = "示例东嘎查\t东旗\t盟市级\t示范单位\t第三批\t2024\n"
BLANK_LEVEL = "西旗示例医院\t呼伦贝尔市\t\t示范单位\t第三批\t2024\n"


def counted():
    """How many rows each table of the register holds."""
    return {model.__name__: model.objects.count() for model in REGISTER}


def apply(job, actor):
    return apply_import(job, actor=actor, at=NOON)
