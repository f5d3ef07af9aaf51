"""Score sheets as the rules see them, and the proof that a signed one says what was signed."""

from evaluations.rules.sheets import Line, digest, met_of
from evaluations.tree import tree_of


def items_of(edition):
    """The items of an edition in their order."""
    return list(tree_of(edition).rules.items)


def line_of(score):
    """A stored score as the rules see it."""
    return Line(score.value, score.hit, score.reason, score.comment, met_of(score.raw))


def lines_of(scores):
    """Scores with their indicators, by item code."""
    return {score.indicator.code: line_of(score) for score in scores}


def scores_of(sheet):
    """The scores of a sheet with their items, in the order of the index."""
    rows = sheet.scores.select_related("indicator")
    return list(rows.order_by("indicator__position", "indicator__pk"))


def digest_of(sheet, scores=None):
    """What the digest of the sheet is as it stands now."""
    task = sheet.assignment
    head = {
        "assignment": task.pk,
        "assessor": task.assessor_id,
        "unit": task.inspection.unit_id,
        "edition": task.inspection.edition_id,
        "version": sheet.number,
    }
    return digest(head, lines_of(scores_of(sheet) if scores is None else scores))


def is_as_signed(sheet):
    """Does a signed sheet still say what was signed?"""
    return bool(sheet.digest) and sheet.digest == digest_of(sheet)
