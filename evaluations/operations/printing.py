"""The receipt as a PDF."""

from django.conf import settings
from django.template.loader import render_to_string

from evaluations.models import Receipt
from portal.documents import pdf_of


def receipt_pdf(receipt):
    """The bytes of the print."""
    context = {
        "receipt": receipt,
        "check": receipt.check_form,
        "commission": settings.COMMISSION_NAME,
    }
    return pdf_of(render_to_string("pdf/self_check_receipt.html", context))


def attach_pdf(receipt, stored):
    """Put the stored print to its receipt."""
    Receipt.objects.filter(pk=receipt.pk).update(pdf=stored)


def receipt_to_print(pk):
    """The receipt with what its print shows; None if it is there already."""
    rows = Receipt.objects.filter(pdf=None).select_related(
        "check_form__round__region",
        "check_form__unit__region",
        "check_form__edition",
        "handed_in_by",
    )
    return rows.filter(pk=pk).first()
