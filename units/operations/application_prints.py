"""The prints of an application: its receipt, and the form to be stamped."""

from django.conf import settings
from django.template.loader import render_to_string

from portal.documents import pdf_of
from units.application_parts import count_words
from units.approval_form import STATEMENT
from units.models import Submission


def approval_pdf(form):
    """The bytes of 推荐审批表."""
    context = {"form": form, "statement": STATEMENT}
    return pdf_of(render_to_string("pdf/approval_form.html", context))


def receipt_pdf(made):
    """The bytes of a receipt."""
    context = {
        "made": made,
        "application": made.application,
        "content": made.content,
        "words": count_words(made.content["deeds"]),
        "commission": settings.COMMISSION_NAME,
    }
    return pdf_of(render_to_string("pdf/application_receipt.html", context))


def attach_receipt(made, stored):
    """Put the stored print to its submission."""
    Submission.objects.filter(pk=made.pk).update(pdf=stored)


def receipt_to_print(pk):
    """The submission with what its print shows; None if it is there already."""
    rows = Submission.objects.filter(pdf=None, pk=pk)
    return rows.select_related(
        "application__batch__region", "application__batch__kind", "submitted_by"
    ).first()
