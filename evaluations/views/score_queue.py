"""打分任务: what is left, what comes next, how long it will take."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluations.models import InspectionRound
from evaluations.models.inspection import TEAM_ROLES
from evaluations.score_queue import Queue
from evaluations.tones import ASSIGNMENT_TONES
from portal.gate import roles_only
from portal.widgets import is_key


@require_safe
@roles_only(*TEAM_ROLES)
def score_queue(request):
    """Everything this person is to score, and has signed."""
    queue, now = Queue(request.user), timezone.now()
    waiting = queue.waiting
    rounds = {turn.task.inspection.round for turn in [*waiting, *queue.preparing]}
    context = {
        "title": "打分任务",
        "section": "score-queue",
        "waiting": _toned(waiting),
        "signed": _toned(queue.signed),
        "preparing": queue.preparing,
        "first": waiting[0] if waiting else None,
        "pace": queue.pace_words(now) if waiting else "",
        "left": queue.left,
        "rounds": sorted(rounds, key=lambda each: (each.ends_on, each.pk)),
    }
    return render(request, "evaluations/score_queue.html", context)


def _toned(turns):
    return [(turn, ASSIGNMENT_TONES[turn.task.state]) for turn in turns]


@require_safe
@roles_only(*TEAM_ROLES)
def score_next(request):
    """Lead on to the least finished unit; back to the queue when all are signed."""
    asked = request.GET.get("after", "")
    found = Queue(request.user).next_after(int(asked) if is_key(asked) else 0)
    if found is None:
        messages.info(request, "没有别的单位要打分了。")
        return redirect("evaluations:score-queue")
    return redirect(found)


@require_safe
@roles_only(*TEAM_ROLES)
def score_pace(request):
    """How long the rest of a round will take; the scoring page asks once it stands."""
    asked = request.GET.get("round", "")
    rounds = InspectionRound.objects.visible_to(request.user)
    round = rounds.filter(pk=asked).first() if is_key(asked) else None
    return JsonResponse({"words": Queue(request.user, round=round).pace_words(timezone.now())})
