"""The portal's addresses, and an admin that only benchmarks have."""

from django.urls import path

from portal.urls import *  # noqa: F403
from portal.urls import urlpatterns as portal_patterns
from tests.benchmarks.peers import site

urlpatterns = [*portal_patterns, path("bench-admin/", site.urls)]
