"""Addresses of the top floor, by noun."""

from awards.addresses import archives, candidates, certificates

app_name = "awards"

urlpatterns = [
    *certificates.urlpatterns,
    *archives.urlpatterns,
    *candidates.urlpatterns,
]
