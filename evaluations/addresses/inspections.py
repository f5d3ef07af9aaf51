"""Addresses of inspections: rounds, teams, assignments, visits, scoring."""

from django.urls import path, re_path

from evaluations.lifecycles import INSPECTION_ROUND
from evaluations.views import (
    inspection_assign,
    inspection_rounds,
    inspection_tasks,
    inspection_team,
    inspection_units,
    score_page,
    score_queue,
    sheet_history,
    visits,
)

VERBS = "|".join(INSPECTION_ROUND.steps)
ROUND = "inspection-rounds/<int:pk>/"

urlpatterns = [
    path("inspection-rounds/", inspection_rounds.RoundList.as_view(), name="inspection-rounds"),
    path(
        "inspection-rounds/new/",
        inspection_rounds.inspection_round_new,
        name="inspection-round-new",
    ),
    path(ROUND, inspection_rounds.inspection_round, name="inspection-round"),
    path(f"{ROUND}edit/", inspection_rounds.inspection_round_edit, name="inspection-round-edit"),
    re_path(
        rf"^inspection-rounds/(?P<pk>\d{{1,12}})/(?P<verb>{VERBS})/$",
        inspection_rounds.inspection_round_step,
        name="inspection-round-step",
    ),
    path(f"{ROUND}serve/", inspection_rounds.inspection_serve, name="inspection-serve"),
    path(f"{ROUND}urge/", inspection_rounds.inspection_urge, name="inspection-urge"),
    path(
        f"{ROUND}candidates/",
        inspection_units.Candidates.as_view(),
        name="inspection-candidates",
    ),
    path(f"{ROUND}choose/", inspection_units.inspection_choose, name="inspection-choose"),
    path(f"{ROUND}units/", inspection_units.InspectionList.as_view(), name="inspections"),
    path(f"{ROUND}units/bulk/", inspection_units.inspections_bulk, name="inspections-bulk"),
    path(f"{ROUND}team/", inspection_team.inspection_team, name="inspection-team"),
    path(f"{ROUND}team/<int:member>/", inspection_team.inspection_member, name="inspection-member"),
    path(f"{ROUND}team/add/", inspection_team.inspection_team_add, name="inspection-team-add"),
    path(f"{ROUND}assign/", inspection_assign.inspection_assign, name="inspection-assign"),
    path(f"{ROUND}assign/apply/", inspection_assign.inspection_apply, name="inspection-apply"),
    path(f"{ROUND}calendar/", visits.inspection_calendar, name="inspection-calendar"),
    path(f"{ROUND}visit/", visits.inspection_visit, name="inspection-visit"),
    path(
        "inspections/<int:pk>/people/", inspection_tasks.inspection_tasks, name="inspection-tasks"
    ),
    path("inspections/<int:pk>/extra/", inspection_tasks.inspection_extra, name="inspection-extra"),
    path(
        "assignments/<int:pk>/reassign/",
        inspection_tasks.assignment_reassign,
        name="assignment-reassign",
    ),
    path(
        "assignments/<int:pk>/withdraw/",
        inspection_tasks.assignment_withdraw,
        name="assignment-withdraw",
    ),
    path("conflicts/", inspection_team.conflicts, name="conflicts"),
    path(
        "conflicts/declare/<int:unit>/", inspection_team.conflict_declare, name="conflict-declare"
    ),
    path("conflicts/<int:pk>/remove/", inspection_team.conflict_remove, name="conflict-remove"),
    path("scoring/", score_queue.score_queue, name="score-queue"),
    path("scoring/next/", score_queue.score_next, name="score-next"),
    path("scoring/pace/", score_queue.score_pace, name="score-pace"),
    path("scoring/phrases/", score_page.score_phrases, name="score-phrases"),
    path("scoring/<int:pk>/", score_page.score_sheet, name="score-sheet"),
    path("scoring/<int:pk>/save/", score_page.score_save, name="score-save"),
    path("scoring/<int:pk>/sign/", score_page.score_sign, name="score-sign"),
    path("scoring/<int:pk>/history/", sheet_history.sheet_history, name="sheet-history"),
    path("scoring/<int:pk>/correct/", sheet_history.sheet_correct, name="sheet-correct"),
    path("scoring/<int:pk>/give-up/", sheet_history.sheet_give_up, name="sheet-give-up"),
    path("scoring/<int:pk>/decide/", sheet_history.sheet_decide, name="sheet-decide"),
]
