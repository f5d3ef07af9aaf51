"""The demonstration of this floor: certificates for every batch that a decision has named."""

from awards.addressing import portal_address
from awards.models import Certificate, CertificateTemplate
from awards.operations.certificate_prints import bundle, finish_issue, print_rest
from awards.operations.certificates import issue_for_batch
from awards.operations.templates import load_templates
from awards.wanted import certifiable, waiting
from portal.errors import Refused
from units.models import NamingDecision


def seed_certificates(*, seed, at, on, say):
    """Issue and print what waits; nothing where no decision has taken effect."""
    if not CertificateTemplate.objects.exists():
        load_templates(at=at)
    applied = NamingDecision.objects.filter(
        kind=NamingDecision.Kind.NAMING, state=NamingDecision.State.APPLIED
    )
    related = applied.select_related("batch__region", "batch__kind", "created_by")
    for decision in related.order_by("applied_at", "pk"):
        _issue(decision, at, say)
    say(f"演示证书 {Certificate.objects.count()} 份。")


def _issue(decision, at, say):
    if not waiting(certifiable().filter(batch=decision.batch)):
        return
    actor = decision.created_by
    given = {"address": portal_address(), "actor": None, "at": at}
    try:
        made = issue_for_batch(decision.batch, **given, print_now=True)
    except Refused as refusal:
        say(f"“{decision.batch}”的证书没有签发：{refusal}")
        return
    print_rest(made, at=at, owner=actor)
    finish_issue(made, *bundle(made, at=at, owner=actor), actor=None, at=at)
