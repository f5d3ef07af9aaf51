"""Log lines name the request and nobody's phone or identity number."""

import logging

import pytest

from portal import logs
from portal.errors import Refused


def line(message, *args, exc_info=None):
    record = logging.LogRecord("units", logging.INFO, __file__, 1, message, args, exc_info)
    return logs.Formatter().format(record)


@pytest.mark.parametrize(
    "number", ["13912345678", "0470-8221234", "010-62345678", "15070219900101123X"]
)
def test_phones_and_identity_numbers_are_starred_wherever_they_stand(number):
    try:
        int(f"手机{number}")
    except ValueError:
        import sys

        text = line("GET /units/?q=%s", number, exc_info=sys.exc_info())

    assert number not in text
    assert "****" in text


@pytest.mark.parametrize("number", ["150702000000", "91150700MA0ABCDE1X", "2026-11-22", "20000"])
def test_codes_and_days_stay_readable(number):
    assert number in line("row %s", number)


def test_a_line_names_its_request():
    token = logs.request_id.set("abc12345")
    try:
        assert "request=abc12345" in line("done")
    finally:
        logs.request_id.reset(token)


def test_what_a_request_logs_is_masked(client, db, monkeypatch):
    handler = logging.StreamHandler()
    handler.setFormatter(logs.Formatter())
    written = []
    monkeypatch.setattr(handler, "emit", lambda record: written.append(handler.format(record)))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        client.get("/nowhere-13912345678/")
    finally:
        logger.removeHandler(handler)

    assert "139****5678" in written[0]
    assert "request=-" not in written[0]


def test_a_refusal_is_logged_with_its_reason(caplog):
    with caplog.at_level(logging.INFO, logger="portal.refused"):
        Refused("本批次申报已截止，没有提交。")

    assert caplog.messages == ["本批次申报已截止，没有提交。"]
