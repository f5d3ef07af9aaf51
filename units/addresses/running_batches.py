"""A batch that is run here: timetable, quotas, requirements, stages."""

from django.urls import path, re_path

from units.models import BatchStage
from units.views import running_batches as pages

BATCH = "batches/<int:pk>/"
KINDS = "|".join(BatchStage.Kind.values)


def stage(verb, view):
    """An act on one stage, named by its kind."""
    route = rf"^batches/(?P<pk>\d{{1,12}})/stages/(?P<kind>{KINDS})/{verb}/$"
    return re_path(route, view, name=f"stage-{verb}")


urlpatterns = [
    path("batches/plan/", pages.batch_plan, name="batch-plan"),
    path(f"{BATCH}papers/", pages.batch_papers, name="batch-papers"),
    path(f"{BATCH}rule/", pages.batch_renew_rule, name="batch-renew-rule"),
    path(f"{BATCH}timetable/", pages.batch_timetable, name="batch-timetable"),
    path(f"{BATCH}quotas/", pages.batch_quotas, name="batch-quotas"),
    path(f"{BATCH}requirements/", pages.batch_requirements, name="batch-requirements"),
    path(f"{BATCH}open/", pages.batch_open, name="batch-open"),
    path(f"{BATCH}cancel/", pages.batch_cancel, name="batch-cancel"),
    stage("close", pages.stage_close),
    stage("extend", pages.stage_extend),
    stage("start", pages.stage_start),
]
