"""What units do with their evidence: add it to an item, use it again, take it off, describe it."""

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Sum

from evaluations.access import clerk_or_helper
from evaluations.models import AnswerEvidence, Evidence, Upload
from evaluations.operations.citing import hold_open
from portal import jobs
from portal.audit import record
from portal.errors import Refused
from portal.text import storable
from portal.versions import save_versioned
from units.models import Unit

MB = 1024 * 1024


@transaction.atomic
def add_evidence(check, indicator, received, *, actor, at):
    """Cite a newly received file under an item; a file the unit has already is not kept twice."""
    answer = hold_open(check, indicator, actor=actor, at=at)
    refuse_cited(answer, received.stored)
    refuse_if_full(check, indicator)
    hold_unit(check.unit)
    refuse_quota(check.unit, received.stored.size, received.stored.sha256)
    evidence, is_new = _kept(check.unit, received, actor, at)
    citation = _cite(answer, evidence, reused=not is_new)
    if is_new:
        start_deriving(evidence)
    _note("evidence.add", answer, [evidence], actor, at)
    return citation


def refuse_if_full(check, indicator, more=1):
    """An item takes so many files and no more."""
    cap = check.edition.files_cap
    cited = AnswerEvidence.objects.filter(answer__check_form=check, answer__indicator=indicator)
    if cited.count() + more > cap:
        raise Refused(
            f"“{indicator.code} {indicator.text}”最多 {cap} 份材料，没有添加。"
            "请先移除不需要的，再添加。"
        )


def hold_unit(unit):
    """Lock a unit, so that what it has stored is counted by one act at a time."""
    Unit.objects.select_for_update().get(pk=unit.pk)


def refuse_quota(unit, more, sha256=""):
    """Everything a unit has stored stays below the limit. Ask and count with the unit held."""
    if sha256 and Evidence.objects.filter(unit=unit, sha256=sha256).exists():
        return
    if used_by(unit) + more > settings.EVIDENCE_UNIT_LIMIT:
        most = settings.EVIDENCE_UNIT_LIMIT // MB
        raise Refused(
            f"{unit}的材料合计将超过 {most} MB，没有保存。请在材料库中删除不再使用的文件后再传。"
        )


def used_by(unit):
    """Bytes of a unit's files."""
    return Evidence.objects.filter(unit=unit).aggregate(sum=Sum("file__size"))["sum"] or 0


def _kept(unit, received, actor, at):
    """(evidence, is it new?) of a file; equal contents of one unit are one piece of evidence."""
    known = Evidence.objects.filter(unit=unit, sha256=received.stored.sha256).first()
    if known:
        return known, False
    received.stored.save()
    return Evidence.objects.create(
        unit=unit,
        file=received.stored,
        sha256=received.stored.sha256,
        kind=received.kind,
        title=received.stored.name,
        found_on=received.found_on,
        taken_on=received.found_on if received.kind == Evidence.Kind.IMAGE else None,
        pages=received.pages,
        uploaded_by=actor,
        uploaded_at=at,
    ), True


def refuse_cited(answer, stored):
    """An answer cites a file once."""
    cited = answer.citations.filter(evidence__sha256=stored.sha256).select_related("evidence")
    for each in cited:
        raise Refused(f"“{stored.name}”与本项已有的“{each.evidence}”是同一个文件，没有重复添加。")


def _cite(answer, evidence, *, reused):
    last = answer.citations.aggregate(last=Max("position"))["last"] or 0
    return AnswerEvidence.objects.create(
        answer=answer, evidence=evidence, position=last + 1, reused=reused
    )


def start_deriving(evidence):
    """Have the viewing copy and thumbnail made once this is committed."""
    jobs.start(
        "evaluations.derive_evidence",
        user=None,
        label=f"生成查看副本：{evidence}"[:120],
        key=f"evidence.derive {evidence.code}",
        payload={"evidence": evidence.pk},
    )


def _note(action, answer, evidence, actor, at):
    told = {
        "item": f"{answer.indicator.code} {answer.indicator.text}",
        "files": [{"title": each.title, "sha256": each.sha256} for each in evidence],
    }
    record(actor=actor, action=action, target=answer.check_form, at=at, after=told)


@transaction.atomic
def reuse_evidence(check, indicator, evidence, *, actor, at):
    """Cite files the unit has already, of other years or other items; returns how many."""
    if any(each.unit_id != check.unit_id for each in evidence):
        raise Refused("只能选用本单位自己的材料，没有添加。")
    answer = hold_open(check, indicator, actor=actor, at=at)
    cited = set(answer.citations.values_list("evidence_id", flat=True))
    new = [each for each in evidence if each.pk not in cited]
    refuse_if_full(check, indicator, len(new))
    for each in new:
        _cite(answer, each, reused=True)
    if new:
        _note("evidence.reuse", answer, new, actor, at)
    return len(new)


@transaction.atomic
def remove_evidence(check, indicator, evidence, *, actor, at):
    """Take a file off an item. The unit keeps it, and can use it again."""
    answer = hold_open(check, indicator, actor=actor, at=at)
    if not answer.citations.filter(evidence=evidence).delete()[0]:
        raise Refused(f"“{evidence}”已不在本项材料中，没有改动。请刷新后再看。")
    if check.receipts.filter(content__contains=evidence.sha256).exists():
        Evidence.objects.filter(pk=evidence.pk).update(handed_in=True)
    _note("evidence.remove", answer, [evidence], actor, at)


@transaction.atomic
def describe_evidence(evidence, *, title, taken_on, version, actor, at):
    """What the unit calls a file and when it says it was made."""
    _refuse_stranger(evidence, actor)
    if evidence.accepted_at:
        raise Refused(f"“{evidence}”已被采信，名称和日期不能再改，没有改动。")
    before = {"title": evidence.title, "taken_on": evidence.taken_on}
    evidence.title, evidence.taken_on = storable(title).strip()[:120], taken_on
    save_versioned(evidence, version=version, fields=["title", "taken_on"])
    after = {"title": evidence.title, "taken_on": evidence.taken_on}
    record(
        actor=actor, action="evidence.describe", target=evidence, at=at, before=before, after=after
    )


def _refuse_stranger(evidence, actor):
    if not clerk_or_helper(actor, evidence):
        raise Refused(f"“{evidence.unit}”的材料不由您整理，没有改动。")


@transaction.atomic
def delete_evidence(evidence, *, actor, at):
    """Throw away a file that no self-check uses and none has handed in."""
    _refuse_stranger(evidence, actor)
    Evidence.objects.select_for_update().get(pk=evidence.pk)
    if evidence.citations.exists():
        raise Refused(f"“{evidence}”正被自查引用，没有删除。请先在自查中移除。")
    if evidence.handed_in or evidence.accepted_at:
        raise Refused(f"“{evidence}”曾随自查提交，按规定留存，没有删除。")
    told = {"title": evidence.title, "sha256": evidence.sha256}
    record(actor=actor, action="evidence.delete", target=evidence, at=at, before=told)
    stored = [each for each in (evidence.file, evidence.viewing, evidence.thumbnail) if each]
    Upload.objects.filter(evidence=evidence).delete()
    evidence.delete()
    for each in stored:
        each.delete()
