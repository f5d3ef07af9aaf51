"""自查 on the home page and in the menu."""

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone

from evaluations.models import Receipt, SelfCheck, SelfCheckRound
from evaluations.tones import SELF_CHECK_TONES
from portal import desk
from portal.models import User
from portal.times import Deadline

R = User.Role
S = SelfCheck.State
ACTS = {S.NOT_STARTED: "开始填报", S.FILLING: "继续填报", S.RETURNED: "修改后再提交"}
SHOWN = 5

desk.entry(
    label="自查填报",
    url_name="evaluations:self-checks",
    roles=frozenset({R.CLERK}),
    section="self-checks",
    position=15,
)
desk.entry(
    label="自查",
    url_name="evaluations:self-check-rounds",
    roles=frozenset({R.OFFICER, R.AUDITOR}),
    section="self-checks",
    position=25,
)


@desk.panel(position=4)
def receipts_that_stand(user, day):
    """What a clerk has handed in, until the round is over: above everything, short."""
    if user.role != R.CLERK:
        return None
    standing = Receipt.objects.visible_to(user).filter(
        number=F("check_form__receipt_no"),
        check_form__state=S.SUBMITTED,
        check_form__round__closed_at=None,
    )
    rows = standing.select_related("check_form__round", "check_form__unit")
    found = list(rows.order_by("-handed_in_at", "-pk")[: SHOWN + 1])
    if not found:
        return None
    told = {"receipts": found[:SHOWN], "more": len(found) > SHOWN}
    return {"template": "evaluations/_panel_receipts.html", **told}


@desk.panel(position=5)
def what_to_do_now(user, day):
    """A clerk's open self-checks, the most urgent first, each with the one thing to do."""
    if user.role != R.CLERK:
        return None
    now = timezone.now()
    mine = SelfCheck.objects.visible_to(user).open().for_filling().filter(round__opens_at__lte=now)
    tasks = [_task(each, now) for each in mine]
    tasks.sort(key=lambda each: each["deadline"].due_at)
    return {"template": "evaluations/_panel_now.html", "tasks": tasks} if tasks else None


def _task(check, now):
    return {
        "check": check,
        "deadline": Deadline(check.due_at, now),
        "tone": SELF_CHECK_TONES[check.state],
        "act": ACTS[check.state],
        "url": reverse("evaluations:self-check-fill", args=[check.pk]),
    }


@desk.panel(position=15)
def rounds_running(user, day):
    """Rounds that are not over, with how many of one's units have handed in."""
    if user.role not in user.SUBTREE_ROLES:
        return None
    now = timezone.now()
    running = SelfCheckRound.objects.visible_to(user).filter(closed_at=None, opens_at__lte=now)
    rounds = {each.pk: each for each in running.order_by("due_at")[:SHOWN]}
    checks = SelfCheck.objects.visible_to(user).filter(round__in=rounds)
    done = Count("pk", filter=Q(state=S.SUBMITTED))
    counted = checks.order_by().values_list("round").annotate(n=Count("pk"), done=done)
    lines = [_line(rounds[pk], n, handed_in, now) for pk, n, handed_in in counted]
    lines.sort(key=lambda each: each["deadline"].due_at)
    return {"template": "evaluations/_panel_rounds.html", "lines": lines} if lines else None


def _line(round, total, done, now):
    return {
        "round": round,
        "total": total,
        "done": done,
        "left": total - done,
        "percent": 100 * done // total,
        "deadline": Deadline(round.due_at, now),
    }
