"""Fifty workbooks that would keep a careless reader busy or fill its memory."""

import random
from itertools import product

from tests.portal.workbooks import MAIN, workbook_parts, zipped

MB = 1024 * 1024
OPEN = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
CLOSE = b"</sheetData></worksheet>"
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
DTDS = {
    "laughs": f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]>',
    "quadratic": f'<!DOCTYPE x [<!ENTITY a9 "{"x" * 100_000}">]>',
    "external": '<!DOCTYPE x [<!ENTITY a9 SYSTEM "file:///etc/hostname">]>',
    "parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
}


def repeated(chunk, size, head=OPEN, tail=CLOSE):
    """`chunk` over and over until `size` bytes, as pieces to be zipped on the way."""
    yield head
    for _ in range(size // len(chunk * 1000)):
        yield chunk * 1000
    yield tail


def noisy(size, seed=1):
    """Cells that pack like a real list's, so that only counting stops them."""
    dice, made = random.Random(seed), 0
    yield OPEN
    while made < size:
        row = "".join(f'<c r="A1"><v>{dice.randrange(1000)}</v></c>' for _ in range(2000)).encode()
        made += len(row)
        yield b"<row>" + row + b"</row>"
    yield CLOSE


def with_sheet(content, **options):
    return {**workbook_parts(**options), "xl/worksheets/sheet1.xml": content}


def with_part(name, content):
    return {**workbook_parts('<c r="A1"><v>1</v></c>'), name: content}


def huge_sheets():
    chunks = [b'<row r="1"><c r="A1"><v>1</v></c></row>', b"<row/>", b'<c r="A1" s="1"/>', b"<a/>"]
    for number, (chunk, size) in enumerate(product(chunks, (40 * MB, 99 * MB, 300 * MB))):
        yield f"huge-{number}", lambda c=chunk, s=size: with_sheet(repeated(c, s))


def far_cells():
    for place in ("XFD1048576", "A1048577", "XFD1", "BI1", "AAA20001"):
        row = "".join(c for c in place if c.isdigit())
        xml = f'<row r="{row}"><c r="{place}"><v>1</v></c></row>'
        yield f"far-{place}", lambda x=xml: workbook_parts(rows=x)


def entities():
    parts = ("xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml")
    for (kind, dtd), part in product(DTDS.items(), (*parts, "_rels/.rels", "xl/styles.xml")):
        yield f"{kind}-{part}", lambda d=dtd, p=part: with_part(p, f"{d}<x>&a9;</x>")


def crowds():
    yield "entries", lambda: {**workbook_parts(), **{f"xl/media/{n}": b"x" for n in range(300)}}
    yield "twice", lambda: [*workbook_parts().items(), ("xl/workbook.xml", "<x/>")]
    yield "case", lambda: [*workbook_parts().items(), ("XL/Workbook.xml", "<x/>")]
    yield "noise", lambda: with_sheet(noisy(90 * MB))
    strings = repeated(b"<si><t>x</t></si>", 90 * MB, f'<sst xmlns="{MAIN}">'.encode(), b"</sst>")
    yield "strings", lambda: with_part("xl/sharedStrings.xml", strings)
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs>'.encode()
    many = repeated(b'<xf numFmtId="14"/>', 80 * MB, styles, b"</cellXfs></styleSheet>")
    yield "styles", lambda: with_part("xl/styles.xml", many)
    merges = repeated(b'<mergeCell ref="A1:B2"/>', 80 * MB)
    yield "merges", lambda: with_sheet(merges)
    yield "deep", lambda: with_sheet(repeated(b"<a>", 60 * MB))
    yield "wide-16", lambda: with_part("xl/styles.xml", DTDS["laughs"].encode("utf-16"))
    named = '<?xml version="1.0" encoding="utf-7"?><x/>'
    yield "utf-7", lambda: with_part("xl/workbook.xml", named)
    long = "长" * 40_000
    rows = "".join(f'<row r="{n}"><c t="s"><v>0</v></c></row>' for n in range(1, 3000))
    yield "echo", lambda: workbook_parts(rows=rows, strings=["长" * 32_000])
    yield "long", lambda: workbook_parts('<c r="B1" t="s"><v>0</v></c>', strings=[long])
    rows = "".join(f'<row r="{n}"><c><v>1</v></c></row>' for n in range(1, 20_003))
    yield "rows", lambda: workbook_parts(rows=rows)


BOMBS = dict([*huge_sheets(), *far_cells(), *entities(), *crowds()])
FEW = ["huge-0", "huge-4", "far-XFD1048576", "laughs-xl/workbook.xml", "noise", "strings", "echo"]


def make_bomb(kind, path):
    """Write the bomb called `kind`."""
    return zipped(path, BOMBS[kind]())
