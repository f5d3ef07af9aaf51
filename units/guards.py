"""Database triggers of this floor: what a unit handed in stands as its receipt says."""

from portal.guards import changed, guard

SUBMISSION, KEPT = "units_submission", "提交记录不能更改"
SAID = (
    "code",
    "application_id",
    "number",
    "receipt_no",
    "content",
    "sha256",
    "changes",
    "submitted_at",
    "submitted_by_id",
)


def reworded(vendor):
    """SQL: anything of a submission but its print is to change."""
    return changed(vendor, *SAID)


def install():
    """Tell the ground floor which rows are closed."""
    kept = {"table": SUBMISSION, "message": KEPT}
    guard(name="submission_no_change", event="UPDATE", condition=reworded, **kept)
    guard(name="submission_no_delete", event="DELETE", condition="1 = 1", **kept)
