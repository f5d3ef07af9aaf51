"""The press: certificates of one issue as PDFs, with faces cut once and seals compressed once."""

import gc
from contextlib import contextmanager
from functools import cached_property

from django.template.loader import get_template

from awards import drawing, fonts
from awards.layout import SEAL_BOTTOM, sheet_of
from awards.rules import chinese_date
from portal import files
from portal.documents import closed_fetcher

TEXTS = ("heading", "number", "unit_name", "text", "title", "closing", "document_no")
FIXED = "扫码核验证书真伪和称号今日状态命名文件：〇一二三四五六七八九十年月日"
FACES = (("serif", "CertSerif", 400), ("bold", "CertSerif", 700), ("kai", "CertKai", 400))
CLEAN_EVERY = 25  # layouts hold one another in circles; left alone they pile up to 800 MB


def texts_of(rows, offices):
    """{style: its characters} of certificates, given as dicts of TEXTS, and of their departments.

    The same certificates give the same faces, whichever of them are still to be printed.
    """
    found = {"serif": set(FIXED), "bold": set(), "kai": set("：")}
    for row in rows:
        found["serif"].update(*(row[name] for name in TEXTS))
        found["bold"].update(row["heading"], row["title"])
        found["kai"].update(row["unit_name"])
    for name in offices:
        found["serif"].update(name)
    return found


def missing_shapes(rows):
    """Sentences naming the characters that cannot be printed, and whose certificate needs them."""
    found = []
    for row in rows:
        lacking = fonts.unknown_in("".join(row[name] for name in TEXTS), "serif")
        lacking = [each for each in lacking if fonts.unknown_in(each, "kai")]
        if lacking:
            shown = "、".join(f"“{each}”（U+{ord(each):04X}）" for each in lacking)
            found.append(f"“{row['unit_name']}”的证书中{shown}没有字形。")
    return found


@contextmanager
def undisturbed():
    """While many are printed, cleaning up looks only at what printing left, not at all there is."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class Press:
    """Prints certificates one by one; made once for all of an issue."""

    def __init__(self, characters):
        self.characters = characters
        self.seals, self.printed = {}, 0
        self.template = get_template("pdf/certificate.html")

    @cached_property
    def held(self):
        """The cut faces under the addresses by which the style sheet knows them."""
        return {
            f"face:{style}": (fonts.subset(style, self.characters[style]), fonts.MEDIA)
            for style, *_ in FACES
        }

    @cached_property
    def parts(self):
        """(style sheet, font configuration, fetcher), made once."""
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        faces = "".join(
            f"@font-face{{font-family:{family};font-weight:{weight};src:url(face:{style})}}"
            for style, family, weight in FACES
        )
        configuration, fetcher = FontConfiguration(), closed_fetcher(self.held)
        text = faces + get_template("pdf/certificate.css").render()
        sheet = CSS(string=text, font_config=configuration, url_fetcher=fetcher)
        return sheet, configuration, fetcher

    def print(self, certificate, issuers):
        """The bytes of one certificate."""
        from weasyprint import HTML

        sheet = sheet_of(certificate, issuers, chinese_date(certificate.dated_on))
        style, configuration, fetcher = self.parts
        page = HTML(string=self.template.render({"sheet": sheet}), url_fetcher=fetcher)
        content = page.write_pdf(
            stylesheets=[style],
            font_config=configuration,
            finisher=lambda document, pdf: self._finish(pdf, certificate, sheet),
        )
        self._clean()
        return content

    def _finish(self, pdf, certificate, sheet):
        operators = [drawing.border(), drawing.qr_code(certificate.address)]
        images = {}
        for number, each in enumerate(sheet.issuers):
            if each.seal is None:
                continue
            seal, name = self._seal(each.seal), f"Seal{number}"
            images[name] = seal.put_into(pdf)
            bottom = drawing.HEIGHT - SEAL_BOTTOM
            operators.append(seal.drawn(name, each.seal_left, bottom, each.seal_size))
        drawing.draw_over(pdf, operators, images)

    def _seal(self, stored):
        if stored.sha256 not in self.seals:
            self.seals[stored.sha256] = drawing.Seal(files.path_of(stored.sha256))
        return self.seals[stored.sha256]

    def _clean(self):
        self.printed += 1
        if self.printed % CLEAN_EVERY == 0:
            gc.collect()
