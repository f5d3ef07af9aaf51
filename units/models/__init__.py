"""Tables of the first floor."""

from units.models.application import (
    Application,
    Consultation,
    Delegation,
    Opinion,
)
from units.models.batch import (
    Batch,
    BatchIssuer,
    BatchStage,
    Quota,
    RecommendingBody,
    Requirement,
)
from units.models.change import ChangeEntry, ChangeSet
from units.models.decision import DecisionIssuer, DecisionLine, NamingDecision
from units.models.deliberation import Choice, Deliberation, SignOff
from units.models.designation import Designation, DesignationEvent
from units.models.exits import ExitCase, ExitRequest, SelfCheckMark
from units.models.follow_up import Reverification, ReverificationRound
from units.models.handed_in import ApplicationFile, ApplicationUpload, Submission
from units.models.importing import ImportJob, ImportMapping, ImportRow
from units.models.level import LEVEL_ORDER, Level
from units.models.notice import NoticeEntry, Objection, ObjectionFile, PublicNotice
from units.models.occasion import Occasion
from units.models.rectification import (
    Rectification,
    RectificationExtension,
    RectificationFile,
    RectificationItem,
)
from units.models.registry import Category, Unit, UnitEvent, UnitName, UnitSpell
from units.models.regulation import Regulation, TitleKind
from units.models.rule import HonourRule, IssuingBody, RuleIssuer, RuleSource

__all__ = [
    "LEVEL_ORDER",
    "Application",
    "ApplicationFile",
    "ApplicationUpload",
    "Batch",
    "BatchIssuer",
    "BatchStage",
    "Category",
    "ChangeEntry",
    "ChangeSet",
    "Choice",
    "Consultation",
    "DecisionIssuer",
    "DecisionLine",
    "Delegation",
    "Deliberation",
    "Designation",
    "DesignationEvent",
    "ExitCase",
    "ExitRequest",
    "HonourRule",
    "ImportJob",
    "ImportMapping",
    "ImportRow",
    "IssuingBody",
    "Level",
    "NamingDecision",
    "NoticeEntry",
    "Objection",
    "ObjectionFile",
    "Occasion",
    "Opinion",
    "PublicNotice",
    "Quota",
    "RecommendingBody",
    "Rectification",
    "RectificationExtension",
    "RectificationFile",
    "RectificationItem",
    "Regulation",
    "Requirement",
    "Reverification",
    "ReverificationRound",
    "RuleIssuer",
    "RuleSource",
    "SelfCheckMark",
    "SignOff",
    "Submission",
    "TitleKind",
    "Unit",
    "UnitEvent",
    "UnitName",
    "UnitSpell",
]
