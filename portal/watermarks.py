"""Who looked at it and when, laid over a viewing copy as it is sent."""

import io
import subprocess
from functools import cache, lru_cache

from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from portal.models import Setting

CODE = "evidence_watermark"
INK = (80, 80, 80, 88)
EDGE = (255, 255, 255, 84)  # keeps it legible on dark pictures


def is_wanted():
    """Does the rule ask for it? As set among the figures awaiting confirmation."""
    return str(Setting.objects.value(CODE, "是")) in ("是", "True", "true", "1")


def words(user, at):
    """What the mark says."""
    return f"{user.name}（{user.get_role_display()}） {timezone.localtime(at):%Y-%m-%d %H:%M}"


def marked(path, text):
    """The JPEG at `path` with the text laid over it, as bytes."""
    with Image.open(path, formats=["JPEG"]) as image:
        image = image.convert("RGB")
    tile = _tile(text, max(18, min(image.size) // 36))
    for number, y in enumerate(range(-tile.height // 3, image.height, tile.height)):
        for x in range(-tile.width // 2 * (number % 2), image.width, tile.width):
            image.paste(tile, (x, y), tile)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


@lru_cache(maxsize=16)
def _tile(text, size):
    font = _font(size)
    wide = int(font.getlength(text)) + size * 2
    sheet = Image.new("RGBA", (wide, size * 3), (0, 0, 0, 0))
    ImageDraw.Draw(sheet).text(
        (size, size), text, font=font, fill=INK, stroke_width=1, stroke_fill=EDGE
    )
    turned = sheet.rotate(24, expand=True, resample=Image.Resampling.BICUBIC)
    ground = Image.new("RGBA", (turned.width, turned.height + size * 4), (0, 0, 0, 0))
    ground.paste(turned, (0, size * 2))
    return ground


@cache
def _font(size):
    """The machine's own Chinese font; without one, the letters and figures remain."""
    try:
        asked = ["fc-match", "-f", "%{file}", "sans-serif:lang=zh-cn"]
        found = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=True)
        return ImageFont.truetype(found.stdout.strip(), size)
    except (OSError, subprocess.SubprocessError):
        return ImageFont.load_default(size)
