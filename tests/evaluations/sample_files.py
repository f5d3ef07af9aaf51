"""Small files as phones, scanners and offices make them; each seed gives another content."""

import io
import random
import struct
import zipfile

import pikepdf
from PIL import Image
from pillow_heif import from_pillow

OFFICE = "application/vnd.openxmlformats-officedocument"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
ROOT_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def picture(seed=1, size=(320, 240)):
    """A picture with shapes of its own."""
    draw = random.Random(seed)
    small = Image.new("RGB", (16, 12))
    small.putdata([tuple(draw.randrange(256) for _ in range(3)) for _ in range(16 * 12)])
    return small.resize(size, Image.Resampling.BICUBIC)


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(seed=1, size=(320, 240), quality=85, taken=None, place=False, turn=None):
    """A photo; `taken` as cameras write it, `place` with a location in it."""
    exif = Image.Exif()
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    if turn:
        exif[0x0112] = turn
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: (49.0, 12.0, 42.0), 3: "E", 4: (119.0, 44.0, 9.0)})
    return encoded(picture(seed, size), "JPEG", quality=quality, exif=exif)


def png(seed=1, size=(320, 240)):
    return encoded(picture(seed, size), "PNG")


def webp(seed=1, size=(320, 240)):
    return encoded(picture(seed, size), "WEBP")


def heic(seed=1, size=(320, 240)):
    out = io.BytesIO()
    from_pillow(picture(seed, size)).save(out)
    return out.getvalue()


def pdf(seed=1, pages=1, change=None):
    """A PDF of blank pages; `change(pdf)` may put something into it."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    document.docinfo["/Title"] = f"示例 {seed}"
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def package(parts):
    """A zip of {name: text}."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def office(main, part, body, more=None, types=""):
    override = f'<Override PartName="/{part}" ContentType="{main}"/>'
    return package(
        {
            "[Content_Types].xml": f"<Types>{override}{types}</Types>",
            "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="r1" '
            f'Type="{ROOT_REL}" Target="{part}"/></Relationships>',
            part: body,
            **(more or {}),
        }
    )


def docx(seed=1, more=None, types="", body="", main=f"{OFFICE}.wordprocessingml.document.main+xml"):
    return office(main, "word/document.xml", f"<document>示例 {seed}{body}</document>", more, types)


def xlsx(seed=1, more=None, types="", main=f"{OFFICE}.spreadsheetml.sheet.main+xml"):
    return office(main, "xl/workbook.xml", f"<workbook>示例 {seed}</workbook>", more, types)


def ofd(seed=1):
    return package({"OFD.xml": f"<ofd:OFD>示例 {seed}</ofd:OFD>", "Doc_0/Document.xml": "<d/>"})


def box(kind, body=b""):
    return struct.pack(">I4s", len(body) + 8, kind) + body


def mp4(seed=1, size=2000, brand=b"isom", handler=b"vide"):
    """Boxes as a phone lays them; nothing to be seen in it."""
    handle = box(b"hdlr", bytes(8) + handler + bytes(13))
    movie = box(b"moov", box(b"mvhd", bytes(100)) + box(b"trak", box(b"mdia", handle)))
    body = random.Random(seed).randbytes(size)
    return box(b"ftyp", brand + bytes(4) + brand + b"mp42") + movie + box(b"mdat", body)


BENIGN = {
    "照片.jpg": jpeg,
    "截图.png": png,
    "微信图片.webp": webp,
    "IMG_0001.HEIC": heic,
    "扫描件.pdf": pdf,
    "方案.docx": docx,
    "台账.xlsx": xlsx,
    "公文.ofd": ofd,
    "活动.mp4": mp4,
}
