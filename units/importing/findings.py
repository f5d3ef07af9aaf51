"""What is found about a line: the verdict, why, and whom it may mean."""

from dataclasses import dataclass, field

from django.db import models

from units.importing import names


class Verdict(models.TextChoices):
    """新增: a unit will be made; 匹配: a unit of the register; the other two wait for a person."""

    NEW = "new", "新增"
    MATCH = "match", "匹配"
    DOUBT = "doubt", "疑似"
    ERROR = "error", "错误"


TONES = {
    Verdict.NEW: "t-doing",
    Verdict.MATCH: "t-ok",
    Verdict.DOUBT: "t-due",
    Verdict.ERROR: "t-bad",
}


@dataclass
class Finding:
    """The verdict on one line. `reasons` are (code, sentence), the weightiest first."""

    line: object
    verdict: str = ""
    reasons: list = field(default_factory=list)
    fields: list = field(default_factory=list)  # cells to mend, for marking the workbook
    candidates: list = field(default_factory=list)
    unit: object = None  # register.Known
    place: object = None  # places.Place
    rest: str = ""
    level: str = ""
    kind_id: int | None = None
    kind_key: str = ""
    batch: object = None  # batches.KnownBatch
    title: object = None  # register.Title the unit already holds
    fills: dict = field(default_factory=dict)  # what the line adds to that title

    @property
    def code(self):
        return self.reasons[0][0] if self.reasons else ""

    @property
    def reason(self):
        """The sentences; each reason once."""
        return "".join(dict.fromkeys(text for _, text in self.reasons))

    @property
    def identity(self):
        """Lines with one identity speak of one unit."""
        if self.unit:
            return f"unit {self.unit.id}"
        if self.place is None:
            return ""
        return (
            f"place {self.place.id} {' '.join(names.core(self.rest)) if self.rest else ''}".strip()
        )

    @property
    def title_key(self):
        """Lines with one key speak of one title of their unit."""
        batch = self.line.batch
        when = f"{batch.name}" if batch else f"{self.line.year or ''}"
        return f"{self.level} {self.kind_id or self.kind_key} {when}"

    def doubt(self, code, text, *, field="unit_name", candidates=()):
        """Waits for a person. What is an error already need not be doubted too."""
        if self.verdict == Verdict.ERROR:
            return
        self.verdict = Verdict.DOUBT
        self._because(code, text, field, candidates)

    def error(self, code, text, *, field="unit_name"):
        """Cannot be entered as it stands."""
        if self.verdict != Verdict.ERROR:
            self.verdict = Verdict.ERROR
            self.reasons, self.fields = [], []
        self._because(code, text, field, ())

    def _because(self, code, text, field, candidates):
        self.reasons.append((code, text))
        self.fields.append(field)
        self.candidates = self.candidates or list(candidates)

    def settle(self, verdict, code, text):
        """Nothing stands in the way."""
        self.verdict = verdict
        self.reasons = [(code, text)]


def unit_candidate(hit, where=""):
    """A unit of the register as a candidate; `where` is what a person reads beside it."""
    unit = hit.unit
    return {
        "type": "unit",
        "id": unit.id,
        "name": unit.name,
        "region_code": unit.place.code or "",
        "score": hit.score,
        "where": where,
    }


def place_candidate(place, score, where=""):
    """A region as a candidate; `where` is what lies above it."""
    return {
        "type": "region",
        "id": place.id,
        "name": place.name,
        "region_code": place.code or "",
        "score": score,
        "where": where,
    }
