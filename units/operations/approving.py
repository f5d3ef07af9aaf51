"""Many applications passed with one comment: only those in which nothing differs."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from portal.errors import Refused
from portal.models import Draft
from portal.operations.notifications import notify
from units.blocking import blocked
from units.desks import desk_of, is_final, recommends, regions_above
from units.holdings import Holding
from units.models import Application, BatchStage, Consultation, Opinion
from units.operations.desks import pass_on, people_at, take_in, tell_unit
from units.operations.locking import lock_batches_of
from units.operations.opinions import missing_approvals
from units.quotas import Rooms
from units.said import Said
from units.stages import Timetable

MOST = 200  # at once
DRAFT_KEY = "application-{}-review"
NOTHING_DONE = "没有办理任何一件。"


@dataclass
class Verdict:
    """May this one go with the others? Empty reasons mean it may."""

    application: Application
    reasons: list = field(default_factory=list)

    @property
    def may(self):
        return not self.reasons


def rows_to_judge(keys):
    """The applications with these keys and all that is asked of them, in the order given."""
    rows = Application.objects.for_display().prefetch_related(
        Prefetch("opinions", Opinion.objects.select_related("body")),
        "submissions",
        "consultations",
        "batch__stages",
    )
    found = rows.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def judge(applications, *, actor, at):
    """A verdict for each, in their order: the earlier ones take up the places."""
    regions = regions_above(applications)
    rooms, held = {}, Holding.of(actor)
    kept = _kept_back(applications, actor, at)
    return [_verdict(each, held, at, regions, rooms, kept[each.pk]) for each in applications]


def _kept_back(applications, actor, at):
    """Reasons by application that are looked up for all of them at once."""
    drafts = _drafts(applications, actor)
    out = blocked([each.unit_id for each in applications], timezone.localdate(at))
    found = {each.pk: [out[each.unit_id]] if each.unit_id in out else [] for each in applications}
    for pk in drafts:
        found[pk].append("您在审核页写了意见，还没有提交")
    return found


def _drafts(applications, actor):
    """Keys of applications about which the reviewer has typed something and not handed it in."""
    keys = {DRAFT_KEY.format(each.pk): each.pk for each in applications}
    kept = Draft.objects.filter(user=actor, key__in=keys).values_list("key", "data")
    return {keys[key] for key, data in kept if any(_is_said(*pair) for pair in data)}


def _is_said(name, value):
    return bool(str(value).strip()) and (name == "text" or name.startswith("remark_"))


def _verdict(application, held, at, regions, rooms, kept_back):
    if application.state != Application.State.REVIEWING or not held.holds(application):
        return Verdict(application, ["已不在您的待办中"])
    reasons = [*_about_time(application, at), *_about_content(application), *kept_back]
    reasons += _about_consultations(application)
    if _takes_place(application, regions):
        reasons += _about_place(application, rooms, free=not reasons)
    return Verdict(application, reasons)


def _takes_place(application, regions):
    if is_final(application):
        return application.recommended_at is None
    return recommends(application, regions)


def _about_time(application, at):
    batch = application.batch
    if batch.state != batch.State.OPEN:
        return [f"本批次{batch.get_state_display()}"]
    why = Timetable.of(batch, at).why_not(BatchStage.Kind.REVIEWING)
    return [why.rstrip("。")] if why and not is_final(application) else []


def _about_content(application):
    """Gone units, remarks that stand open, and content that differs from what was seen here."""
    if application.unit.closed_on is not None:
        yield "单位已注销或并入其他单位"
    if any(each.remarks for each in spoken_since(application)):
        yield "下级经办有逐节意见"
    if changed_since_seen(application):
        yield "退回后重新提交，内容有改动"


def spoken_since(application):
    """Opinions on what was last handed in."""
    since = application.submitted_at
    return [each for each in application.opinions.all() if since and each.given_at >= since]


def changed_since_seen(application):
    """Has this very desk given it back before, so that it saw another content?"""
    desk = desk_of(application)
    since = application.submitted_at
    return any(
        each.kind == Opinion.Kind.RETURN
        and each.region_id == desk.region.pk
        and (each.body_id is not None) == desk.is_line
        and each.given_at < since
        for each in application.opinions.all()
    )


def _about_consultations(application):
    answers = Counter(each.answer for each in application.consultations.all())
    if answers[Consultation.Answer.OBJECTED]:
        yield f"征求意见中 {answers[Consultation.Answer.OBJECTED]} 家有不同意见"
    if answers[Consultation.Answer.NONE]:
        yield f"征求意见还有 {answers[Consultation.Answer.NONE]} 家没有回复"


def _about_place(application, rooms, *, free):
    """Approvals and quota; one that goes takes its place from those after it."""
    missing = missing_approvals(application)
    if missing:
        return [f"报批程序还没有完成：{'、'.join(missing)}"]
    room = rooms.setdefault(application.batch_id, Rooms(application.batch))
    shortage = room.shortage(application)
    if not shortage and free:
        room.take(application)
    return [shortage.rstrip("。")] if shortage else []


@transaction.atomic
def approve_many(keys, *, seen, text, whole, actor, at):
    """Pass on what may go: all of them or none where `whole`, else each that may.

    `seen` is {key: moves on the screen}. Decided under a lock on every batch concerned;
    says the verdicts as they were carried out.
    """
    keys = list(dict.fromkeys(keys))
    if not keys or len(keys) > MOST:
        raise Refused(f"一次可以办理 1 至 {MOST} 件，现选中 {len(keys)} 件，{NOTHING_DONE}")
    lock_batches_of(keys)
    verdicts = judge(rows_to_judge(keys), actor=actor, at=at)
    for each in verdicts:
        if each.application.moves != seen.get(each.application.pk):
            each.reasons.append("您打开之后有人办理过")
    staying = [each for each in verdicts if not each.may]
    if whole and staying:
        raise Refused(f"有 {len(staying)} 件不能一并办理，{NOTHING_DONE}请核对下表后再办。")
    passed = [_pass(each, text, actor, at) for each in verdicts if each.may]
    _tell_desks(passed, at)
    return verdicts


def _pass(verdict, text, actor, at):
    application = verdict.application
    move = take_in if is_final(application) else pass_on
    passed = move(application, actor, at, Said(text=text))
    tell_unit(passed, at=at)
    return passed


def _tell_desks(passed, at):
    """One line for each desk, however many came to it."""
    arrived = {}
    for application, here, target, kind in passed:
        if target is not None:
            key = (target.region.pk, target.is_line, here.region.pk)
            arrived.setdefault(key, []).append((application, here, target, kind))
    for rows in arrived.values():
        application, here, target, kind = rows[0]
        name = here.holder(application)
        text = f"待审核：{name}{kind.label} {len(rows)} 件，有“{application.unit.name}”等。"
        for person in people_at(target, application):
            notify(person, text, url="/units/desk/", at=at)
