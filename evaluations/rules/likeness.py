"""Which item of an old edition may have become which of the new: proposes, never decides."""

from dataclasses import dataclass

from rapidfuzz import fuzz

from portal.text import folded

EQUAL, NEAR, SAME_CODE, PART = 100, 72, 45, 80
SHORTEST = 4  # shorter texts are found inside anything


@dataclass(frozen=True)
class Proposal:
    """What may have become of an item, how alike the texts are, and the reason in words."""

    relation: str
    old: str
    new: str
    likeness: int
    why: str


def propose(old, new):
    """Proposals for items given as {code: text}: every item of both is in one at least."""
    texts = ({code: folded(text) for code, text in each.items()} for each in (old, new))
    before, after = texts
    pairs = _pairs(before, after)
    taken, given = {each.new for each in pairs}, {each.old for each in pairs}
    merged = [
        found
        for code in before
        if code not in given and (found := _merged(code, before, {n: after[n] for n in taken}))
    ]
    split = [
        found
        for code in after
        if code not in taken and (found := _split(code, after, {o: before[o] for o in given}))
    ]
    gone = set(before) - given - {each.old for each in merged}
    come = set(after) - taken - {each.new for each in split}
    return [
        *pairs,
        *merged,
        *split,
        *(Proposal("dropped", code, "", 0, "没有相近的要点") for code in before if code in gone),
        *(Proposal("new", "", code, 0, "没有相近的要点") for code in after if code in come),
    ]


def _pairs(before, after):
    """One to one, the most alike first."""
    found = [pair for o in before for n in after if (pair := _likely(o, n, before[o], after[n]))]
    found.sort(key=lambda each: (-each.likeness, each.old != each.new, each.old, each.new))
    used_old, used_new, kept = set(), set(), []
    for each in found:
        if each.old not in used_old and each.new not in used_new:
            kept.append(each)
            used_old.add(each.old)
            used_new.add(each.new)
    return kept


def _likely(old, new, before, after):
    alike = round(fuzz.ratio(before, after))
    if alike == EQUAL:
        why = "编号和文字相同" if old == new else f"文字相同，编号由 {old} 改为 {new}"
    elif alike >= NEAR:
        why = f"文字相近（{alike}%）"
    elif old == new and alike >= SAME_CODE:
        why = f"编号相同，文字相近（{alike}%）"
    else:
        return None
    return Proposal("same", old, new, alike, why)


def _inside(text, others):
    """(likeness, code) of the text that most likely holds this one, or nothing."""
    if len(text) < SHORTEST:
        return None
    scored = [
        (round(fuzz.partial_ratio(text, other)), code)
        for code, other in others.items()
        if len(other) > len(text)
    ]
    best = max(scored, default=None)
    return best if best and best[0] >= PART else None


def _merged(code, before, taken):
    best = _inside(before[code], taken)
    return best and Proposal("merged", code, best[1], best[0], f"文字见于 {best[1]}（{best[0]}%）")


def _split(code, after, given):
    best = _inside(after[code], given)
    return best and Proposal("split", best[1], code, best[0], f"文字见于原 {best[1]}（{best[0]}%）")
