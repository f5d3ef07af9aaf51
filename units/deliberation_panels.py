"""What the home page tells about deliberations and decisions, and their word in the menu."""

from portal import desk
from portal.models import User
from units.models import Application, Batch, Deliberation, NamingDecision, SignOff

R, A = User.Role, Application.State
MOST = 4

desk.entry(
    label="命名决定",
    url_name="units:decisions",
    roles=frozenset({R.OFFICER, R.AUDITOR}),
    section="decisions",
    position=36,
    seldom=True,
)


@desk.panel(position=5)
def lists_to_sign(user, day):
    """Lists that wait for the signature of a department this person may sign for."""
    if user.role != R.OFFICER or not user.may_sign:
        return None
    rows = Deliberation.objects.visible_to(user).filter(
        state=Deliberation.State.SIGNING, batch__issuers__body__signers=user
    )
    rows = rows.select_related("batch").order_by("pk").distinct()
    found = [each for each in rows if waits_for(each, user)]
    return {"template": "units/_panel_to_sign.html", "lists": found[:MOST]} if found else None


def waits_for(deliberation, user):
    """Has one of this person's departments not signed the list as it was presented?"""
    bodies = set(
        deliberation.batch.issuers.filter(body__signers=user).values_list("body", flat=True)
    )
    signed = SignOff.objects.filter(deliberation=deliberation, digest=deliberation.digest)
    done = dict(signed.values_list("body", "signed_by"))
    return user.pk not in done.values() and bool(bodies - set(done))


@desk.panel(position=7)
def decisions_to_make(user, day):
    """Batches of this office whose proposed units wait for a decision, and drafts of one."""
    if user.role != R.OFFICER or user.region_id is None:
        return None
    drafts = NamingDecision.objects.filter(region=user.region, state=NamingDecision.State.DRAFT)
    batches = Batch.objects.filter(
        region=user.region, state=Batch.State.OPEN, notices__state="closed"
    )
    batches = batches.filter(applications__state=A.PROPOSED).exclude(decisions__in=drafts)
    found = {
        "drafts": list(drafts.order_by("-pk")[:MOST]),
        "batches": list(batches.distinct().order_by("-pk")[:MOST]),
    }
    return {"template": "units/_panel_decisions.html", **found} if any(found.values()) else None
