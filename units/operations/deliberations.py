"""审定: the line, departures from the ranking, minutes, joint sign-off; the last one settles."""

from django.db import transaction
from django.utils import timezone

from portal.audit import record
from portal.errors import Refused
from portal.operations.notifications import notify
from portal.versions import Stale, save_versioned
from units.access import decides, keeps_batch
from units.deliberating import Docket, able_signers
from units.lifecycles import APPLICATION, DELIBERATION
from units.models import Application, Batch, BatchStage, Deliberation, SignOff
from units.outcomes import because
from units.ranking import Verdict
from units.stages import Timetable

S = Deliberation.State
MINUTES = ["held_on", "place", "attended", "minutes"]


def locked(batch, *, actor, at):
    """The docket of a batch, its rows locked in order: batch, deliberation, applications."""
    row = Batch.objects.select_for_update(of=("self",)).select_related("region", "kind")
    batch = row.get(pk=batch.pk)
    if not keeps_batch(actor, batch):
        raise Refused(f"“{batch}”由{batch.region}审定，没有保存任何内容。")
    if batch.state != Batch.State.OPEN:
        raise Refused(f"“{batch}”{batch.get_state_display()}，不能再审定；没有保存任何内容。")
    Deliberation.objects.get_or_create(
        batch=batch, defaults={"created_at": at, "created_by": actor}
    )
    return Docket(batch, on=timezone.localdate(at), for_update=True)


def _in_draft(batch, *, actor, at):
    docket = locked(batch, actor=actor, at=at)
    if not docket.is_draft:
        raise Refused(f"名单{docket.deliberation.get_state_display()}，不能修改；请先收回。")
    return docket


@transaction.atomic
def set_cut(batch, cut, *, actor, at, version):
    """Move the line for good; 0 puts it back to the places of the batch."""
    docket = _in_draft(batch, actor=actor, at=at)
    obj, before = docket.deliberation, docket.cut
    if docket.batch.places and cut > docket.batch.places:
        raise Refused(f"超出批次名额 {docket.batch.places} 家，须先改名额批复；命名线没有变。")
    obj.cut = cut
    _save(obj, version, ["cut"])
    told = {"before": {"命名线": before}, "after": {"命名线": docket.cut}}
    record(actor=actor, action="deliberation.set_cut", target=obj, at=at, **told)
    return obj


def _save(obj, version, fields):
    """Write over the version that was on the screen; 0 says there was no row yet."""
    if version == 0 and obj.version != 1:
        raise Stale(obj)
    save_versioned(obj, version=version or 1, fields=fields)


@transaction.atomic
def choose(batch, application, *, chosen, reason, actor, at):
    """Take one in or leave one out otherwise than the ranking, or decide a tie; with a reason."""
    docket = _in_draft(batch, actor=actor, at=at)
    place = _place(docket, application)
    reason = reason.strip()
    if not reason:
        raise Refused("请写明理由；没有保存。")
    if chosen and place.verdict == Verdict.BARRED:
        raise Refused(f"{because(place, docket.cut)}没有保存。")
    if chosen and application.pk in docket.blocked:
        raise Refused(f"“{place.candidate.name}”{docket.blocked[application.pk]}，没有保存。")
    if place.verdict != Verdict.TIED and chosen == (place.verdict == Verdict.IN):
        raise Refused(f"“{place.candidate.name}”按名次已是这个结果，不需要调整；没有保存。")
    before = docket.departures.get(application.pk)
    docket.deliberation.choices.update_or_create(
        application=docket.applications[application.pk],
        defaults={"chosen": chosen, "reason": reason, "made_at": at, "made_by": actor},
    )
    record(
        actor=actor,
        action="deliberation.choose",
        target=docket.deliberation,
        at=at,
        before=_told(place, before),
        after={"单位": place.candidate.name, "入选": chosen, "理由": reason},
    )


def _told(place, departure):
    if departure is None:
        return {"名次": place.rank}
    return {"名次": place.rank, "入选": departure.chosen, "理由": departure.reason}


def _place(docket, application):
    if application.pk not in docket.applications:
        raise Refused(f"“{application.unit}”已不在待审定之列，没有保存；请刷新后再看。")
    return docket.ranking[application.pk]


@transaction.atomic
def unchoose(batch, application, *, actor, at):
    """Go back to what the ranking says."""
    docket = _in_draft(batch, actor=actor, at=at)
    gone = docket.deliberation.choices.filter(application=application)
    before = docket.departures.get(application.pk)
    if not gone.delete()[0]:
        raise Refused(f"“{application.unit}”没有调整可撤销；请刷新后再看。")
    record(
        actor=actor,
        action="deliberation.unchoose",
        target=docket.deliberation,
        at=at,
        before={"单位": application.unit.name, "入选": before.chosen, "理由": before.reason},
    )


@transaction.atomic
def keep_minutes(batch, values, *, actor, at, version, file=None):
    """Write down the meeting: day, place, who attended, what was said, its signed paper."""
    docket = _in_draft(batch, actor=actor, at=at)
    obj = docket.deliberation
    before = {name: getattr(obj, name) for name in MINUTES}
    for name in MINUTES:
        setattr(obj, name, values[name])
    if file is not None:
        file.save()
        obj.file = file
    _save(obj, version, [*MINUTES, "file"])
    after = {name: values[name] for name in MINUTES} | ({"附件": file.name} if file else {})
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    told = {"before": {name: before.get(name, "") for name in changed}, "after": changed}
    record(actor=actor, action="deliberation.keep_minutes", target=obj, at=at, **told)
    return obj


@transaction.atomic
def present(batch, *, actor, at):
    """Lay the list before the departments; signatures of the very same list stay good."""
    docket = _in_draft(batch, actor=actor, at=at)
    _check_begun(docket.batch, at)
    found = docket.faults()
    if not docket.deliberation.held_on:
        found.append("还没有填写会议日期和纪要。")
    if found:
        raise Refused(f"{''.join(found)}没有提交会签。")
    obj = docket.deliberation
    DELIBERATION.perform("present", obj, actor=actor, at=at, told=summary(docket))
    Deliberation.objects.filter(pk=obj.pk).update(digest=docket.digest)
    if not docket.unsigned:
        return _settle(docket, actor=actor, at=at)
    _tell(docket, docket.unsigned, f"{docket.batch}审定名单请会签。", at)
    return obj


def summary(docket):
    """What the audit line keeps of a list: numbers, and the digest that stands for all of it."""
    ranking = docket.ranking
    return {
        "入选": len(ranking.chosen),
        "参评": len(ranking.places),
        "调整": len(ranking.departures),
        "名单摘要": docket.digest,
    }


def _check_begun(batch, at):
    stage = Timetable.of(batch, at)[BatchStage.Kind.DELIBERATING]
    if stage is not None and at < stage.starts_at:
        raise Refused(Timetable.of(batch, at).why_not(stage.kind) + "没有提交会签。")


def _tell(docket, bodies, text, at):
    for person in able_signers(docket.batch).filter(signs_for__in=bodies).distinct():
        notify(person, text, url=docket.deliberation.get_absolute_url(), at=at)


@transaction.atomic
def take_back(batch, *, actor, at, note):
    """Take the list back to change it; signatures under another list no longer count."""
    docket = locked(batch, actor=actor, at=at)
    DELIBERATION.perform("take_back", docket.deliberation, actor=actor, at=at, note=note)
    Deliberation.objects.filter(pk=docket.deliberation.pk).update(digest="")
    _tell(docket, docket.bodies, f"{docket.batch}审定名单已收回修改：{note}", at)
    return docket.deliberation


@transaction.atomic
def sign_list(batch, body, *, digest, actor, at, note=""):
    """One department's yes to the list as it stands; the last one settles it."""
    docket = locked(batch, actor=actor, at=at)
    _check_signer(docket, body, actor)
    _check_list(docket, digest)
    said = {"digest": docket.digest, "note": note.strip(), "signed_at": at, "signed_by": actor}
    SignOff.objects.update_or_create(deliberation=docket.deliberation, body=body, defaults=said)
    record(
        actor=actor,
        action="deliberation.sign",
        target=docket.deliberation,
        at=at,
        after={"部门": body.name, **summary(docket)},
        note=note.strip(),
    )
    docket.__dict__.pop("signatures", None)
    return docket.deliberation if docket.unsigned else _settle(docket, actor=actor, at=at)


def _check_signer(docket, body, actor):
    if docket.state != S.SIGNING:
        raise Refused(f"名单{docket.deliberation.get_state_display()}，现在不能会签。")
    if not decides(actor, docket.batch) or not body.signers.filter(pk=actor.pk).exists():
        raise Refused(f"您不是“{body.name}”的签发人员，没有会签。")
    if body.pk not in {each.pk for each in docket.bodies}:
        raise Refused(f"“{body.name}”不是本批次的命名部门，没有会签。")
    if body.pk not in {each.pk for each in docket.unsigned}:
        raise Refused(f"“{body.name}”已经会签过，没有重复会签。")
    signed = docket.signed_by(actor)
    if signed:
        raise Refused(
            f"您已代表“{signed.name}”会签这份名单，一人不能代表两个部门，没有会签；"
            f"请由“{body.name}”的其他签发人员会签。"
        )


def _check_list(docket, digest):
    if docket.digest != docket.deliberation.digest:
        raise Refused("提交会签后，名单里的得分或申报有变动；请经办人收回后重新提交，没有会签。")
    if docket.digest != digest:
        raise Refused("您打开之后名单有变动，没有会签；请重新看过名单再会签。")
    found = docket.blocked_faults()
    if found:
        raise Refused(f"{''.join(found)}没有会签；请经办人收回名单，改为不列入。")


def _settle(docket, *, actor, at):
    """All have said yes: every application is proposed or passed over, with its reason."""
    person = {"actor": actor, "at": at}
    docket.deliberation.refresh_from_db()
    docket.deliberation.batch = docket.batch
    DELIBERATION.perform("settle", docket.deliberation, told=summary(docket), **person)
    reasons = {each.pk: reason_of(each, docket.cut) for each in docket.ranking.places}
    told = lambda each: {"名次": docket.ranking[each.pk].rank, "理由": reasons[each.pk]}
    chosen = {each.pk for each in docket.ranking.chosen}
    rows = docket.applications
    proposed = [each for pk, each in rows.items() if pk in chosen]
    passed_over = [each for pk, each in rows.items() if pk not in chosen]
    APPLICATION.perform_all("propose", proposed, told=told, **person)
    APPLICATION.perform_all("pass_over", passed_over, told=told, **person)
    for each in rows.values():
        each.reason = reasons[each.pk]
    Application.objects.bulk_update(rows.values(), ["reason"], batch_size=500)
    text = f"{docket.batch}审定通过，入选 {len(proposed)} 家，请安排公示。"
    _tell(docket, docket.bodies, text, at)
    return docket.deliberation


def reason_of(place, cut):
    """What the application keeps: of a chosen one only a departure's reason."""
    if place.chosen:
        return place.departure.reason if place.departure else ""
    return because(place, cut)
