"""The parts of an application form: what each asks for, how words are counted, what is lacking."""

import re
from dataclasses import dataclass

from units.contents import SECTIONS, TITLES, part_of
from units.models import ApplicationFile, Requirement

BASICS, DEEDS, PLEDGE = "basics", "deeds", "pledge"
PARTS = {**TITLES, PLEDGE: "承诺"}  # in the order of the page
NAMES = {each.key: each.names for each in SECTIONS}
FIELDS = {BASICS: NAMES[BASICS], DEEDS: NAMES[DEEDS], PLEDGE: ("pledged",)}  # what is typed
ASKED = {  # what must be filled in, and the sentence where it is not
    "nature": "请填写单位性质。",
    "staff_count": "请填写职工（户）总数。",
    "address": "请填写地址。",
    "contact_name": "请填写联系人。",
    "contact_phone": "请填写工作电话。",
}
PHONE = re.compile(r"[0-9+()（）转 -]{5,20}")
# A run of letters or figures is one word, as word processors count; every other sign is one too.
LATIN = r"\x21-\x7e\u00c0-\u024f\u0400-\u04ff\u1800-\u18af"
WORD = re.compile(rf"[{LATIN}]+|[^\s{LATIN}]")

K = ApplicationFile.Kind
KINDS = {
    Requirement.Kind.DOCUMENT: (K.PDF, K.DOCUMENT, K.SHEET, K.OFD, K.IMAGE),
    Requirement.Kind.PHOTO: (K.IMAGE,),
    Requirement.Kind.VIDEO: (K.VIDEO,),
}
KIND_WORDS = {
    Requirement.Kind.DOCUMENT: "PDF、DOCX、XLSX、OFD 或图片",
    Requirement.Kind.PHOTO: "JPG、PNG、WebP 或 HEIC 图片",
    Requirement.Kind.VIDEO: "MP4 视频",
}


@dataclass(frozen=True)
class Lack:
    """One thing that is missing: in which part, where on the page, in a sentence."""

    part: str
    anchor: str
    text: str


def count_words(text):
    """How many words a word processor would count."""
    return len(WORD.findall(text))


def asked_of(batch, category):
    """What the batch asks of applicants of that category, in order; of its prefetched rows."""
    return [each for each in batch.requirements.all() if each.category_id in (None, category.pk)]


def lacking(application, requirements, counts):
    """Everything that keeps it from being handed in; `counts` is requirement key → files."""
    found = [*_basics(application), *_deeds(application)]
    for requirement in requirements:
        found += _of_requirement(requirement, counts.get(requirement.pk, 0))
    if not application.pledged:
        found.append(Lack(PLEDGE, "pledged", "请阅读并勾选承诺。"))
    order = list(PARTS)
    return sorted(found, key=lambda each: order.index(each.part))


def _basics(application):
    for name, sentence in ASKED.items():
        if getattr(application, name) in ("", None):
            yield Lack(BASICS, name, sentence)
    phone = application.contact_phone
    if phone and not PHONE.fullmatch(phone):
        yield Lack(BASICS, "contact_phone", "工作电话只写数字、横线和分机，例如 0470-8221234。")


def _deeds(application):
    if not application.summary.strip():
        yield Lack(DEEDS, "summary", "请用一句话写明主要做法。")
    least, most = application.batch.words_asked(application.category)
    count = count_words(application.deeds)
    if not count:
        yield Lack(DEEDS, "deeds", "请填写事迹材料。")
    elif count < least:
        text = f"事迹材料 {count} 字，至少 {least} 字，还差 {least - count} 字。"
        yield Lack(DEEDS, "deeds", text)
    elif count > most:
        text = f"事迹材料 {count} 字，最多 {most} 字，请删减 {count - most} 字。"
        yield Lack(DEEDS, "deeds", text)


def _of_requirement(requirement, count):
    """A voluntary one is asked for only once something of it is there."""
    part, anchor = part_of(requirement), f"requirement-{requirement.pk}"
    least = requirement.least if requirement.is_required or count else 0
    if count < least:
        yield Lack(part, anchor, f"“{requirement.name}”还差 {least - count} 份。")
    elif count > requirement.most:
        over = count - requirement.most
        yield Lack(part, anchor, f"“{requirement.name}”多了 {over} 份，请移除。")
