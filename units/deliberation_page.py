"""What the page of a deliberation shows: rows around the line, what-if, balance, steps."""

from dataclasses import dataclass

from django.utils import timezone

from units.exports import address
from units.lifecycles import DELIBERATION
from units.models import BatchStage
from units.outcomes import outcome
from units.ranking import RANKED, Verdict, what_if
from units.stages import Timetable, end, moment

FEW = 40  # ranked ones that are all shown at once
NEAR = 12  # above and below the line otherwise
LONGEST = 6  # digits of a number in the address


@dataclass(frozen=True)
class Row:
    """One candidate as a line of the table."""

    place: object
    application: object
    county: str
    tag: str
    tone: str
    is_first_below: bool = False  # the line runs above it
    objected: tuple = ()  # bodies that had something against it when asked
    blocked: str = ""  # why it may not be named today

    @property
    def url(self):
        """The page of the application."""
        return address("units:application", self.application.pk)

    @property
    def reason(self):
        return self.place.departure.reason if self.place.departure else ""


def row_of(docket, place, first_below=None):
    """A line of the table, of a print or of a workbook."""
    application = docket.applications[place.pk]
    tag, tone = outcome(place, application.state)
    county = docket.counties[place.pk]
    objected = tuple(docket.objected.get(place.pk, ()))
    known = {"objected": objected, "blocked": docket.blocked.get(place.pk, "")}
    return Row(place, application, county, tag, tone, place is first_below, **known)


def after_line(ranking):
    """The ranked place under which the line runs on top, or None where it closes the list."""
    ranked = [each for each in ranking.places if each.verdict in RANKED]
    last = ranking.last_above
    if last is None:
        return ranked[0] if ranked else None
    following = ranked[ranked.index(last) + 1 :]
    return following[0] if following else None


def rows_of(docket, places):
    """Lines in their order."""
    below = after_line(docket.ranking)
    return [row_of(docket, each, below) for each in places]


def near_line(ranking, ranked, blocked=()):
    """Those around the line, those about whom something was decided, those kept out."""
    last = ranking.last_above
    middle = ranked.index(last) + 1 if last else 0
    near = {each.pk for each in ranked[max(0, middle - NEAR) : middle + NEAR]}
    return [e for e in ranked if e.pk in near or e.departure or (e.chosen and e.pk in blocked)]


def shown(docket, asked):
    """(rows of the ranked and barred, whether some were left out)."""
    ranking = docket.ranking
    scored = [each for each in ranking.places if each.verdict != Verdict.UNSCORED]
    ranked = [each for each in scored if each.verdict in RANKED]
    if asked == "all" or len(scored) <= FEW:
        return rows_of(docket, scored), False
    return rows_of(docket, near_line(ranking, ranked, docket.blocked)), True


def number_in(query, name):
    """A whole number of the address, or None."""
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None


def trial(docket, query):
    """What another line would change, as rows; None where none is asked for."""
    cut = number_in(query, "line")
    if cut is None:
        return None
    found = what_if(docket.ranking, cut, docket.limit)
    rows = {
        name: [row_of(docket, each) for each in getattr(found, name)]
        for name in ("coming", "going", "tied")
    }
    return {"found": found, **rows}


def slider(docket, query):
    """Where the slider begins and ends, and where it stands."""
    fit = sum(each.candidate.is_fit for each in docket.ranking.places)
    cut = docket.cut if docket.cut is not None else fit
    asked = number_in(query, "line")
    top = max(min(fit, cut * 2), cut, asked or 0, 1)
    return {"least": 0, "most": top, "at": cut if asked is None else asked, "cut": cut}


def picked(docket, query):
    """The row that is to be decided about, if the address names one."""
    pk = number_in(query, "pick")
    return row_of(docket, docket.ranking[pk]) if pk in docket.applications else None


def balance_table(docket):
    """(categories, lines) of the chosen by body and category, beside the quotas."""
    found, rows = docket.balance(), docket.applications.values()
    order = lambda each: (each.position, each.pk)
    categories = sorted({each.category for each in rows}, key=order)
    bodies = sorted({each.body for each in rows}, key=order)
    lines = [_line(found, body, categories) for body in bodies]
    return {
        "categories": categories,
        "lines": lines,
        "sums": [_cell(found, None, each) for each in categories],
        "whole": _cell(found, None, None),
    }


def _line(found, body, categories):
    cells = [_cell(found, body, each) for each in categories]
    return {"body": body, "cells": cells, "whole": _cell(found, body, None)}


def _cell(found, body, category):
    key = (body and body.pk, category and category.pk)
    chosen, standing, quota = found.cell(*key)
    of = quota if quota is not None else standing
    share = round(100 * min(chosen / of, 1)) if of else 0
    return {
        "chosen": chosen,
        "standing": standing,
        "quota": quota,
        "of": of,
        "percent": share,
        "full": bool(quota) and chosen >= quota,
        "over": quota is not None and chosen > quota,
    }


def stage_words(batch, at):
    """(sentence, is late?) about the stage of the timetable; empty where none was laid."""
    stage = Timetable.of(batch, at)[BatchStage.Kind.DELIBERATING]
    if stage is None:
        return "", False
    if at < stage.starts_at:
        return f"审定 {moment(stage.starts_at)}开始，现在可以试算和准备。", False
    if stage.is_over(at):
        return f"审定应于 {end(stage.closed_at or stage.ends_at)}结束，请尽快办结。", True
    return f"审定截止 {end(stage.ends_at)}".strip(), False


def page_of(docket, query, at):
    """The context of the page, for whom the docket was opened."""
    ranking, obj = docket.ranking, docket.deliberation
    rows, is_cut_short = shown(docket, query.get("show"))
    steps = (
        {step.verb for step in DELIBERATION.open_to(docket.user, obj)}
        if obj.created_by_id
        else set()
    )
    words, late = stage_words(docket.batch, at)
    return {
        "docket": docket,
        "batch": docket.batch,
        "deliberation": obj,
        "ranking": ranking,
        "rows": rows,
        "line_below": after_line(ranking) is None and ranking.last_above,
        "is_cut_short": is_cut_short,
        "unscored": rows_of(docket, ranking.of(Verdict.UNSCORED)),
        "departures": rows_of(docket, [each for each in ranking.places if each.departure]),
        "faults": docket.faults() if docket.is_draft else [],
        "trial": trial(docket, query),
        "slider": slider(docket, query),
        "picked": picked(docket, query),
        "balance": balance_table(docket),
        "stage_words": words,
        "is_late": late,
        "under_way": docket.batch.under_way if docket.is_draft else 0,
        "changed": bool(obj.digest) and obj.digest != docket.digest,
        "mine": docket.to_sign if obj.state == obj.State.SIGNING else [],
        "steps": steps,
        "day": timezone.localdate(at),
    }
