"""B11: certificates of a batch as PDFs, beside one plain WeasyPrint call a certificate."""

import io
import statistics
import time
from datetime import date
from types import SimpleNamespace

from django.template.loader import render_to_string

from awards.layout import sheet_of
from awards.models import Certificate
from awards.printing import Press, texts_of, undisturbed
from awards.rules import chinese_date
from tests.benchmarks.harness import Figure, memory_peak, timed

IDS = ("B11",)
MANY = 248
OFFICES = ("中共示例市委宣传部", "中共示例市委统一战线工作部", "示例市民族事务委员会")
PLACES = ("莫力达瓦达斡尔族自治旗", "鄂伦春自治旗", "海拉尔区", "新巴尔虎左旗", "满洲里市")
UNITS = ("示例嘎查", "示例社区", "示例中学", "示例农牧业发展（集团）有限责任公司", "示例税务局")
SYSTEM = {"CertSerif": '"Noto Serif CJK SC"', "CertKai": '"LXGW WenKai"'}


def measure(city, full):
    """No database: what is measured is setting the page, its QR code and its faces."""
    papers = certificates(MANY)
    spent, press = _made(papers)
    yield Figure("B11", f"faces of {MANY} certificates, cut once", spent, "ms", bar=5000)
    ours, plain = _each(press, papers)
    yield Figure(
        "B11",
        f"each certificate of {MANY} with its QR code",
        ours,
        "ms",
        bar=35,
        baseline=plain,
        at_most=round(1 / 6, 3),
        beside="plain WeasyPrint call",
    )
    made = [press.print(each, offices()) for each in papers[:60]]
    size = round(statistics.mean(map(len, made)) / 1000, 1)
    yield Figure("B11", "the same, size without seals", size, "kB", bar=40)
    yield Figure("B11", "one print file of them, a page", joined(made), "ms", bar=12)
    many = 1000 if full else MANY
    held = memory_peak(print_many, many)
    yield Figure("B11", f"printing {many}, memory of the whole process", held, "MB", bar=350)


def certificates(count):
    """Unsaved rows, each a unit of its own."""
    return [_certificate(number) for number in range(1, count + 1)]


def _certificate(number):
    unit = f"{PLACES[number % 5]}{UNITS[number // 5 % 5]}{number}"
    return Certificate(
        heading="命名证书",
        number=f"示例市民团证〔2026〕{number:04d}号",
        unit_name=unit,
        text="经逐级推荐、测评、审定和公示，决定命名你单位为第五批",
        title="全市民族团结进步示范区示范单位",
        closing="有效期至二〇三一年十二月十九日。特发此证。",
        document_no="示例发〔2026〕3号",
        dated_on=date(2026, 12, 20),
        address=f"https://portal.example/verify/{number:032x}/",
    )


def offices():
    return [SimpleNamespace(name=name, seal=None) for name in OFFICES]


def press_for(papers):
    """A press with its faces cut."""
    made = Press(texts_of(map(vars, papers), OFFICES))
    assert made.parts
    return made


def _made(papers):
    began = time.perf_counter()
    press = press_for(papers)
    return round((time.perf_counter() - began) * 1000), press


def _each(press, papers):
    """Milliseconds a certificate takes: in a batch, and by plain calls made between its parts."""
    ours = plain = 0
    for start in range(0, MANY, 31):
        with undisturbed():  # as the job does
            ours += timed(lambda part=papers[start : start + 31]: _print(press, part))
        plain += timed(lambda: [plainly(each) for each in papers[:3]])
    return round(ours / MANY, 1), round(plain / (3 * -(-MANY // 31)), 1)


def _print(press, papers):
    for each in papers:
        press.print(each, offices())


def plainly(paper):
    """What anybody would write first: the page with the machine's faces and the code as SVG."""
    import segno
    from weasyprint import HTML

    sheet = sheet_of(paper, offices(), chinese_date(paper.dated_on))
    style = render_to_string("pdf/certificate.css")
    for ours, theirs in SYSTEM.items():
        style = style.replace(ours, theirs)
    code = segno.make(paper.address, error="m", micro=False).svg_inline(scale=2)
    page = render_to_string("pdf/certificate.html", {"sheet": sheet})
    page = page.replace("</head>", f"<style>{style}</style></head>")
    return HTML(string=page.replace("</body>", f"{code}</body>")).write_pdf()


def joined(made):
    """Milliseconds a page to put them into one file."""
    import pikepdf

    began = time.perf_counter()
    with pikepdf.new() as whole:
        for content in made:
            with pikepdf.open(io.BytesIO(content)) as one:
                whole.pages.extend(one.pages)
        whole.save(io.BytesIO(), deterministic_id=True)
    return round((time.perf_counter() - began) * 1000 / len(made), 1)


def print_many(count):
    """Print that many, keeping none; what a worker's process comes to."""
    papers = certificates(count or 1)
    press = press_for(papers)
    for each in papers:
        press.print(each, offices())
