"""Tables of the first floor."""

from units.models.batch import Batch
from units.models.change import ChangeEntry, ChangeSet
from units.models.designation import Designation, DesignationEvent
from units.models.importing import ImportJob, ImportMapping, ImportRow
from units.models.registry import Category, Unit, UnitEvent, UnitName, UnitSpell
from units.models.regulation import HonourRule, Level, Regulation, TitleKind

__all__ = [
    "Batch",
    "Category",
    "ChangeEntry",
    "ChangeSet",
    "Designation",
    "DesignationEvent",
    "HonourRule",
    "ImportJob",
    "ImportMapping",
    "ImportRow",
    "Level",
    "Regulation",
    "TitleKind",
    "Unit",
    "UnitEvent",
    "UnitName",
    "UnitSpell",
]
