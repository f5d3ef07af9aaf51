"""The linked self-check: what was claimed, its receipt, and the evidence in the index's order."""

from django.template.loader import render_to_string

from awards.packing.plan import EVIDENCE
from evaluations.access import may_read_answers, may_take_original
from evaluations.models import AnswerEvidence, Evidence, SelfCheck
from evaluations.tree import tree_of


def add_evidence(plan, user):
    """Each file once, under the first item that cites it."""
    check = _check_of(plan, user)
    if check is None:
        return
    answers = {each.indicator_id: each for each in check.answers.all()}
    entries = tree_of(check.edition).entries
    _add_answers(plan, check, [(each, answers.get(each.pk)) for each in entries])
    _add_files(plan, check, entries, user)


def _check_of(plan, user):
    key = plan.application.self_check_id
    if key is None:
        return plan.leave_out("申报没有关联自查，没有佐证材料。")
    rows = SelfCheck.objects.visible_to(user).select_related("edition", "round", "unit__region")
    check = rows.filter(pk=key).first()
    if check is None or not may_read_answers(user, check):
        return plan.leave_out("关联的自查已退回修改，或不在您能看到的范围内，没有列入佐证材料。")
    return check


def _add_answers(plan, check, rows):
    context = {"check": check, "rows": rows, "unit": check.unit}
    html = render_to_string("pdf/package_self_check.html", context)
    plan.add_page([EVIDENCE], "00 自查填报表", html, f"{check.round}填报内容")
    receipt = check.receipts.filter(pdf__isnull=False).select_related("pdf").first()
    if receipt:
        plan.add_file([EVIDENCE], receipt.pdf, f"自查回执 {receipt.number}", "00 自查回执.pdf")


def _add_files(plan, check, entries, user):
    cited = _citations(check, user)
    known, barred = set(), 0
    for entry in entries:
        place = 0
        for each in cited.get(entry.pk, ()):
            if each.pk in known:
                continue
            known.add(each.pk)
            if not may_take_original(user, each):
                barred += 1
                continue
            place += 1
            within = [EVIDENCE, f"{entry.item.code} {entry.item.text}"]
            what = f"{entry.item.code} 佐证：{each.title}"
            plan.add_file(within, each.file, what, f"{place:02} {each.file.name}")
    if barred:
        plan.leave_out(f"有 {barred} 件佐证材料的原件不由您取用，没有列入。")


def _citations(check, user):
    """{item key: evidence in its order}, of what this person sees."""
    seen = Evidence.objects.visible_to(user).order_by().values("pk")
    rows = AnswerEvidence.objects.filter(answer__check_form=check, evidence__in=seen)
    found = {}
    for each in rows.select_related("answer", "evidence__file", "evidence__unit__region"):
        found.setdefault(each.answer.indicator_id, []).append(each.evidence)
    return found
