"""What an index asks of a unit that fills it in: words, files, and the same thing asked twice."""

import re
import unicodedata
from dataclasses import dataclass

from evaluations.rules.items import BASE

WORDS_CAP, FILES_CAP = 500, 5  # of one item
FILES_LIMIT, WORDS_LIMIT = 100, 15_000  # of one unit
ANSWERED = BASE | {"bonus"}
SEEN_ON_SITE = frozenset(
    {"实地考察", "日常掌握", "明察暗访", "问卷调查", "个别访谈", "抽查提问", "座谈会", "大数据监测"}
)
ASIDE = re.compile(r"\([^)]*\)")
BETWEEN = re.compile(r"[、，,；;/\s]+")


@dataclass(frozen=True)
class Asked:
    """What one item asks for; `evidence` as it stands in the index."""

    code: str
    text: str
    kind: str
    evidence: str = ""
    methods: tuple = ()

    @property
    def things(self):
        """The materials named, comparable."""
        text = ASIDE.sub("", unicodedata.normalize("NFKC", self.evidence))
        words = (each.removesuffix("等").strip("。. ") for each in BETWEEN.split(text))
        return tuple(dict.fromkeys(each for each in words if each))


@dataclass(frozen=True)
class Burden:
    """How much one unit has at most to hand in, and what should be thought over first."""

    items: int
    with_files: int
    words: int
    files: int
    things: int
    repeats: tuple  # (material, codes of the items that ask for it)
    warnings: tuple


def burden(asked, *, words_cap, files_cap):
    """The burden of an index whose items are `asked` under these caps."""
    answered = [each for each in asked if each.kind in ANSWERED]
    with_files = [each for each in answered if each.things]
    wanted = _by_thing(with_files)
    made = Burden(
        items=len(answered),
        with_files=len(with_files),
        words=len(answered) * words_cap,
        files=len(with_files) * files_cap,
        things=len(wanted),
        repeats=tuple((thing, tuple(codes)) for thing, codes in wanted.items() if codes[1:]),
        warnings=(),
    )
    return Burden(
        **{**vars(made), "warnings": tuple(_warnings(made, answered, words_cap, files_cap))}
    )


def _by_thing(items):
    wanted = {}
    for each in items:
        for thing in each.things:
            wanted.setdefault(thing, []).append(each.code)
    return wanted


def _warnings(made, answered, words_cap, files_cap):
    if words_cap > WORDS_CAP:
        yield f"每项说明上限 {words_cap} 字，建议不超过 {WORDS_CAP} 字。"
    if files_cap > FILES_CAP:
        yield f"每项材料上限 {files_cap} 份，建议不超过 {FILES_CAP} 份。"
    if made.files > FILES_LIMIT:
        yield f"一个单位最多要交 {made.files} 份材料，超过 {FILES_LIMIT} 份，建议减少要点。"
    if made.words > WORDS_LIMIT:
        yield f"一个单位最多要写 {made.words} 字，超过 {WORDS_LIMIT} 字，建议减少要点。"
    for thing, codes in made.repeats:
        yield f"“{thing}”在 {len(codes)} 个要点中重复要求（{'、'.join(codes)}），可改为引用同一份。"
    for each in answered:
        if each.things and each.methods and SEEN_ON_SITE.issuperset(each.methods):
            how = "、".join(each.methods)
            yield f"“{each.code} {each.text[:20]}”由测评组{how}，仍要求上传{each.evidence}。"
