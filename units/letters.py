"""征求意见函: its wording and who signs it, as the batch says or as is usual."""

import re

from units.access import host_of
from units.models import IssuingBody

USUAL = (
    "{批次}民族团结进步{种类}评选工作正在进行。现将拟推荐单位名单送你单位，请就名单所列单位"
    "是否存在违法违纪、安全生产、信访维稳、环境保护等方面不宜参评的情形提出意见，填写后盖章，"
    "于 {回复截止}前反馈。逾期未反馈的，将与你单位另行联系。"
)
WORDS = ("{批次}", "{种类}", "{单位}", "{家数}", "{回复截止}")
SPACE = re.compile(r"\{[^{}]*\}")


def unknown_words(text):
    """Words in braces that a letter cannot fill in."""
    return [each for each in SPACE.findall(text) if each not in WORDS]


def worded(batch, *, body, number, reply_by):
    """The paragraphs of the letter to one body about so many units."""
    text = batch.letter_text or USUAL
    named = f"{batch.get_level_display()}{batch.bare_name}" if "{种类}" in text else str(batch)
    values = (
        named,
        batch.kind.name,
        body,
        str(number),
        f"{reply_by.year} 年 {reply_by.month} 月 {reply_by.day} 日",
    )
    for word, value in zip(WORDS, values, strict=True):
        text = text.replace(word, value)
    return [line.strip() for line in text.splitlines() if line.strip()]


def signed_by(batch, office):
    """Who signs a letter of this office: as the batch says, or the last of its departments."""
    if office == batch.region:
        host = host_of(batch)
        return batch.letter_office or (host.name if host else office.name)
    own = IssuingBody.objects.filter(region=office, is_active=True).order_by("-position").first()
    return own.name if own else office.name
