"""The picture of a seal: a PNG with a transparent ground, redrawn without anything else in it."""

import io

from PIL import Image

from portal.errors import Refused
from portal.intake import pictures
from portal.intake.kinds import PNG, kind_of

LEAST, MOST, KEPT = 300, 4000, 1200  # pixels of the longer edge: taken in, and kept
CLEAR = 0.1  # share of the picture that must let the paper through
NOTHING = "没有更换印章图样。"
ADVICE = "请用看图软件去掉白色背景，另存为背景透明的 PNG。"


def seal_of(path, name, limits):
    """The bytes of a clean PNG, or Refused with what is wrong with the one that came."""
    _check_kind(path, name)
    pictures.check_company(path, name)
    image = pictures.opened(path, PNG, name, limits)
    _check_size(image, name)
    pictures.read(image, PNG, name)
    image = image.convert("RGBA")
    _check_clear(image, name)
    image.thumbnail((KEPT, KEPT), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _check_kind(path, name):
    with open(path, "rb") as file:
        head = file.read(4096)
    if not head.startswith(b"\x89PNG\r\n\x1a\n") or kind_of(head, name) != PNG:
        raise Refused(f"“{name}”不是 PNG 图片，{NOTHING}{ADVICE}")


def _check_size(image, name):
    longer = max(image.size)
    if longer < LEAST or longer > MOST:
        raise Refused(
            f"“{name}”是 {image.width}×{image.height} 像素，长边须在 {LEAST} 到 {MOST} 像素之间，"
            f"{NOTHING}"
        )


def _check_clear(image, name):
    alpha = image.getchannel("A").histogram()
    if sum(alpha[:16]) < CLEAR * image.width * image.height:
        raise Refused(f"“{name}”的背景不透明，盖在证书上会遮住文字，{NOTHING}{ADVICE}")
    if sum(alpha[128:]) == 0:
        raise Refused(f"“{name}”是空白图片，{NOTHING}请重新选择印章图样。")
