"""Database triggers of this floor: what was handed in, and decisions in force, stay as they are."""

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

DECISION, LINE, ISSUER = (
    f"units_{name}" for name in ("namingdecision", "decisionline", "decisionissuer")
)
IN_FORCE = "已生效的命名决定不能更改"


def reworded(vendor):
    """SQL: anything of a submission but its print is to change."""
    return changed(vendor, *SAID)


def of_applied(*rows):
    """SQL: the decision of a row is in force. The lock keeps an applying from slipping past."""

    def condition(vendor):
        lock = "" if vendor == "sqlite" else " FOR SHARE"
        tests = (
            f"EXISTS (SELECT 1 FROM {DECISION} WHERE id = {row}.decision_id"
            f" AND state = 'applied'{lock})"
            for row in rows
        )
        return " OR ".join(tests)

    return condition


def install():
    """Tell the ground floor which rows are closed."""
    kept = {"table": SUBMISSION, "message": KEPT}
    guard(name="submission_no_change", event="UPDATE", condition=reworded, **kept)
    guard(name="submission_no_delete", event="DELETE", condition="1 = 1", **kept)
    _install_decisions()


def _install_decisions():
    whole = {"table": DECISION, "message": IN_FORCE, "condition": "OLD.state = 'applied'"}
    guard(name="decision_no_change", event="UPDATE", **whole)
    guard(name="decision_no_delete", event="DELETE", **whole)
    for noun, table in (("decision_line", LINE), ("decision_issuer", ISSUER)):
        for event, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
            guard(
                name=f"{noun}_no_{event.lower()}",
                table=table,
                event=event,
                condition=of_applied(*rows),
                message=IN_FORCE,
                wants=(DECISION,),
            )
