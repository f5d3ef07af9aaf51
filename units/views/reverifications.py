"""复验 of one title: the page, the unit's application, the office's conclusion."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.audit_labels import label_of
from portal.gate import roles_only
from portal.models import AuditEvent
from portal.once import once
from portal.step_up import step_up
from units import verdicts
from units.access import decides_title, tends_title
from units.follow_up_columns import days, marks_behind
from units.forms.follow_up import (
    ApplyForm,
    FailForm,
    JoinRoundForm,
    OrderForm,
    PassForm,
    ReasonForm,
)
from units.lifecycles import REVERIFICATION
from units.models import Reverification, ReverificationRound
from units.operations.reverification_rounds import add_to_round
from units.operations.reverifications import (
    apply_reverification,
    decline_reverification,
    fail_reverification,
    pass_reverification,
    rectify_reverification,
    return_reverification,
    ruling,
)
from units.renewing import renewal_words
from units.tones import RECTIFICATION_TONES, REVERIFICATION_TONES
from units.verdicts import PLEDGES
from units.views.acts import handle
from units.views.follow_up import READERS, SECTION, R, fetch_title, fetch_turn, form_page

V = Reverification.State
CONCLUSIONS = {"pass": PassForm, "rectify": OrderForm, "fail": FailForm}


@roles_only(*READERS)
@require_safe
def reverification(request, pk):
    """One title's turn: what the unit wrote, the figures, the conclusion and what followed."""
    turn, today = fetch_turn(request, pk), timezone.localdate()
    open_to = {step.verb for step in REVERIFICATION.open_to(request.user, turn)}
    verbs = [
        (verb, REVERIFICATION.steps[verb].label, verdicts.obstacle(turn, verb))
        for verb in verdicts.VERBS
        if verb in open_to
    ]
    passable = any(verb == "pass" and not reason for verb, _, reason in verbs)
    orders = list(turn.rectifications.order_by("-pk"))
    told = AuditEvent.objects.about(turn).select_related("actor").order_by("-pk")[:20]
    page = {
        "turn": turn,
        "title": turn.designation.unit.name,
        "section": SECTION,
        "tone": REVERIFICATION_TONES[turn.state],
        "pledges": [words for key, words in PLEDGES.items() if key in turn.pledges],
        "left": days(turn.round.due_on, today),
        "is_late": today > turn.round.due_on,
        "open_to": open_to,
        "conclusions": verbs,
        "renewal": renewal_words(turn, ruling(turn)) if passable else "",
        "waits": turn.state == V.PASSED and turn.renews and turn.renewed_id is None,
        "may_revoke": may_revoke(request.user, turn),
        "orders": [(each, RECTIFICATION_TONES[each.state]) for each in orders],
        "behind": marks_behind([turn.designation.unit_id]).get(turn.designation.unit_id, ""),
        "is_office": request.user.role != R.CLERK,
        "history": [(each, label_of(each.action)) for each in told]
        if request.user.role != R.CLERK
        else [],
    }
    return render(request, "units/reverification.html", page)


def may_revoke(user, turn):
    """Has it failed, and is the title still to be dealt with by this person?"""
    title = turn.designation
    failed = turn.state == V.FAILED and title.state in title.HOLDING
    return failed and decides_title(user, title)


@roles_only(R.CLERK)
@once
def apply(request, pk):
    """The unit's application: a report and three pledges, kept while it is typed."""
    turn, today = fetch_turn(request, pk), timezone.localdate()
    told = lambda row: {
        "statement": row.statement,
        "pledges": row.pledges,
        "version": row.version,
    }
    form = ApplyForm(request.POST or None, user=request.user, initial=told(turn))

    def act():
        sent = form.cleaned_data
        words = {name: sent[name] for name in ("statement", "pledges", "version")}
        apply_reverification(turn, **words, actor=request.user, at=request.arrived_at)
        return turn, "复验申请已提交，审核人员会安排复验。"

    if not REVERIFICATION.steps["apply"].open_to(request.user, turn):
        return redirect(turn)
    page = form_page(f"复验申请：{turn.designation.unit}", "提交申请", turn, turn=turn)
    page |= {"left": days(turn.round.due_on, today), "is_late": today > turn.round.due_on}
    return handle(request, form, act, page, template="units/reverification_apply.html")


@roles_only(R.CLERK)
@once
def decline(request, pk):
    """The unit lets its title run out."""
    turn = fetch_turn(request, pk)
    form = ReasonForm(request.POST or None, user=request.user)

    def act():
        note = form.cleaned_data["note"]
        decline_reverification(turn, note=note, actor=request.user, at=request.arrived_at)
        return turn, "已记为不再申请复验。"

    intro = "不再申请后不能恢复，称号到期后失效。"
    page = form_page(f"不再申请复验：{turn.designation}", "不再申请", turn, intro=intro, ends=True)
    return handle(request, form, act, page)


@roles_only(R.OFFICER)
@once
def give_back(request, pk):
    """An application goes back with what is to be mended."""
    turn = fetch_turn(request, pk)
    form = ReasonForm(request.POST or None, user=request.user)
    form.fields["note"].label = "退回意见"

    def act():
        note = form.cleaned_data["note"]
        return_reverification(turn, note=note, actor=request.user, at=timezone.now())
        return turn, "已退回，单位会收到通知。"

    return handle(request, form, act, form_page(f"退回复验申请：{turn}", "退回", turn))


def _fetched(request, pk, verb):
    """For the password page: says 404 to strangers before anything is asked."""
    fetch_turn(request, pk)


@roles_only(R.OFFICER)
@step_up(_fetched)
@once
def conclude(request, pk, verb):
    """合格, 限期整改 or 不合格, with the figures beside; what they forbid is refused."""
    if verb not in CONCLUSIONS:
        raise Http404
    turn, today = fetch_turn(request, pk), timezone.localdate()
    form = CONCLUSIONS[verb](request.POST or None, user=request.user, initial={"on": today})
    label = REVERIFICATION.steps[verb].label

    def act():
        who = {"actor": request.user, "at": timezone.now()}
        made = ACTS[verb](turn, form, **who)
        return made, f"“{turn.designation.unit}”复验结论：{label}。"

    rule = ruling(turn)
    page = form_page(f"复验结论：{label}", f"认定{label}", turn, turn=turn, verb=verb)
    page |= {
        "obstacle": verdicts.obstacle(turn, verb),
        "renewal": renewal_words(turn, rule),
        "ends": verb == "fail",
        "rule": rule,
        "behind": marks_behind([turn.designation.unit_id]).get(turn.designation.unit_id, ""),
    }
    return handle(request, form, act, page, template="units/reverification_conclude.html")


def _pass(turn, form, **who):
    sent = form.cleaned_data
    told = {name: sent[name] for name in ("on", "document_no", "note")}
    return pass_reverification(turn, **told, **who)


def _rectify(turn, form, **who):
    sent = form.cleaned_data
    told = {name: sent[name] for name in ("on", "document_no", "note")}
    return rectify_reverification(turn, items=form.findings, **told, **who)


def _fail(turn, form, **who):
    sent = form.cleaned_data
    return fail_reverification(turn, on=sent["on"], note=sent["note"], **who)


ACTS = {"pass": _pass, "rectify": _rectify, "fail": _fail}


@roles_only(R.OFFICER)
@once
def designation_reverify(request, pk):
    """One more title into a round that goes on."""
    title = fetch_title(request, pk)
    user = request.user
    going_on = ReverificationRound.objects.filter(closed_at=None, level=title.level)
    rounds = going_on.filter(region=user.region_id) if tends_title(user, title) else going_on.none()
    form = JoinRoundForm(request.POST or None, user=user, rounds=rounds)

    def act():
        made = form.cleaned_data["round"]
        turn = add_to_round(made, title, actor=user, at=timezone.now())
        return turn, f"已列入“{made}”，单位会收到通知。"

    page = form_page(f"列入复验：{title.unit}", "列入复验", title, unit=title.unit)
    page["no_rounds"] = not rounds.exists()
    return handle(request, form, act, page, template="units/designation_reverify.html")
