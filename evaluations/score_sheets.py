"""Score sheets as the rules see them, and the proof that a signed one says what was signed."""

from evaluations.loading import indicators_of, rules_item, sections_by_node
from evaluations.models import Indicator
from evaluations.rules.sheets import Line, digest

Tier = Indicator.Tier


def items_of(edition, indicators=None):
    """The items of an edition in their order; one query, or none if its tree is given."""
    rows = indicators_of(edition) if indicators is None else indicators
    section_of = sections_by_node(rows)
    return [
        rules_item(each, section_of[each.pk].code, edition.step)
        for each in rows
        if each.tier == Tier.ITEM
    ]


def line_of(score):
    """A stored score as the rules see it."""
    return Line(score.value, score.hit, score.reason, score.comment)


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
