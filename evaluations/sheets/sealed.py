"""A workbook every cell of which can be proved later: keyed codes, cell by cell, and one seal.

The codes lie on a hidden sheet. A cell's code is short and only says where something differs; what
proves the whole is the seal, over all codes and a digest of everything written.
"""

import hashlib
import hmac
from functools import cached_property
from zlib import crc32

from django.utils.crypto import constant_time_compare, salted_hmac

from evaluations.sheets.paper import inert

SHEET = "_校验"
HEAD = "review 1"
SALT = "evaluations.review-sheet"
DIGITS = 6  # of a cell's code
EMPTY = "." * DIGITS
PIECE = 30_000  # characters a cell takes without trouble


def key():
    """The key of all codes, derived from the portal's secret."""
    return salted_hmac(SALT, "cells", algorithm="sha256").digest()


def canonical(value):
    """What a cell says, in one spelling whatever program saved it; nothing for an empty one."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        return f"s{text}" if text else ""
    if isinstance(value, bool):
        return f"b{int(value)}"
    return f"n{float(value):.10g}"


class Codes:
    """Codes and digest of one sheet, row by row from the first; row numbers count from 0."""

    def __init__(self, name, width, secret):
        self.name, self.width = name, width
        self.maker = hashlib.blake2b(f"{name}\0".encode(), key=secret, digest_size=4)
        self.digest, self.rows, self.blank = hashlib.sha256(), [], EMPTY * width

    def add(self, number, told):
        """Take in the next row written, in the one spelling; rows left out are empty."""
        while len(self.rows) < number:
            self.rows.append(self.blank)
        self.note(number, told)
        self.rows.append("".join(self.codes(number, told)))

    def note(self, number, told):
        """Take a row into the digest; empty cells at its end, and empty rows, say nothing."""
        text = chr(0).join(told).rstrip("\0")
        if text:
            self.digest.update(f"{number}\0{text}\n".encode())

    def codes(self, number, told):
        """The code of each cell of a row: a checksum that begins with a secret of the row's own."""
        maker = self.maker.copy()
        maker.update(str(number).encode())
        start = int.from_bytes(maker.digest(), "big")
        return [
            f"{crc32(text.encode(), start ^ column) & 0xFFFFFF:06x}" if text else EMPTY
            for column, text in enumerate(told)
        ]

    def pieces(self):
        """(first row, codes of some rows) as cells of the hidden sheet hold them."""
        step = max(1, PIECE // (self.width * DIGITS))
        for start in range(0, len(self.rows), step):
            yield start, "".join(self.rows[start : start + step])


def seal_of(lines):
    """HMAC over the hidden sheet's lines."""
    sealed = hmac.new(key(), digestmod=hashlib.sha256)
    for line in lines:
        sealed.update(("\0".join(map(str, line)) + "\n").encode())
    return sealed.hexdigest()


def same_seal(lines, seal):
    return constant_time_compare(seal_of(lines), str(seal))


def write_codes(book, sheets):
    """The hidden sheet: a line for each sheet with its digest, its codes, and the seal on top."""
    lines = [line for codes in sheets for line in _lines(codes)]
    page = book.get_worksheet_by_name(SHEET)
    for column, text in enumerate((HEAD, seal_of(lines))):
        page.write_string(0, column, text)
    for number, line in enumerate(lines, 1):
        for column, value in enumerate(line):
            page.write_string(number, column, inert(str(value)))
    page.very_hidden()


def _lines(codes):
    yield ["sheet", codes.name, codes.width, len(codes.rows), codes.digest.hexdigest()]
    for start, text in codes.pieces():
        yield ["codes", codes.name, start, text]


class Style:
    """A format and its twin for text that begins like a formula."""

    def __init__(self, paper, name, **more):
        self.plain = paper.style(name, **more)
        self.quoted = paper.style(name, quote_prefix=True, **more)

    @cached_property
    def index(self):
        return self.plain._get_xf_index()

    @cached_property
    def quoted_index(self):
        return self.quoted._get_xf_index()
