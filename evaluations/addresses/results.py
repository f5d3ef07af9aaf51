"""Addresses of results."""

from django.urls import path

from evaluations.views import appraisals, consistency, results, unit_results

urlpatterns = [
    path("results/appraisals/", appraisals.appraisals, name="appraisals"),
    path(
        "results/appraisals/<int:pk>/export/",
        appraisals.appraisal_export,
        name="appraisal-export",
    ),
    path("results/rounds/<int:pk>/", results.RoundResults.as_view(), name="round-results"),
    path(
        "results/rounds/<int:pk>/export/",
        results.round_results_export,
        name="round-results-export",
    ),
    path("results/rounds/<int:pk>/places/", results.round_places, name="round-places"),
    path("results/rounds/<int:pk>/publish/", results.round_publish, name="round-publish"),
    path(
        "results/rounds/<int:pk>/consistency/",
        consistency.round_consistency,
        name="round-consistency",
    ),
    path("results/rounds/<int:pk>/thirds/", consistency.round_thirds, name="round-thirds"),
    path("results/units/<int:pk>/", unit_results.unit_result, name="unit-result"),
    path("results/units/<int:pk>/third/", unit_results.call_third, name="call-third"),
]
