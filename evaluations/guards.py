"""Database triggers of this floor: what is published or handed in is closed.

A published edition and its items are frozen for ever; what a unit handed in stays as its receipt
says until it is returned; the scores of a signed sheet never change.

`ItemMapping` stays open: how an item became another is told long after both were published.
"""

from evaluations.models import IndexEdition
from portal.guards import changed, guard

EDITION, INDICATOR = "evaluations_indexedition", "evaluations_indicator"
SCORE, SHEET, TASK = "evaluations_score", "evaluations_scoresheet", "evaluations_assignment"
FROZEN = "已发布的测评体系不能更改"
ANSWER, CITATION, RECEIPT = (
    f"evaluations_{name}" for name in ("answer", "answerevidence", "receipt")
)
CHECK = "evaluations_selfcheck"
SEALED = "已提交的自查不能更改"
KEPT = "回执不能更改"
SIGNED = "已签字的测评表不能更改"
SAID_BY_SHEET = ("assignment_id", "number", "reason", "created_at", "signed_at", "digest")


def of_frozen(*rows):
    """SQL: the edition of a row is no draft. Reading it waits for a publication under way.

    The state is compared outside: a condition inside would find no draft, and lock nothing.
    """

    def condition(vendor):
        lock = "" if vendor == "sqlite" else " FOR SHARE"
        found = f"(SELECT state FROM {EDITION} WHERE id = {{}}.edition_id{lock}) <> 'draft'"
        return " OR ".join(found.format(row) for row in rows)

    return condition


def rewritten(vendor):
    """SQL: a frozen edition is to score otherwise, or to become a draft again."""
    back = "NEW.state = 'draft' OR (OLD.state = 'retired' AND NEW.state <> 'retired')"
    return f"OLD.state <> 'draft' AND ({changed(vendor, *frozen_columns())} OR {back})"


def frozen_columns():
    """What an edition says and where it comes from."""
    names = (*IndexEdition.FACTS, "based_on", "source")
    return [IndexEdition._meta.get_field(name).column for name in names]


def of_signed(*rows):
    """SQL: the sheet of a score is signed. Reading it waits for a signature under way."""

    def condition(vendor):
        lock = "" if vendor == "sqlite" else " FOR SHARE"
        found = f"(SELECT signed_at FROM {SHEET} WHERE id = {{}}.sheet_id{lock}) IS NOT NULL"
        return " OR ".join(found.format(row) for row in rows)

    return condition


def resigned(vendor):
    """SQL: a signed sheet is to say something else, or to have been signed by somebody else."""
    return f"OLD.signed_at IS NOT NULL AND {changed(vendor, *SAID_BY_SHEET)}"


def handed_over(vendor):
    """SQL: an assignment with a signed sheet is to name another person or unit."""
    signed = (
        f"EXISTS (SELECT 1 FROM {SHEET} WHERE assignment_id = OLD.id AND signed_at IS NOT NULL)"
    )
    return f"{changed(vendor, 'assessor_id', 'inspection_id')} AND {signed}"


def install():
    """Tell the ground floor which rows are closed."""
    _install_editions()
    _install_answers()
    _install_sheets()


def _install_editions():
    items = {"table": INDICATOR, "message": FROZEN, "wants": (EDITION,)}
    guard(name="indicator_no_insert", event="INSERT", condition=of_frozen("NEW"), **items)
    guard(name="indicator_no_change", event="UPDATE", condition=of_frozen("OLD", "NEW"), **items)
    guard(name="indicator_no_delete", event="DELETE", condition=of_frozen("OLD"), **items)
    edition = {"table": EDITION, "message": FROZEN}
    guard(name="edition_no_change", event="UPDATE", condition=rewritten, **edition)
    guard(name="edition_no_delete", event="DELETE", condition="OLD.state <> 'draft'", **edition)


def answer_sealed(*rows):
    """SQL: the answer's check has been handed in. The lock waits for one being handed in now."""

    def condition(vendor):
        lock = "" if vendor == "sqlite" else " FOR SHARE"
        tests = (
            f"(SELECT is_sealed FROM {CHECK} WHERE id = {row}.check_form_id{lock})" for row in rows
        )
        return " OR ".join(tests)

    return condition


def citation_sealed(*rows):
    """SQL: the check of the answer that cites a file has been handed in."""

    def condition(vendor):
        lock = "" if vendor == "sqlite" else " FOR SHARE OF c"
        tests = (
            f"(SELECT c.is_sealed FROM {CHECK} c JOIN {ANSWER} a ON a.check_form_id = c.id"
            f" WHERE a.id = {row}.answer_id{lock})"
            for row in rows
        )
        return " OR ".join(tests)

    return condition


def reworded(vendor):
    """SQL: anything of a receipt but its print is to change."""
    return changed(vendor, "code", "number", "check_form_id", "content", "sha256", "total")


def _install_answers():
    answer = {"table": ANSWER, "message": SEALED, "wants": (CHECK,)}
    cited = {"table": CITATION, "message": SEALED, "wants": (CHECK, ANSWER)}
    for event, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
        name = event.lower()
        guard(name=f"answer_no_{name}", event=event, condition=answer_sealed(*rows), **answer)
        guard(name=f"citation_no_{name}", event=event, condition=citation_sealed(*rows), **cited)
    receipt = {"table": RECEIPT, "message": KEPT}
    guard(name="receipt_no_change", event="UPDATE", condition=reworded, **receipt)
    guard(name="receipt_no_delete", event="DELETE", condition="1 = 1", **receipt)


def _install_sheets():
    scores = {"table": SCORE, "message": SIGNED, "wants": (SHEET,)}
    guard(name="score_no_insert", event="INSERT", condition=of_signed("NEW"), **scores)
    guard(name="score_no_change", event="UPDATE", condition=of_signed("OLD", "NEW"), **scores)
    guard(name="score_no_delete", event="DELETE", condition=of_signed("OLD"), **scores)
    sheet = {"table": SHEET, "message": SIGNED}
    guard(name="sheet_no_change", event="UPDATE", condition=resigned, **sheet)
    guard(name="sheet_no_delete", event="DELETE", condition="OLD.signed_at IS NOT NULL", **sheet)
    task = {"table": TASK, "message": SIGNED, "wants": (SHEET,)}
    guard(name="assignment_no_handover", event="UPDATE", condition=handed_over, **task)
