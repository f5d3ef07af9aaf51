"""What stands above the table: 总分：120, 发布单位：…"""

import re

from evaluations.index_sheet.cells import half, words

LABELS = {
    "测评类型": "family",
    "名称": "title",
    "发布单位": "issuer",
    "发文单位": "issuer",
    "文号": "document_no",
    "版本": "edition_no",
    "地区适用": "region_variant",
    "总分": "total",
    "满分": "total",
    "申报线": "apply_line",
    "合格线": "pass_line",
    "加分上限": "bonus_cap",
    "打分步长": "step",
    "合分办法": "method",
    "每项说明字数上限": "words_cap",
    "每项材料数上限": "files_cap",
    "扣分须写理由": "reason_below_full",
    "施行日期": "starts_on",
    "性质": "nature",
}
PAIR = re.compile(r"^\s*([^:]{2,12}?)\s*:\s*(.+?)\s*$")


def facts_above(sheet, top):
    """Facts named above the headings, and the title: the first line that names none."""
    found = {}
    for row in sheet.rows:
        if row.number < top:
            for text in filter(None, (words(value) for value in row.values)):
                _learn(found, text)
    return found


def _learn(found, text):
    pairs = [PAIR.match(half(part)) for part in re.split(r"[；;\n　]+", text)]
    known = [(LABELS[p[1]], p[2]) for p in pairs if p and p[1] in LABELS]
    for name, value in known:
        found.setdefault(name, value)
    if not known and not any(pairs) and len(text) <= 100:
        found.setdefault("title", text)
