"""Lists that are printed as PDF: each says what it is called, how long it is and how it looks."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from portal.documents import pdf_of
from units.deciding import Dossier
from units.decision_page import parts
from units.decision_page import rows_of as decided_rows
from units.deliberating import Docket
from units.deliberation_page import rows_of
from units.models import Batch, NamingDecision

AT_ONCE = 120  # lines printed while the person waits; longer lists are a job


class DeliberationPrint:
    """审定表: the ranking with its outcome, and room for the departments' seals."""

    template = "pdf/deliberation.html"

    def __init__(self, batch):
        self.docket = Docket(batch)
        self.title = f"{batch}审定表"

    @classmethod
    def find(cls, user, pk):
        """The print of a batch in this person's sight, or None."""
        rows = Batch.objects.deliberated_by(user).select_related("kind", "region", "rule")
        batch = rows.filter(pk=pk).first()
        return cls(batch) if batch else None

    def count(self):
        return len(self.docket.ranking.places)

    def context(self):
        docket = self.docket
        return {"docket": docket, "rows": rows_of(docket, docket.ranking.places)}


class DecisionPrint:
    """The list that goes with a decision: by category and 旗市区, under its departments."""

    template = "pdf/decision.html"

    def __init__(self, decision):
        self.dossier = Dossier(decision)
        self.title = f"{decision.title}名单"

    @classmethod
    def find(cls, user, pk):
        """The print of a decision in this person's sight, or None."""
        rows = NamingDecision.objects.visible_to(user)
        rows = rows.select_related("batch__kind", "batch__rule", "region", "corrects")
        decision = rows.filter(pk=pk).first()
        return cls(decision) if decision else None

    def count(self):
        return len(self.dossier.lines)

    def context(self):
        dossier = self.dossier
        rows = decided_rows(dossier, timezone.localdate())
        is_naming = dossier.decision.kind == NamingDecision.Kind.NAMING
        return {
            "decision": dossier.decision,
            "issuers": dossier.issuers,
            "rows": rows,
            "parts": parts(rows) if is_naming else [],
        }


KINDS = {"deliberation": DeliberationPrint, "decision": DecisionPrint}


def pdf_bytes(print_, at):
    """The PDF of a list."""
    context = {
        **print_.context(),
        "title": print_.title,
        "commission": settings.COMMISSION_NAME,
        "at": at,
    }
    return pdf_of(render_to_string(print_.template, context))
