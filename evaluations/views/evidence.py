"""One piece of evidence: looked at in the page, described by its unit, accepted by its judges."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evaluations.access import clerk_or_helper, may_take_original
from evaluations.forms.evidence import DescribeForm
from evaluations.item_evidence import accepted_words, is_late, late_words, size_words
from evaluations.likenesses import look_alikes_for
from evaluations.models import Answer, AnswerEvidence, Evidence
from evaluations.operations import acceptance
from evaluations.operations import evidence as act
from evaluations.views.evidence_files import READERS, fetch
from evaluations.views.item_evidence import form_url
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User
from portal.versions import Stale
from portal.widgets import is_key

R = User.Role
JUDGES = (R.OFFICER, R.ASSESSOR)


@require_safe
@roles_only(*READERS)
def evidence(request, code):
    """The viewer. `?answer=` names the item whose other files lie in the film below."""
    shown = fetch(request, code)
    if wants_part(request):
        return _part(request, shown)
    answer = _answer(request, shown)
    context = {
        **viewing(request, shown),
        "answer": answer.pk if answer else "",
        "back_url": _form_of(request, answer),
        "beside": _beside(request, shown),
        "title": shown.title,
        "section": "evidence",
        "uses": uses_of(shown, request.user),
        "film": _film(request, answer),
        "may_withdraw": _may_withdraw(request.user, shown),
        "may_describe": clerk_or_helper(request.user, shown) and not shown.accepted_at,
        "form": DescribeForm(initial=_described(shown)),
    }
    return render(request, "evaluations/evidence.html", context)


def viewing(request, evidence):
    """What the viewer's own part needs; other pages show evidence with it too."""
    pages = range(1, (evidence.pages or 0) + 1)
    return {
        "evidence": evidence,
        "pages": [
            reverse("evaluations:evidence-page", args=[evidence.code, number]) for number in pages
        ],
        "size": size_words(evidence.file.size),
        "accepted": accepted_words(evidence, request.user),
        "late": late_words(evidence) if is_late(evidence) else "",
        "may_take": may_take_original(request.user, evidence),
        "may_accept": acceptance.may_accept(request.user, evidence),
        "look_alikes": look_alikes_for(evidence, request.user),
    }


def wants_part(request):
    """Is it another page that shows the file inside itself?"""
    return request.headers.get("X-Part") == "1"


def _part(request, shown, refusal=""):
    asked = request.GET.get("answer", request.POST.get("answer", ""))
    context = {
        **viewing(request, shown),
        "answer": asked if is_key(asked) else "",
        "part": True,
        "refusal": refusal,
    }
    return render(request, "evaluations/_evidence_view.html", context)


def uses_of(evidence, user):
    """Where it is cited, the latest year first; to others than the unit only what was handed in."""
    rows = AnswerEvidence.objects.filter(evidence=evidence)
    if not clerk_or_helper(user, evidence):
        rows = rows.handed_in()
    rows = rows.select_related("answer__indicator", "answer__check_form__round")
    return rows.order_by("-answer__check_form__round__year", "answer__indicator__position")[:20]


def _answer(request, shown):
    """The answer this was opened from, or the latest that cites it."""
    asked = request.GET.get("answer", "")
    rows = Answer.objects.filter(citations__evidence=shown).order_by("-saved_at")
    rows = rows if clerk_or_helper(request.user, shown) else rows.handed_in()
    rows = rows.select_related("check_form__unit__region", "check_form__round")
    return rows.filter(pk=asked).first() if is_key(asked) else rows.first()


def _film(request, answer):
    """The files of that answer, as far as they are in sight."""
    visible = Evidence.objects.visible_to(request.user)
    rows = AnswerEvidence.objects.filter(answer=answer, evidence__in=visible)
    return [each.evidence for each in rows.select_related("evidence")] if answer else []


def _form_of(request, answer):
    """Back to the form for whoever fills it in; others come from elsewhere."""
    if answer is None or "answer" not in request.GET:
        return ""
    check = answer.check_form
    return form_url(check, answer.indicator) if clerk_or_helper(request.user, check) else ""


def _beside(request, shown):
    """This and another one in sight, to be compared; nothing where none is asked for."""
    code = request.GET.get("beside", "").replace("\0", "")[:32]
    if not code:
        return []
    visible = Evidence.objects.visible_to(request.user).select_related("unit")
    return [get_object_or_404(visible, code=code), shown]


def _may_withdraw(user, evidence):
    if not evidence.accepted_at or not acceptance.may_accept(user, evidence):
        return False
    return user.role == R.OFFICER or evidence.accepted_by_id == user.pk


def _described(evidence):
    return {
        "title": evidence.title,
        "taken_on": evidence.taken_on,
        "version": evidence.version,
    }


@require_POST
@roles_only(R.CLERK, R.OFFICER)
def evidence_describe(request, code):
    """Name and day, as the unit says them."""
    shown = fetch(request, code)
    form = DescribeForm(request.POST)
    if not form.is_valid():
        messages.error(request, "名称和日期没有保存。" + "".join(_faults(form)))
        return _back(request, shown)
    return _acted(
        request,
        shown,
        lambda at: act.describe_evidence(shown, **form.cleaned_data, actor=request.user, at=at),
        "名称和日期已保存。",
    )


def _faults(form):
    return [fault for faults in form.errors.values() for fault in faults]


@require_POST
@roles_only(R.CLERK, R.OFFICER)
def evidence_delete(request, code):
    """Throw away what no self-check uses."""
    shown = fetch(request, code)
    try:
        act.delete_evidence(shown, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _back(request, shown)
    messages.success(request, f"已删除“{shown}”。")
    return redirect("evaluations:evidence-list")


@require_POST
@roles_only(*JUDGES)
def evidence_accept(request, code):
    """采信."""
    shown = fetch(request, code)
    return _acted(
        request,
        shown,
        lambda at: acceptance.accept_evidence(shown, actor=request.user, at=at),
        f"已采信“{shown}”。",
    )


@require_POST
@roles_only(*JUDGES)
def evidence_withdraw(request, code):
    """取消采信, with the reason."""
    shown, note = fetch(request, code), request.POST.get("note", "").replace("\0", "")[:300]
    return _acted(
        request,
        shown,
        lambda at: acceptance.withdraw_acceptance(shown, note=note, actor=request.user, at=at),
        f"已取消对“{shown}”的采信。",
    )


def _acted(request, shown, act_on_it, done):
    refusal = ""
    try:
        act_on_it(timezone.now())
    except Stale:
        refusal = "您打开之后他人改过名称或日期，没有保存。请核对现在的内容后再改。"
    except Refused as told:
        refusal = str(told)
    if wants_part(request):
        return _part(request, fetch(request, shown.code), refusal)
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, done)
    return _back(request, shown)


def _back(request, shown):
    answer = request.POST.get("answer", "")
    query = f"?answer={answer}" if is_key(answer) else ""
    return redirect(shown.get_absolute_url() + query)
