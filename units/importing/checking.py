"""A whole list compared with the register: each line by itself, then the lines with one another."""

from collections import defaultdict

from units.importing import names
from units.importing.findings import Verdict
from units.importing.uncollected import uncollected


@uncollected()
def check(lines, matcher, *, choices=None, aside=(), progress=None):
    """Findings of all lines. `choices` and `aside` by (row, part)."""
    choices = choices or {}
    findings = []
    for number, line in enumerate(lines):
        findings.append(matcher.find(line, choices.get((line.row, line.part))))
        if progress and number % 200 == 0:
            progress(number, len(lines))
    compare(findings, choices, set(aside))
    return findings


def compare(findings, choices, aside):
    """Two lines claiming one title, and new names almost alike, wait for a person."""
    claimed, written, codes, titles = {}, defaultdict(list), {}, defaultdict(list)
    for found in findings:
        at = (found.line.row, found.line.part)
        if at in aside or found.verdict not in (Verdict.NEW, Verdict.MATCH):
            continue
        _claim(found, claimed)
        if choices.get(at, {}).get("title") != "add":
            _perhaps_claimed(found, titles)
        _claim_code(found, codes)
        if found.verdict == Verdict.NEW and not choices.get(at, {}).get("new"):
            _near_in_list(found, written)


def _claim(found, claimed):
    claim = (found.identity, found.title_key)
    first = claimed.setdefault(claim, found)
    if first is not found:
        found.verdict, found.reasons = "", []
        found.doubt(
            "duplicate_in_file",
            f"与第 {first.line.row} 行是同一个单位的同一项称号，只登记一次，请暂缓其中一行。",
            field="",
        )


def _perhaps_claimed(found, titles):
    """A cumulative list repeats titles without saying their batch."""
    held = titles[found.identity, found.level, found.kind_id or found.kind_key]
    first = next((each for each in held if _one_says_more(each.line, found.line)), None)
    if first and found.verdict != Verdict.DOUBT:
        found.verdict, found.reasons = "", []
        text = (
            f"可能与第 {first.line.row} 行是同一项称号（一处写了批次或年份，一处没有写）。"
            "请暂缓其中一行，或确认另有一项。"
        )
        found.doubt("duplicate_in_file", text, field="")
    held.append(found)


def _one_says_more(one, other):
    fits = not one.year or not other.year or one.year == other.year
    said_once = bool(one.batch) != bool(other.batch)
    blank = not (one.batch or one.year) or not (other.batch or other.year)
    return fits and (said_once or blank) and (one.batch, one.year) != (other.batch, other.year)


def _claim_code(found, codes):
    """One credit code is one unit: two names under it, or two codes for one, are told."""
    code = found.line.credit_code
    if not code or found.verdict != Verdict.NEW:
        return
    for mark in (("code", code), ("unit", found.identity)):
        first = codes.setdefault(mark, found)
        if (first.line.credit_code, first.identity) != (code, found.identity):
            found.verdict, found.reasons = "", []
            text = f"与第 {first.line.row} 行“{first.line.name}”的信用代码和单位对不上，请核对。"
            found.doubt("credit_code_twice", text, field="credit_code")
            return


def _near_in_list(found, written):
    if not found.rest:
        return
    stem, kind = names.core(found.rest)
    alike = written[found.place.id, names.one_writing(stem), kind]
    other = next((each for each in alike if names.core(each.rest)[0] != stem), None)
    if other:
        found.verdict, found.reasons = "", []
        text = f"与第 {other.line.row} 行“{other.line.name}”写法相近，请确认是否两个单位。"
        found.doubt("near_in_file", text)
    alike.append(found)


def counts(findings):
    """How many lines of each verdict."""
    told = dict.fromkeys(Verdict.values, 0)
    for found in findings:
        told[found.verdict] += 1
    return told
