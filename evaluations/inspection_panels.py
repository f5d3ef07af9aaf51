"""Menu entries of inspections, and what the home page tells people about scoring."""

from django.db.models import Count
from django.utils import timezone

from evaluations.models import Assignment, InspectionRound, ScoreSheet
from evaluations.models.inspection import TEAM_ROLES
from evaluations.progress import elapsed
from evaluations.score_queue import Queue
from portal import desk
from portal.models import User
from portal.scoping import below

R = User.Role
State = InspectionRound.State
MOST = 5

desk.entry(
    label="测评轮次",
    url_name="evaluations:inspection-rounds",
    roles=frozenset({R.OFFICER, R.AUDITOR}),
    section="inspections",
    position=26,
)

desk.entry(
    label="打分任务",
    url_name="evaluations:score-queue",
    roles=frozenset({R.ASSESSOR}),
    section="score-queue",
    position=20,
)

desk.entry(
    label="回避声明",
    url_name="evaluations:conflicts",
    roles=frozenset({R.ASSESSOR}),
    section="conflicts",
    position=30,
)


@desk.panel(position=12)
def scoring(user, day):
    """What this person has to score."""
    if user.role not in TEAM_ROLES or not Assignment.objects.own(user).unsigned().exists():
        return None
    queue = Queue(user)
    waiting = queue.waiting
    if not waiting and not queue.preparing:
        return None
    return {
        "template": "evaluations/_panel_scoring.html",
        "waiting": waiting[:MOST],
        "total": len(waiting),
        "preparing": len(queue.preparing),
        "pace": queue.pace_words(timezone.now()) if waiting else "",
    }


@desk.panel(position=24)
def rounds(user, day):
    """Rounds this office runs that are not over, and corrections to decide on."""
    if user.role != user.Role.OFFICER or not user.scope_paths:
        return None
    running = InspectionRound.objects.filter(region=user.region).exclude(state=State.FINISHED)
    running = list(running.order_by("ends_on", "pk")[:MOST])
    corrections = _corrections(user)
    if not running and not corrections:
        return None
    signed = _signed_of(running)
    return {
        "template": "evaluations/_panel_inspections.html",
        "rounds": [(each, *signed.get(each.pk, (0, 0)), _left(each, day)) for each in running],
        "corrections": corrections,
    }


def _corrections(user):
    waiting = ScoreSheet.objects.corrections().filter(
        below("assignment__inspection__round__region__path", user.scope_paths),
        signed_at__isnull=False,
    )
    waiting = waiting.exclude(assignment__assessor=user)
    return list(
        waiting.select_related("assignment__inspection__unit", "assignment__assessor")[:MOST]
    )


def _signed_of(rounds):
    """{round: (signed, given)}."""
    tasks = Assignment.objects.standing().filter(inspection__round__in=rounds).order_by()
    rows = tasks.values_list("inspection__round", "state").annotate(n=Count("pk"))
    found = {}
    for pk, state, number in rows:
        signed, given = found.get(pk, (0, 0))
        found[pk] = signed + number * (state == Assignment.State.SIGNED), given + number
    return found


def _left(round, day):
    """Days left, and whether the round's time is nearly over."""
    return (round.ends_on - day).days, elapsed(round, day) > 0.8
