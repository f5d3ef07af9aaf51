"""Addresses: 培育库与申报汇总."""

from django.urls import path

from awards.views import candidates, summaries

urlpatterns = [
    path("candidates/", candidates.CandidateList.as_view(), name="candidates"),
    path("candidates/proposals/", candidates.ProposalList.as_view(), name="candidate-proposals"),
    path("candidates/add/", candidates.candidate_add, name="candidate-add"),
    path(
        "candidates/order/<int:region_pk>/<slug:level>/",
        candidates.candidate_order,
        name="candidate-order",
    ),
    path("candidates/<int:pk>/", candidates.candidate, name="candidate"),
    path("candidates/<int:pk>/note/", candidates.candidate_note, name="candidate-note"),
    path("candidates/<int:pk>/remove/", candidates.candidate_remove, name="candidate-remove"),
    path("summaries/", summaries.summaries, name="summaries"),
    path(
        "summaries/candidates/<int:region_pk>/<slug:level>/",
        summaries.pool_summary,
        name="pool-summary",
    ),
    path("summaries/<int:pk>/", summaries.batch_summary, name="batch-summary"),
    path("summaries/<int:pk>/<int:body_pk>/", summaries.batch_summary, name="body-summary"),
]
