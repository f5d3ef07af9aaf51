"""The files under the items of a self-check, as its pages show them: few queries, any number."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Min
from django.urls import reverse
from django.utils.timezone import localtime

from evaluations.models import AnswerEvidence, Evidence

MB, KB = 1024 * 1024, 1024
ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp,.heic,.heif,.docx,.xlsx,.ofd,.mp4"


def size_words(size):
    """1.2 MB, 300 KB."""
    return f"{size / MB:.1f} MB" if size >= MB else f"{max(1, round(size / KB))} KB"


def is_late(evidence):
    """Does the file itself say it was made after the day the unit says, or after it came in?"""
    if not evidence.found_on:
        return False
    claimed = evidence.taken_on or localtime(evidence.uploaded_at).date()
    return evidence.found_on > claimed


def late_words(evidence):
    """The sentence about it."""
    claimed = evidence.taken_on or localtime(evidence.uploaded_at).date()
    word = "拍摄" if evidence.kind == Evidence.Kind.IMAGE else "生成"
    told = "填报的形成日期" if evidence.taken_on else "上传日期"
    return f"文件里记录的{word}日期 {evidence.found_on} 晚于{told} {claimed}。"


def accepted_words(evidence, viewer):
    """By whom and when a file was accepted; assessors are not named to units or to each other."""
    if not evidence.accepted_at:
        return ""
    by, day = evidence.accepted_by, f"{localtime(evidence.accepted_at):%Y-%m-%d}"
    if by.pk == viewer.pk:
        return f"您于 {day} 采信，此后未改动"
    named = viewer.role in viewer.SUBTREE_ROLES
    who = f"{by.name}（{by.get_role_display()}）" if named else by.get_role_display()
    return f"{day} 由{who}采信，此后未改动"


@dataclass(frozen=True)
class Cell:
    """One file under an item."""

    evidence: Evidence
    reused_from: int | None  # the year of its first use, where that is an earlier one
    answer: int

    @property
    def url(self):
        return f"{self.evidence.get_absolute_url()}?answer={self.answer}"

    @property
    def strip(self):
        """The words across the lower edge of the picture."""
        if self.reused_from:
            return f"沿用 {self.reused_from} 年"
        return str(self.evidence.taken_on or "")

    @property
    def note(self):
        """The line under the name."""
        if self.evidence.accepted_at:
            return "已采信，未改动"
        return size_words(self.evidence.file.size)

    @property
    def late(self):
        return late_words(self.evidence) if is_late(self.evidence) else ""


@dataclass
class ItemEvidence:
    """The files under one item, and what may be done with them."""

    check: object
    indicator_id: int
    may_change: bool
    version: int = 0
    cells: list = field(default_factory=list)

    @property
    def cap(self):
        return self.check.edition.files_cap

    @property
    def count(self):
        return len(self.cells)

    @property
    def room(self):
        return max(0, self.cap - self.count)

    @property
    def pending(self):
        """Is a thumbnail still being made?"""
        return any(not cell.evidence.derived_at for cell in self.cells)

    def _url(self, name):
        return reverse(f"evaluations:{name}", args=[self.check.pk, self.indicator_id])

    @property
    def url(self):
        return self._url("item-evidence")

    @property
    def remove_url(self):
        return self._url("item-evidence-remove")

    @property
    def reuse_url(self):
        return self._url("item-evidence-reuse")

    @property
    def start_url(self):
        return self._url("upload-start")

    @property
    def accept(self):
        """What the browser offers to choose; the server looks for itself."""
        return ACCEPT

    @property
    def file_limit(self):
        return f"{settings.EVIDENCE_FILE_LIMIT // MB} MB"

    @property
    def video_limit(self):
        return f"{settings.EVIDENCE_VIDEO_LIMIT // MB} MB"


def evidence_of_items(check, indicator_ids, *, may_change):
    """{item key: its files} for the items of a page; three queries whatever their number.

    The check is one the caller has fetched in sight, with its edition and round.
    """
    found = {
        key: ItemEvidence(check, key, may_change, version)
        for key, version in _versions(check, indicator_ids).items()
    }
    citations = list(
        AnswerEvidence.objects.filter(
            answer__check_form=check, answer__indicator__in=indicator_ids
        ).select_related("answer", "evidence__file", "evidence__accepted_by")
    )
    years = first_years(check, citations)
    for each in citations:
        item = found[each.answer.indicator_id]
        item.cells.append(Cell(each.evidence, years.get(each.evidence_id), each.answer_id))
    return found


def _versions(check, indicator_ids):
    known = dict(
        check.answers.filter(indicator__in=indicator_ids).values_list("indicator", "version")
    )
    return {key: known.get(key, 0) for key in indicator_ids}


def first_years(check, citations):
    """{evidence key: year of first use} of files that were used before this check's year."""
    used = [each.evidence_id for each in citations if each.reused]
    if not used:
        return {}
    rows = AnswerEvidence.objects.filter(evidence__in=used).values_list("evidence")
    years = dict(rows.annotate(year=Min("answer__check_form__round__year")))
    return {key: year for key, year in years.items() if year < check.round.year}
