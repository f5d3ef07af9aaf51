"""Log lines: one a line, with the request they belong to, and nobody's phone or identity number."""

import logging
import re
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

request_id = ContextVar("request_id", default="-")

IDENTITY = re.compile(r"(?<![0-9A-Za-z])(\d{6})\d{8}(\d{3}[0-9Xx])(?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}[- ]?)\d{3,4}(\d{4})(?!\d)")


def masked(text):
    """`text` with the middle of every phone and identity number starred out."""
    text = IDENTITY.sub(r"\1********\2", text)
    text = MOBILE.sub(r"\1****\2", text)
    return LANDLINE.sub(r"\1****\2", text)


def with_request(logger, name, line):
    """Add the number of the request that is being answered."""
    line["request"] = request_id.get()
    return line


BEFORE = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False, key="at"),
    with_request,
]
KEYS = ["at", "level", "request", "logger", "event"]


class Formatter(structlog.stdlib.ProcessorFormatter):
    """Masks the finished line, so that a stack trace or an address cannot carry a number out."""

    def __init__(self):
        line = structlog.processors.KeyValueRenderer(key_order=KEYS, repr_native_str=False)
        after = [self.remove_processors_meta, structlog.processors.format_exc_info, line]
        super().__init__(processors=after, foreign_pre_chain=BEFORE)

    def format(self, record):
        return masked(super().format(record))


@contextmanager
def hushed(name):
    """A logger that says nothing for a while."""
    logger = logging.getLogger(name)
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


CONSOLE = {"handlers": ["console"], "propagate": False}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": Formatter}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {**CONSOLE, "level": "INFO"},
        "django.server": {**CONSOLE, "level": "INFO"},
        "axes": {**CONSOLE, "level": "ERROR"},  # what it has to say stands in the audit log
        "fontTools": {**CONSOLE, "level": "ERROR"},
        "weasyprint": {**CONSOLE, "level": "ERROR"},
    },
}
