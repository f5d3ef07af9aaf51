"""What a correcting decision does: a naming undone, a printed name put right, a unit added."""

from portal.audit import record
from portal.errors import Refused
from portal.operations.notifications import notify_all
from units.deciding import Dossier, counties_of, printed_names
from units.lifecycles import APPLICATION
from units.models import Application, DecisionLine, DesignationEvent
from units.operations.naming import clerks_of, make_titles
from units.operations.titles import move_designation
from units.rules import title_by_rule

E, A = DecisionLine.Effect, Application.State
NOTHING = "没有添加。"


def new_line(decision, *, effect, unit, reason, unit_name=""):
    """One thing that a correction does to one unit, checked against how things stand."""
    if decision.kind != decision.Kind.CORRECTION or effect not in DecisionLine.CORRECTING:
        raise Refused(f"命名决定的名单由拟命名单位生成，不能逐项添加；{NOTHING}")
    if not reason.strip():
        raise Refused(f"请写明理由，{NOTHING}")
    if decision.lines.filter(unit=unit).exists():
        raise Refused(f"“{unit}”在这份决定里已有一项，{NOTHING}")
    line = DecisionLine(
        decision=decision,
        effect=effect,
        unit=unit,
        unit_name=unit_name.strip() or unit.name,
        category=unit.category,
        region_name=counties_of([unit])[unit.pk][1],
        reason=reason.strip(),
        position=_next(decision),
    )
    {E.VOID: _check_void, E.CORRECT: _check_correct, E.NAME: _check_name}[effect](line)
    line.save()
    return line


def _next(decision):
    last = decision.lines.order_by("position").last()
    return last.position + 1 if last else 1


def _title_of(line):
    title = Dossier(line.decision).standing_for(line.unit)
    if title is None:
        batch = line.decision.batch
        raise Refused(f"“{line.unit}”没有“{batch}”的称号，或称号已经终止；{NOTHING}")
    return title


def _check_void(line):
    line.designation = _title_of(line)
    line.title = line.designation.title
    line.unit_name = printed(line.designation)
    line.application = Application.objects.filter(designation=line.designation).first()


def _check_correct(line):
    line.designation = _title_of(line)
    line.title = line.designation.title
    if line.unit_name == printed(line.designation):
        raise Refused(f"名单上原来就印作“{line.unit_name}”，{NOTHING}")


def printed(title):
    """The unit's name as it stands in print today."""
    return printed_names([title]).get(title.pk, title.unit.name)


def _check_name(line):
    """A forgotten unit: in the naming region, in being, without such a title."""
    batch, unit = line.decision.batch, line.unit
    if unit.closed_on:
        raise Refused(f"“{unit}”已注销或并入其他单位，{NOTHING}")
    if not unit.region.path.startswith(batch.region.path):
        raise Refused(f"“{unit}”不在{batch.region}，{NOTHING}")
    rows = Application.objects.filter(batch=batch, unit=unit).exclude(state=A.WITHDRAWN)
    line.application = rows.select_related("rule").first()
    _check_application(line)
    rule = line.application.rule if line.application else batch.rule
    line.category = line.application.category if line.application else unit.category
    words = {"level": batch.level, "kind": batch.kind, "batch": batch}
    line.title = title_by_rule(rule, category=line.category, **words)
    if Dossier(line.decision).standing_for(unit):
        raise Refused(f"“{unit}”已有“{batch}”的称号，{NOTHING}")


def _check_application(line):
    found = line.application
    if found and found.state not in (A.PASSED_OVER, A.STRUCK):
        raise Refused(f"“{line.unit}”的申报{found.get_state_display()}，不能补充命名；{NOTHING}")


def correct_all(dossier, *, actor, at):
    """Do what every line says; what the audit line tells of it."""
    person = {"actor": actor, "at": at}
    if dossier.namings:
        titles = make_titles(dossier, **person)
    for line in dossier.lines:
        if line.effect == E.NAME:
            _reinstate(line, titles[line.unit_id], **person)
        else:
            {E.VOID: _void, E.CORRECT: _rename}[line.effect](dossier, line, **person)
    notify_all(_news(dossier), at=at)
    told = {"更正": dossier.decision.corrects.document_no, "文号": dossier.decision.document_no}
    return {**told, "事项": len(dossier.lines)}


def _reinstate(line, title, *, actor, at):
    application = line.application
    if application is None:
        return
    APPLICATION.perform("reinstate", application, actor=actor, at=at, note=line.reason)
    Application.objects.filter(pk=application.pk).update(designation=title, reason=line.reason)


def _void(dossier, line, *, actor, at):
    """The title never was, and the application is struck; both rows keep what happened."""
    decision, application = dossier.decision, line.application
    move_designation(
        "void",
        line.designation,
        actor=actor,
        at=at,
        on=decision.decided_on,
        document_no=decision.document_no,
        note=line.reason,
    )
    if application and application.state == A.NAMED:
        APPLICATION.perform("annul", application, actor=actor, at=at, note=line.reason)
        Application.objects.filter(pk=application.pk).update(reason=line.reason)


def _rename(dossier, line, *, actor, at):
    """The name in print is another from now on; the title itself goes on."""
    decision, title = dossier.decision, line.designation
    before = printed(title)
    words = f"名单上的“{before}”更正为“{line.unit_name}”：{line.reason}"
    DesignationEvent.objects.create(
        designation=title,
        verb="correct_name",
        label="更正名称",
        happened_on=decision.decided_on,
        state=title.state,
        document_no=decision.document_no,
        note=words[:300],
        recorded_at=at,
        recorded_by=actor,
    )
    record(
        actor=actor,
        action="designation.correct_name",
        target=title,
        at=at,
        before={"名称": before},
        after={"名称": line.unit_name, "文号": decision.document_no},
        note=line.reason,
    )


NEWS = {
    E.VOID: "{number}取消了你单位“{title}”的命名：{reason}",
    E.CORRECT: "{number}将名单上你单位的名称更正为“{name}”。",
    E.NAME: "你单位已由{number}补充命名为“{title}”。",
}


def _news(dossier):
    lines = {each.unit_id: each for each in dossier.lines}
    for unit, person in clerks_of(lines):
        line = lines[unit]
        told = {"title": line.title, "reason": line.reason, "name": line.unit_name}
        text = NEWS[line.effect].format(number=dossier.decision.document_no, **told)
        yield person, text, line.designation.get_absolute_url()
