"""The smallest decision: made and applied in one act, about titles that exist already."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.errors import Refused
from units.lifecycles import NAMING_DECISION
from units.models import Batch, DecisionIssuer, DecisionLine, NamingDecision
from units.places import Places, county_of
from units.rules import document_number

EFFECTS = {
    NamingDecision.Kind.RENEWAL: DecisionLine.Effect.RENEW,
    NamingDecision.Kind.REVOCATION: DecisionLine.Effect.REVOKE,
    NamingDecision.Kind.WITHDRAWAL: DecisionLine.Effect.WITHDRAW,
}


@transaction.atomic
def decree(kind, titles, *, heading, document_no, decided_on, rule, reason, actor, at):
    """An applied decision with a line for each title, in the order given.

    What it does to the titles is done by who calls, in the same transaction.
    """
    number = document_number(document_no)
    check_papers(number, decided_on, at)
    check_not_of_batch(number, actor.region, "没有作出决定，称号没有变动。")
    decision = NamingDecision(
        kind=kind,
        region=actor.region,
        title=heading[:120],
        document_no=number,
        decided_on=decided_on,
        applied_at=at,
        created_at=at,
        created_by=actor,
    )
    _write(decision)
    DecisionLine.objects.bulk_create(_lines(decision, EFFECTS[kind], titles, reason))
    _sign(decision, rule)
    NAMING_DECISION.perform("apply", decision, actor=actor, at=at, told={"文号": number})
    return decision


def check_papers(number, decided_on, at):
    """Refuse a decision without a number or of a day to come."""
    if not number:
        raise Refused("请填写决定文号；没有作出决定，称号没有变动。")
    if decided_on > timezone.localdate(at):
        raise Refused("决定日期在今天之后，请核对；没有作出决定，称号没有变动。")


def check_not_of_batch(number, region, nothing, *, but=None):
    """Refuse a number that a batch of the region has; `nothing` says what did not happen."""
    taken = Batch.objects.filter(region=region, document_no=number)
    taken = taken.exclude(pk=but.pk if but else None).first()
    if taken:
        raise Refused(f"文号“{number}”已用于“{taken}”，请核对；{nothing}")


def _write(decision):
    try:
        with transaction.atomic():
            decision.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(
            f"文号“{decision.document_no}”已用于另一份决定，请核对；没有作出决定，称号没有变动。"
        ) from error


def _lines(decision, effect, titles, reason):
    places = Places()
    places.learn(each.unit.region.path for each in titles)
    for position, title in enumerate(titles, 1):
        yield DecisionLine(
            decision=decision,
            effect=effect,
            unit=title.unit,
            designation=title,
            position=position,
            unit_name=title.unit.name,
            category=title.unit.category,
            region_name=county_of(places.names(title.unit.region.path)) or title.unit.region.name,
            title=title.title,
            reason=reason[:300],
        )


def _sign(decision, rule):
    """The departments of the rule, in the order of their seals."""
    issuers = rule.issuers.select_related("body") if rule.pk else ()
    DecisionIssuer.objects.bulk_create(
        DecisionIssuer(
            decision=decision, body=each.body, name=each.body.name, position=each.position
        )
        for each in issuers
    )
