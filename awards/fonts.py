"""The typefaces of a certificate: found on the machine, cut down once to a batch's characters.

The whole faces are some 60 MB; laid out with them a certificate takes six times as long and is
six times as large.
"""

import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from portal.errors import Refused

FAMILY = {"serif": "Noto Serif CJK SC", "bold": "Noto Serif CJK SC", "kai": "LXGW WenKai"}
FILES = {
    "serif": ("NotoSerifCJK-Regular.ttc", "NotoSerifCJKsc-Regular.otf"),
    "bold": ("NotoSerifCJK-Bold.ttc", "NotoSerifCJKsc-Bold.otf"),
    "kai": ("LXGWWenKai-Regular.ttf",),
}
PACKAGES = {"serif": "fonts-noto-cjk", "bold": "fonts-noto-cjk", "kai": "fonts-lxgw-wenkai"}
USUAL = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
CUT = (
    "--no-hinting",
    "--desubroutinize",
    "--layout-features=",
    "--name-IDs=1,2,4,6",
    "--notdef-outline",
    "--recalc-bounds",
    "--drop-tables+=GSUB,GPOS,GDEF,BASE,VORG,vhea,vmtx,DSIG,meta",
)
CUT_SECONDS = 120
MEDIA = "font/otf"


@dataclass(frozen=True)
class Face:
    """One typeface: its file, and which of the file's faces."""

    path: str
    number: int

    def opened(self):
        """The face, its tables read when asked for."""
        from fontTools.ttLib import TTFont

        return TTFont(self.path, fontNumber=self.number, lazy=True)


@cache
def face(style):
    """The typeface of a style (serif, bold, kai), or None where the machine has none."""
    for folder in (*settings.FONT_FOLDERS, *USUAL):
        for name in FILES[style]:
            for path in sorted(Path(folder).expanduser().rglob(name)):
                number = _number(path, FAMILY[style])
                if number is not None:
                    return Face(str(path), number)
    return None


def _number(path, family):
    """Which face of a collection is the one for Simplified Chinese."""
    from fontTools.ttLib import TTFont

    for number in range(_count(path)):
        with TTFont(path, fontNumber=number, lazy=True) as font:
            if family in (font["name"].getDebugName(1), font["name"].getDebugName(16)):
                return number
    return None


def _count(path):
    """How many faces a file holds."""
    with open(path, "rb") as file:
        head = file.read(12)
    return int.from_bytes(head[8:12], "big") if head.startswith(b"ttcf") else 1


def style_of(style):
    """The style that stands in where a face is missing: the serif for all; without it, Refused."""
    if face(style):
        return style
    if face("serif") is None:
        raise Refused(
            "服务器没有装宋体字库（Noto Serif CJK SC），不能制证；没有签发，也没有占用编号。"
            "请系统管理员安装软件包 fonts-noto-cjk 和 fonts-lxgw-wenkai。"
        )
    return "serif"


def missing_faces():
    """Sentences about faces that are replaced by another."""
    if face("serif") is None or face("kai"):
        return []
    return ["服务器没有装楷体字库（fonts-lxgw-wenkai），单位名称改用宋体。"]


@cache
def known(style):
    """Every character that a style has a shape for."""
    with face(style_of(style)).opened() as font:
        return frozenset(font.getBestCmap())


def learn():
    """Read what shapes there are, ahead of a transaction that asks: the first time takes long."""
    if face("serif"):
        known("serif"), known("kai")


def unknown_in(text, style):
    """Characters of a text without a shape, in order, each once; the serif stands in for others."""
    has = known(style)
    lacking = [each for each in dict.fromkeys(text) if ord(each) not in has and not each.isspace()]
    return [each for each in lacking if ord(each) not in known("serif")]


def subset(style, characters):
    """The bytes of a face that holds only these characters; the same for the same characters.

    A child cuts it: the whole face takes some 50 MB apart, which a worker would keep for good.
    """
    chosen = face(style_of(style))
    with TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        wanted, cut = Path(folder, "wanted"), Path(folder, "cut")
        wanted.write_text("\n".join(f"{ord(each):04X}" for each in sorted(characters)))
        order = [f"--font-number={chosen.number}", f"--unicodes-file={wanted}", *CUT]
        command = [sys.executable, "-I", "-m", "fontTools.subset", chosen.path, *order]
        subprocess.run([*command, f"--output-file={cut}"], check=True, timeout=CUT_SECONDS)
        return cut.read_bytes()
