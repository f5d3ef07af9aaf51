"""Workbooks made by hand, good and bad, for the tests of reading and writing."""

import zipfile
from types import SimpleNamespace

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = f"""<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="176"
formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts><cellXfs count="5"><xf numFmtId="0"/>
<xf numFmtId="14"/><xf numFmtId="31"/><xf numFmtId="57"/><xf numFmtId="176"/></cellXfs>
</styleSheet>"""


def workbook_parts(cells="", *, strings=(), rows=None, after="", names=("名单",)):
    """The parts of a small workbook: `cells` of its first row, or `rows` as XML."""
    rows = f'<row r="1">{cells}</row>' if rows is None else rows
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'
    items = "".join(f"<si><t>{text}</t></si>" for text in strings)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="s{n}"/>' for n, name in enumerate(names, 1)
    )
    targets = "".join(
        f'<Relationship Id="s{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in enumerate(names, 1)
    )
    return {
        "[Content_Types].xml": content_types(len(names)),
        "_rels/.rels": relations(
            f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        ),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            f'{targets}<Relationship Id="t" Type="{OFFICE}/sharedStrings" '
            f'Target="sharedStrings.xml"/><Relationship Id="y" Type="{OFFICE}/styles" '
            'Target="styles.xml"/>'
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{items}</sst>',
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{n}.xml": sheet for n, _ in enumerate(names, 1)},
    }


def relations(inner):
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def content_types(sheets):
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {f"/xl/worksheets/sheet{n}.xml": "worksheet" for n in range(1, sheets + 1)}
    parts |= {"/xl/workbook.xml": "sheet.main", "/xl/sharedStrings.xml": "sharedStrings"}
    parts |= {"/xl/styles.xml": "styles"}
    listed = "".join(
        f'<Override PartName="{part}" ContentType="{kind}.{name}+xml"/>'
        for part, name in parts.items()
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{listed}</Types>"
    )


def zipped(path, parts, *, compression=zipfile.ZIP_DEFLATED):
    """Write `parts` (name → text, bytes or an iterator of bytes) as one zip file."""
    with zipfile.ZipFile(path, "w", compression) as package:
        for name, content in parts.items() if isinstance(parts, dict) else parts:
            _write(package, name, content)
    return path


def _write(package, name, content):
    if isinstance(content, str | bytes):
        package.writestr(name, content)
        return
    with package.open(name, "w", force_zip64=True) as part:
        for chunk in content:
            part.write(chunk)


def column(heading, value, kind="text"):
    return SimpleNamespace(key=heading, heading=heading, value=value, kind=kind, width=14)
