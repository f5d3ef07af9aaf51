"""Addresses of the second floor, by noun."""

from evaluations.addresses import editions, evidence, inspections, results, self_checks, sheets

app_name = "evaluations"

urlpatterns = [
    *editions.urlpatterns,
    *self_checks.urlpatterns,
    *evidence.urlpatterns,
    *inspections.urlpatterns,
    *results.urlpatterns,
    *sheets.urlpatterns,
]
