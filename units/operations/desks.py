"""The moves of a desk: pass on, recommend, accept, give back, turn down; one or many at once."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from portal.errors import Refused
from portal.models import User
from portal.operations.notifications import notify
from units.access import in_force
from units.blocking import why_blocked
from units.desks import desk_of, is_final, next_desk, recommends
from units.lifecycles import APPLICATION
from units.models import Application, Batch, BatchStage, Delegation, Deliberation, Opinion
from units.operations.opinions import (
    capacity,
    missing_approvals,
    noted,
    tell_clerks,
    tidy,
    write_opinion,
)
from units.operations.recommending import give_up_place, take_place
from units.said import NOTHING
from units.stages import Timetable

K, STAGE = Opinion.Kind, BatchStage.Kind
OFFICER = User.Role.OFFICER
NO_DESK = {"desk": None, "at_line_desk": False, "desk_since": None}
AS_REMARKED = "请按各部分的意见修改。"


@transaction.atomic
def forward_application(application, *, actor, at, said=NOTHING):
    """Pass an application one desk up; at the desk that recommends, that recommends it."""
    return tell_of_pass(pass_on(locked(application, said), actor, at, said), at=at)


@transaction.atomic
def accept_application(application, *, actor, at, said=NOTHING):
    """Take an application in at the naming region: from here on it waits for deliberation."""
    return tell_of_pass(take_in(locked(application, said), actor, at, said), at=at)


@transaction.atomic
def return_application(application, *, actor, at, said):
    """Give an application back to its unit, with what is to be mended in which section."""
    application = locked(application, said)
    desk, for_user = desk_of(application), capacity(application, said, actor)
    text = said.text.strip() or (AS_REMARKED if tidy(said.remarks) else "")
    told = {"sections": [*tidy(said.remarks)]}
    _perform("return", application, actor, at, noted(text, for_user) if text else "", told)
    why = why_not_return(application, at)
    if why:
        raise Refused(f"{why}退回后单位来不及再提交，“{application.unit.name}”没有退回。")
    give_up_place(application)
    _place(application, **NO_DESK)
    said = replace(said, text=text)
    write_opinion(application, K.RETURN, said, desk=desk, for_user=for_user, actor=actor, at=at)
    name = desk.holder(application)
    tell_clerks(application, f"{application}被{name}退回：{text[:160]}", at=at)
    return application


@transaction.atomic
def reject_application(application, *, actor, at, said):
    """Turn an application down for good, with the reason that its unit will read."""
    application = locked(application, said)
    desk, for_user = desk_of(application), capacity(application, said, actor)
    text = said.text.strip()
    _perform("reject", application, actor, at, noted(text, for_user) if text else "")
    give_up_place(application)
    _place(application, reason=text[:300], **NO_DESK)
    write_opinion(application, K.REJECT, said, desk=desk, for_user=for_user, actor=actor, at=at)
    name = desk.holder(application)
    tell_clerks(application, f"{application}经{name}审核，不予推荐：{text[:160]}", at=at)
    return application


MOVES = {
    "forward": forward_application,
    "accept": accept_application,
    "return": return_application,
    "reject": reject_application,
}


def locked(application, said=NOTHING):
    """The application as it stands, its batch locked; refused if it moved since it was read."""
    Batch.objects.select_for_update().get(pk=application.batch_id)
    fresh = Application.objects.for_display().get(pk=application.pk)
    seen = application.moves if said.seen is None else said.seen
    if fresh.moves != seen:
        raise Refused(
            f"“{fresh}”刚刚被他人处理，现在是“{fresh.get_state_display()}”，"
            "没有再次改动；请刷新后重试。"
        )
    return fresh


def _perform(verb, application, actor, at, note, told=None):
    APPLICATION.perform(verb, application, actor=actor, at=at, note=note, told=told)
    batch = application.batch
    if batch.state != batch.State.OPEN:
        state = batch.get_state_display()
        raise Refused(f"“{batch}”{state}，不能再审核，“{application.unit.name}”没有改动。")


def _place(application, **fields):
    """Where the file lies now."""
    Application.objects.filter(pk=application.pk).update(**fields)
    for name, value in fields.items():
        setattr(application, name, value)


def pass_on(application, actor, at, said):
    """Move a locked application up one desk; says (application, from, to, kind of opinion)."""
    here, target = desk_of(application), next_desk(application)
    recommended = target is not None and recommends(application)
    for_user = capacity(application, said, actor)
    told = {"desk": target.holder(application)} if target else None
    _perform("forward", application, actor, at, noted(said.text, for_user), told)
    if target is None:
        raise Refused(f"“{application}”已在{here.region.name}，请受理或退回，没有改动。")
    _refuse_if_kept_out(application, at)
    why = why_not_pass(application, at)
    if why:
        raise Refused(f"{why}“{application.unit.name}”没有上报。")
    if recommended:
        _recommend(application, at)
    _place(application, desk=target.region, at_line_desk=target.is_line, desk_since=at)
    kind = K.RECOMMEND if recommended else K.FORWARD
    write_opinion(application, kind, said, desk=here, for_user=for_user, actor=actor, at=at)
    return application, here, target, kind


def take_in(application, actor, at, said):
    """Accept a locked application; says the same as pass_on."""
    here, for_user = desk_of(application), capacity(application, said, actor)
    _perform("accept", application, actor, at, noted(said.text, for_user))
    if not is_final(application):
        name = application.batch.region.name
        raise Refused(f"“{application}”还没有上报到{name}，不能受理，没有改动。")
    _refuse_if_kept_out(application, at)
    why = why_not_pass(application, at)
    if why:
        raise Refused(f"{why}“{application.unit.name}”没有受理。")
    if application.recommended_at is None:
        _recommend(application, at)
    write_opinion(application, K.ACCEPT, said, desk=here, for_user=for_user, actor=actor, at=at)
    return application, here, None, K.ACCEPT


def why_not_return(application, at):
    """A sentence where the unit could not hand it in again any more; empty where it can."""
    table = Timetable.of(application.batch, at)
    stage = table[STAGE.REVIEWING]
    return table.why_not(STAGE.REVIEWING) if stage is not None and stage.is_over(at) else ""


def why_not_pass(application, at):
    """A sentence where the stage keeps a desk from passing it on or taking it in."""
    if is_final(application):
        return _why_not_accept(application.batch, at)
    return Timetable.of(application.batch, at).why_not(STAGE.REVIEWING)


def _why_not_accept(batch, at):
    """Late ones may still be taken in until the deliberation over them has settled."""
    stage = Timetable.of(batch, at)[STAGE.REVIEWING]
    if stage is None or at < stage.starts_at:
        return Timetable.of(batch, at).why_not(STAGE.REVIEWING)
    settled = Deliberation.objects.filter(batch=batch, state=Deliberation.State.SETTLED)
    return "本批次已经审定。" if settled.exists() else ""


def _recommend(application, at):
    missing = missing_approvals(application)
    if missing:
        steps = "；".join(missing)
        raise Refused(
            f"报批程序还没有完成：{steps}。“{application.unit.name}”没有推荐；"
            "请先登记报批意见并上传文件。"
        )
    take_place(application, at=at)


def _refuse_if_kept_out(application, at):
    """Neither a unit that is no more nor one under 整改 or a ban goes on."""
    unit = application.unit
    if unit.closed_on is None:
        why = why_blocked(unit, timezone.localdate(at))
        if why:
            raise Refused(f"“{unit.name}”{why}，不能继续上报，没有改动；可以退回或不予推荐。")
        return
    heir = f"并入“{unit.successor.name}”" if unit.successor_id else "注销"
    raise Refused(f"“{unit.name}”已于 {unit.closed_on} {heir}，不能继续上报，没有改动。")


def tell_of_pass(passed, *, at):
    """Tell the unit where its application is, and the next desk that it has come."""
    application, here, target, kind = passed
    tell_unit(passed, at=at)
    if target is not None:
        text = f"待审核：{application}，{here.holder(application)}{kind.label}。"
        for person in people_at(target, application):
            notify(person, text, url=f"/units/desk/{application.pk}/", at=at)
    return application


def tell_unit(passed, *, at):
    """Tell the unit's clerks that a desk has passed their application."""
    application, here, target, kind = passed
    after = f"现在由{target.holder(application)}审核" if target else "等待审定"
    name = here.holder(application)
    tell_clerks(application, f"{application}：{name}{kind.label}，{after}。", at=at)


def people_at(desk, application):
    """Whoever holds a desk today, stand-ins included, each once."""
    own = application.body.members if desk.is_line else User.objects.filter(region=desk.region)
    own = list(own.filter(is_active=True, role=OFFICER))
    taken = in_force(Delegation.objects).filter(giver__in=own).select_related("taker")
    return [*{each.pk: each for each in [*own, *(row.taker for row in taken)]}.values()]
