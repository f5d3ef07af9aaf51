"""Log lines: one a line, with the request they belong to, and nobody's phone or identity number."""

import logging
import re
from contextvars import ContextVar

request_id = ContextVar("request_id", default="-")

IDENTITY = re.compile(r"(?<![0-9A-Za-z])(\d{6})\d{8}(\d{3}[0-9Xx])(?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}[-－ ]?)\d{3,4}(\d{4})(?!\d)")


def masked(text):
    """`text` with the middle of every phone and identity number starred out."""
    text = IDENTITY.sub(r"\1********\2", text)
    text = MOBILE.sub(r"\1****\2", text)
    return LANDLINE.sub(r"\1****\2", text)


class Formatter(logging.Formatter):
    """Masks the finished line, so that a stack trace or an address cannot carry a number out."""

    def format(self, record):
        record.request_id = request_id.get()
        return masked(super().format(record))
