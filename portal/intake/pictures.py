"""Pictures: read to the last pixel, re-encoded without what cameras write into them, and hashed."""

import io
import math
import re
import zipfile
from datetime import date

from PIL import Image, ImageFile, ImageOps, ImageStat, UnidentifiedImageError

from portal.errors import Refused
from portal.intake.kinds import HEIC, JPG, NOTHING, PNG, WEBP

FORMATS = {JPG: "JPEG", PNG: "PNG", WEBP: "WEBP", HEIC: "HEIF"}
ACTIVE = re.compile(rb"<script|<html|<!doctype|<\?php|<iframe|javascript:", re.IGNORECASE)
TAKEN = (0x9003, 0x9004, 0x0132)  # DateTimeOriginal, DateTimeDigitized, DateTime
EXIF_PART = 0x8769
BLANK = 6.0  # a picture with less contrast says nothing: a blank page looks like any other
PART = 1 << 20


def look(path, kind, name, limits):
    """What a picture is, once it has been read whole; Refused if it is broken or carries more."""
    check_company(path, name)
    image = opened(path, kind, name, limits)
    facts = {"width": image.width, "height": image.height, "found_on": taken_on(image)}
    read(image, kind, name)
    return facts


def check_company(path, name):
    """Refuse a picture that is at the same time a web page, a script or a package."""
    with open(path, "rb") as file:
        tail = b""
        while chunk := file.read(PART):
            if ACTIVE.search(tail + chunk):
                raise Refused(
                    f"“{name}”里夹带了网页或脚本，{NOTHING}请用看图软件打开后另存为 JPG，再传。"
                )
            tail = chunk[-16:]
    if zipfile.is_zipfile(path):
        raise Refused(f"“{name}”里夹带了压缩包，{NOTHING}请用看图软件打开后另存为 JPG，再传。")


def opened(path, kind, name, limits):
    """The picture with its size known and found bearable; nothing is unpacked yet."""
    if kind == HEIC:
        _register_heif()
    Image.MAX_IMAGE_PIXELS = None  # our own, stricter limit follows
    try:
        image = Image.open(path, formats=[FORMATS[kind]])
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise broken(name) from error
    if image.width * image.height > limits.pixels:
        most = limits.pixels // 1_000_000
        raise Refused(
            f"“{name}”有 {image.width}×{image.height} 像素，超过 {most}00 万，{NOTHING}"
            "请用手机或看图软件缩小后再传。"
        )
    return image


def _register_heif():
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)


def read(image, kind, name):
    """Decode every pixel; JPEG at an eighth of its size, which still walks the whole stream."""
    if kind == JPG:
        image.draft("RGB", (image.width // 8, image.height // 8))
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, once imported, lets half pictures through
    try:
        image.load()
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
        raise broken(name) from error


def broken(name):
    return Refused(f"“{name}”不完整或已损坏，打不开，{NOTHING}请重新拍照或重新选择文件。")


def taken_on(image):
    """The day the camera wrote into the picture, if it did and it makes sense."""
    try:
        exif = image.getexif()
        inner = exif.get_ifd(EXIF_PART)
    except Exception:  # a broken note in a good picture is no reason to refuse it
        return None
    texts = (str(inner.get(tag) or exif.get(tag) or "") for tag in TAKEN)
    return next(filter(None, map(day_in, texts)), None)


def day_in(text):
    """“2026:03-18 …” as ISO, or None."""
    found = re.match(r"(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})", text.strip())
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    return day.isoformat() if day and day.year >= 1990 else None


def derive(path, kind, name, limits):
    """The viewing copy, the thumbnail and the hash of a picture, as bytes and words."""
    image = upright(opened(path, kind, name, limits), limits.side, name)
    copy = jpeg(image, 82)
    image.thumbnail((limits.thumb, limits.thumb))
    return {
        "viewing": copy,
        "thumbnail": jpeg(image, 78),
        "picture_hash": hash_of(image),
        "picture_tones": tones_of(image),
    }


def upright(image, side, name):
    """The pixels alone: turned as they were held, on white, no larger than `side`."""
    try:
        image.draft("RGB", (side, side))
        image.load()
        image = ImageOps.exif_transpose(image)
        image = on_white(image)
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
        raise broken(name) from error
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return image


def on_white(image):
    """Without transparency, palettes and colour spaces a browser may not know."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert("RGB")


def jpeg(image, quality):
    """A fresh JPEG of these pixels: no location, no camera, no notes."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=True, exif=b"")
    return out.getvalue()


COSINES = [[math.cos(math.pi * u * (2 * x + 1) / 64) for x in range(32)] for u in range(8)]


def hash_of(image):
    """64 bits that stay nearly the same when a picture is scaled, re-saved or brightened.

    The low frequencies of a 32×32 grey copy, each against their median (pHash).
    """
    grey = image.convert("L").resize((32, 32), Image.Resampling.LANCZOS)
    if ImageStat.Stat(grey).stddev[0] < BLANK:
        return ""
    pixels = list(map(float, grey.tobytes()))
    rows = [pixels[at : at + 32] for at in range(0, 1024, 32)]
    along = [[sum(map(float.__mul__, row, wave)) for wave in COSINES] for row in rows]
    waves = [
        sum(along[y][u] * COSINES[v][y] for y in range(32)) for v in range(8) for u in range(8)
    ]
    middle = sorted(waves[1:])[31]
    bits = "".join("1" if wave > middle else "0" for wave in waves)
    return f"{int(bits, 2):016x}"


def tones_of(image):
    """Red, green and blue of eight by eight squares, in hexadecimal."""
    small = image.convert("RGB").resize((8, 8), Image.Resampling.BOX)
    return "".join(channel.tobytes().hex() for channel in small.split())
