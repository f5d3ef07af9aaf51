"""Files a unit might use again under an item, the likeliest first, each with its freshness."""

from dataclasses import dataclass

from django.db.models import Prefetch

from evaluations.item_evidence import accepted_words, is_late, late_words, size_words
from evaluations.models import AnswerEvidence, Evidence, ItemMapping
from portal.text import folded

MOST = 200


@dataclass(frozen=True)
class Candidate:
    """A file that might be cited, and where it was cited before."""

    evidence: Evidence
    likely: bool
    uses: list
    accepted: str

    @property
    def size(self):
        return size_words(self.evidence.file.size)

    @property
    def late(self):
        return late_words(self.evidence) if is_late(self.evidence) else ""


def candidates_for(check, indicator, evidence, viewer, word=""):
    """The unit's files that this item does not cite yet; those of the same item before first."""
    cited = AnswerEvidence.objects.filter(
        answer__check_form=check, answer__indicator=indicator
    ).values("evidence")
    rows = evidence.exclude(pk__in=cited).select_related("file", "accepted_by")
    rows = rows.prefetch_related(Prefetch("citations", _used(), to_attr="used"))[:MOST]
    same = _same_items(indicator)
    found = [_candidate(each, same, viewer) for each in rows]
    if word:
        found = [each for each in found if folded(word) in folded(_text(each))]
    return sorted(found, key=lambda each: (not each.likely, not each.accepted, -each.evidence.pk))


def _used():
    rows = AnswerEvidence.objects.select_related("answer__indicator", "answer__check_form__round")
    return rows.order_by("-answer__check_form__round__year", "answer__indicator__position")


def _same_items(indicator):
    """Keys of this item and of those it came from."""
    rows = ItemMapping.objects.filter(new=indicator, old__isnull=False)
    return {indicator.pk, *rows.values_list("old", flat=True)}


def _candidate(evidence, same, viewer):
    answers = [each.answer for each in evidence.used]
    return Candidate(
        evidence,
        any(each.indicator_id in same for each in answers),
        [
            f"{each.check_form.round.year} 年 {each.indicator.code} {each.indicator.text}"
            for each in answers
        ],
        accepted_words(evidence, viewer),
    )


def _text(candidate):
    return " ".join([candidate.evidence.title, *candidate.uses])
