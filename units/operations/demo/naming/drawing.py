"""Pictures and papers of the demonstration: drawn, examined by the real intake, shared by all."""

import io
from datetime import timedelta

from PIL import Image, ImageDraw

from portal.documents import pdf_of
from portal.intake.receiving import Received, receive
from portal.models import StoredFile

SIZE = (960, 640)
SKIES = ((190, 214, 232), (222, 214, 196), (205, 222, 208))
PAGE = """<html lang="zh"><style>
@page {{ size: A4; margin: 30mm 26mm }}
body {{ font: 12pt/2 sans-serif }} h1 {{ font-size: 18pt; text-align: center }}
p {{ text-indent: 2em; margin: 0 }} .end {{ text-align: right; margin-top: 24mm }}
</style><h1>{title}</h1>{body}<p class="end">（演示材料，示例单位）</p></html>"""
SUMMARY = (
    "示例：本年度把铸牢中华民族共同体意识作为主线，成立领导小组，制定工作方案，专题研究四次。",
    "示例：组织专题学习、主题党日和群众性活动二十余场，建设宣传栏六处，推广普及国家通用语言文字。",
    "示例：同周边单位结对共建，帮助群众解决就业、就学、就医问题三十余件，未发生影响团结的事件。",
    "示例：不足之处是档案归集不够及时，下一步明确专人负责，按季度整理。",
)
CONSENT = (
    "示例：经审核，所报单位材料真实、程序完备，公示无异议，同意推荐。",
    "示例：请予审核。",
)


def picture(dice):
    """A hall with a board, flags and people: enough to tell one photo from another."""
    wide, high = SIZE
    image = Image.new("RGB", SIZE, dice.choice(SKIES))
    draw = ImageDraw.Draw(image)
    floor = high * dice.randint(62, 72) // 100
    draw.rectangle((0, floor, wide, high), fill=(168, 150, 128))
    left = dice.randint(120, 260)
    draw.rectangle((left, 70, left + 520, 250), fill=(160, 32, 30))
    draw.rectangle((left + 40, 120, left + 480, 150), fill=(240, 214, 120))
    draw.rectangle((left + 120, 180, left + 400, 200), fill=(240, 214, 120))
    for row in range(2):
        for seat in range(dice.randint(7, 11)):
            _person(draw, 60 + seat * 82 + 30 * row, floor + 20 + 90 * row, dice)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def _person(draw, x, y, dice):
    coat = tuple(dice.randint(40, 200) for _ in range(3))
    draw.ellipse((x, y - 34, x + 28, y - 4), fill=(226, 190, 160))
    draw.rectangle((x - 8, y - 4, x + 36, y + 56), fill=coat)


def paper(title, paragraphs):
    """One page with a heading and what it says."""
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return pdf_of(PAGE.format(title=title, body=body))


class Materials:
    """What everybody in the demonstration hands in, examined once."""

    def __init__(self, dice, cast):
        self.dice, self.owner, self.at = dice, cast.office, cast.at
        known = self._known()
        pictures = [self._photo(known, number) for number in (1, 2)]
        self.photos, self.summary = pictures, self._page(known, "工作总结.pdf", SUMMARY)
        self.consent = self._page(known, "同意推荐的函.pdf", CONSENT)

    def _known(self):
        """What an earlier part of the demonstration had examined already."""
        rows = StoredFile.objects.filter(owner=self.owner, created_at=self.at)
        return {each.name: each for each in rows}

    def _photo(self, known, number):
        name = f"创建活动{number}.jpg"
        return self._take(known, name, "image", None, lambda: picture(self.dice))

    def _page(self, known, name, paragraphs):
        title = f"{name.removesuffix('.pdf')}（示例）"
        return self._take(known, name, "pdf", 1, lambda: paper(title, paragraphs))

    def _take(self, known, name, kind, pages, draw):
        found = known.get(name)
        if found:
            return Received(found, kind, None, pages)
        made = receive(draw(), name=name, owner=self.owner, at=self.at)
        made.stored.save()
        return made

    def copy(self, found, *, owner, at):
        """The same file brought by somebody else."""
        known = found.stored
        stored = StoredFile(
            name=known.name,
            media_type=known.media_type,
            size=known.size,
            sha256=known.sha256,
            owner=owner,
            created_at=at - timedelta(minutes=1),
        )
        return Received(stored, found.kind, None, found.pages)
