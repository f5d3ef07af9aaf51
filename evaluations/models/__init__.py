"""Tables of the second floor."""

from evaluations.models.appraisal import AppraisalWeight
from evaluations.models.evidence import AnswerEvidence, Evidence, PictureKey, Upload
from evaluations.models.index import Family, FamilyCategory, IndexEdition, Indicator, ItemMapping
from evaluations.models.inspection import Conflict, Inspection, InspectionRound, TeamMember
from evaluations.models.offline import ScoreImport
from evaluations.models.scoring import Assignment, Phrase, Score, ScoreSheet
from evaluations.models.self_check import Answer, Receipt, SelfCheck, SelfCheckRound

__all__ = [
    "Answer",
    "AnswerEvidence",
    "AppraisalWeight",
    "Assignment",
    "Conflict",
    "Evidence",
    "Family",
    "FamilyCategory",
    "IndexEdition",
    "Indicator",
    "Inspection",
    "InspectionRound",
    "ItemMapping",
    "Phrase",
    "PictureKey",
    "Receipt",
    "Score",
    "ScoreImport",
    "ScoreSheet",
    "SelfCheck",
    "SelfCheckRound",
    "TeamMember",
    "Upload",
]
