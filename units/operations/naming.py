"""What a naming decision does when it takes effect: titles, events, applications, news."""

from django.db.models import F

from portal.audit import line_of, record_all
from portal.operations.notifications import notify_all
from units.lifecycles import APPLICATION, BATCH
from units.models import Application, Batch, DecisionLine, Designation, DesignationEvent, Unit
from units.operations.titles import move_designation
from units.rules import last_day

MANY = 500
E, A = DecisionLine.Effect, Application.State


def name_all(dossier, *, actor, at):
    """Make every title of the list and finish the batch; what the audit line says of it."""
    person = {"actor": actor, "at": at}
    titles = make_titles(dossier, **person)
    _mark_applications(dossier, titles, **person)
    _finish(dossier, **person)
    notify_all(_news(dossier, titles), at=at)
    return {"命名": len(titles), "文号": dossier.decision.document_no}


def make_titles(dossier, *, actor, at):
    """A title a naming, each with its event and audit line; {unit: title}."""
    made = [_title(dossier, each, at) for each in dossier.namings]
    Designation.objects.bulk_create(made, batch_size=MANY)
    found = {each.unit_id: each for each in made}
    _keep_lines(dossier, found)
    moves = [_event(each, dossier.decision, actor, at) for each in made]
    DesignationEvent.objects.bulk_create(moves, batch_size=MANY)
    record_all(_line(each, actor, at) for each in made)
    for naming in dossier.namings:
        if naming.follows:
            _succeed(naming, found[naming.line.unit_id], actor, at)
    return found


def _title(dossier, naming, at):
    decision, batch = dossier.decision, dossier.batch
    return Designation(
        unit=naming.line.unit,
        level=batch.level,
        kind=batch.kind,
        batch=batch,
        rule=naming.rule,
        title=naming.title,
        document_no=decision.document_no,
        document_no_printed=decision.document_no,
        named_on=decision.decided_on,
        named_year=decision.decided_on.year,
        starts_on=naming.starts_on,
        ends_on=naming.ends_on,
        recorded_at=at,
    )


def _keep_lines(dossier, titles):
    """Each line keeps its title, before the decision is closed to change."""
    lines = [each for each in dossier.lines if each.effect == E.NAME]
    for each in lines:
        each.designation = titles[each.unit_id]
    DecisionLine.objects.bulk_update(lines, ["designation"], batch_size=MANY)


def _event(title, decision, actor, at):
    return DesignationEvent(
        designation=title,
        verb="name",
        label="命名",
        happened_on=title.starts_on,
        state=title.state,
        document_no=title.document_no,
        note=f"{decision.title}"[:300],
        recorded_at=at,
        recorded_by=actor,
    )


def _line(title, actor, at):
    term = {"有效期自": title.starts_on, "有效期至": last_day(title.ends_on)}
    told = {"单位": title.unit.name, "称号": title.title, "文号": title.document_no, **term}
    return line_of(actor=actor, action="designation.name", target=title, at=at, after=told)


def _succeed(naming, title, actor, at):
    """The old title ends where the new one begins."""
    move_designation(
        "succeed",
        naming.follows,
        actor=actor,
        at=at,
        on=naming.starts_on,
        document_no=title.document_no,
        note="重新命名",
        superseded_by=title,
    )


def _mark_applications(dossier, titles, *, actor, at):
    rows = [each.application for each in dossier.lines]
    told = lambda each: {
        "文号": dossier.decision.document_no,
        "称号": titles[each.unit_id].title,
    }
    APPLICATION.perform_all("name", rows, actor=actor, at=at, told=told)
    for each in rows:
        each.designation = titles[each.unit_id]
    Application.objects.bulk_update(rows, ["designation"], batch_size=MANY)


def _finish(dossier, *, actor, at):
    batch, decision = dossier.batch, dossier.decision
    papers = {
        "document_no": decision.document_no,
        "named_on": decision.decided_on,
        "year": decision.decided_on.year,
    }
    Batch.objects.filter(pk=batch.pk).update(**papers, version=F("version") + 1)
    told = {"文号": decision.document_no, "日期": decision.decided_on}
    BATCH.perform("finish", batch, actor=actor, at=at, told=told)


def _news(dossier, titles):
    """A line for each clerk of a unit named or passed over."""
    batch, number = dossier.batch, dossier.decision.document_no
    for unit, person in clerks_of(titles):
        title = titles[unit]
        text = f"你单位已被命名为“{title.title}”（{number}），有效期至 {last_day(title.ends_on)}。"
        if title.ends_on is None:
            text = f"你单位已被命名为“{title.title}”（{number}）。"
        yield person, text, title.get_absolute_url()
    rows = Application.objects.filter(batch=batch, state=A.PASSED_OVER).only("unit_id")
    passed_over = {each.unit_id: each.get_absolute_url() for each in rows}
    for unit, person in clerks_of(passed_over):
        yield person, f"“{batch}”的命名决定已印发，你单位本次未入选。", passed_over[unit]


def clerks_of(units):
    """(unit, clerk) pairs of people who can read a message."""
    pairs = Unit.clerks.through.objects.filter(unit__in=list(units), user__is_active=True)
    for each in pairs.select_related("user").order_by("unit_id", "user_id"):
        yield each.unit_id, each.user
