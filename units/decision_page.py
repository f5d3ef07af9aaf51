"""What the page of a decision shows: its list in parts, what it makes or made, what is next."""

from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone

from units.deciding import Dossier
from units.filters import due_within
from units.lifecycles import NAMING_DECISION
from units.models import DecisionLine, NamingDecision
from units.rules import last_day, title_status
from units.tones import TITLE_TONES

S = NamingDecision.State


@dataclass(frozen=True)
class Row:
    """A line with the title it made, or the one it will make."""

    line: DecisionLine
    holding: object = None  # a Designation, or a Naming not yet made
    status: object = None
    tone: str = ""

    @property
    def follows(self):
        return getattr(self.holding, "follows", None)


def rows_of(dossier, day):
    """Every line in its order."""
    planned = {each.line.pk: each for each in dossier.namings} if is_draft(dossier) else {}
    near = due_within()
    return [_row(each, planned, day, near) for each in dossier.lines]


def is_draft(dossier):
    return dossier.decision.state == S.DRAFT


def _row(line, planned, day, near):
    if line.designation is None:
        return Row(line, planned.get(line.pk))
    status = title_status(line.designation, day, near)
    return Row(line, line.designation, status, TITLE_TONES[status])


def parts(rows):
    """(category, rows) as the list is printed."""
    by_category = lambda row: row.line.category
    return [
        {"category": category, "rows": list(group)}
        for category, group in groupby(rows, key=by_category)
    ]


def terms(rows):
    """(from, last day, how many) of the terms that are made, mostly one."""
    counted = {}
    for row in rows:
        if row.holding and row.line.effect == row.line.Effect.NAME:
            key = row.holding.starts_on, last_day(row.holding.ends_on)
            counted[key] = counted.get(key, 0) + 1
    return [(*key, count) for key, count in counted.items()]


def counties(rows):
    """(旗市区, how many) of the list."""
    counted = {}
    for row in rows:
        counted[row.line.region_name] = counted.get(row.line.region_name, 0) + 1
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def page_of(decision, user, at):
    """The context of the page."""
    dossier, day = Dossier(decision), timezone.localdate(at)
    rows = rows_of(dossier, day)
    steps = {step.verb for step in NAMING_DECISION.open_to(user, decision)}
    is_naming = decision.kind == NamingDecision.Kind.NAMING
    drafting = decision.state == S.DRAFT
    return {
        "decision": decision,
        "batch": decision.batch,
        "issuers": dossier.issuers,
        "rows": rows,
        "parts": parts(rows) if is_naming else [],
        "is_naming": is_naming,
        "is_draft": drafting,
        "terms": terms(rows),
        "counties": counties(rows),
        "obstacles": dossier.obstacles(day) if drafting and decision.batch else [],
        "follows": [row for row in rows if drafting and row.follows],
        "steps": steps,
        "corrections": corrections_of(decision, user),
    }


def corrections_of(decision, user):
    """The decisions that put this one right, as far as this person sees them."""
    visible = NamingDecision.objects.visible_to(user).exclude(state=S.DROPPED)
    return list(visible.filter(corrects=decision).order_by("decided_on", "pk"))
