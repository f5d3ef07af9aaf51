"""Database triggers of this floor: a published edition and its items are frozen for ever.

`ItemMapping` stays open: how an item became another is told long after both were published.
"""

from portal.guards import changed, guard

EDITION, INDICATOR = "evaluations_indexedition", "evaluations_indicator"
FROZEN = "已发布的测评体系不能更改"
SCORING = (
    "family_id",
    "title",
    "issuer",
    "document_no",
    "edition_no",
    "region_variant",
    "region_id",
    "total",
    "apply_line",
    "pass_line",
    "bonus_cap",
    "step",
    "method",
    "reason_below_full",
    "words_cap",
    "files_cap",
    "starts_on",
    "is_sample",
    "based_on_id",
    "source_id",
)


def of_frozen(*rows):
    """SQL: the edition of a row is no draft. The lock keeps a publication from slipping past."""

    def condition(vendor):
        lock = "" if vendor == "sqlite" else " FOR SHARE"
        tests = (
            f"EXISTS (SELECT 1 FROM {EDITION} WHERE id = {row}.edition_id"
            f" AND state <> 'draft'{lock})"
            for row in rows
        )
        return " OR ".join(tests)

    return condition


def rewritten(vendor):
    """SQL: a frozen edition is to score otherwise, or to become a draft again."""
    back = "NEW.state = 'draft' OR (OLD.state = 'retired' AND NEW.state <> 'retired')"
    return f"OLD.state <> 'draft' AND ({changed(vendor, *SCORING)} OR {back})"


def install():
    """Tell the ground floor which rows are closed."""
    items = {"table": INDICATOR, "message": FROZEN, "wants": (EDITION,)}
    guard(name="indicator_no_insert", event="INSERT", condition=of_frozen("NEW"), **items)
    guard(name="indicator_no_change", event="UPDATE", condition=of_frozen("OLD", "NEW"), **items)
    guard(name="indicator_no_delete", event="DELETE", condition=of_frozen("OLD"), **items)
    edition = {"table": EDITION, "message": FROZEN}
    guard(name="edition_no_change", event="UPDATE", condition=rewritten, **edition)
    guard(name="edition_no_delete", event="DELETE", condition="OLD.state <> 'draft'", **edition)
