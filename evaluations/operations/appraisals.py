"""How much the scored evaluation weighs in a year's appraisal of regions."""

from decimal import Decimal

from evaluations.models import AppraisalWeight
from portal.operations.reference import fixture, load_rows


def load_weights(*, at):
    """The weights that the portal brings along, each 待确认 until somebody confirms it."""
    rows = [row | {"percent": Decimal(row["percent"])} for row in fixture("appraisal_weights.json")]
    return load_rows(AppraisalWeight, rows, at=at, keys=("level", "year"))
