"""Addresses of the whole portal; upper floors are named as strings in the settings."""

from django.conf import settings
from django.urls import include, path

from portal.views import home

app_name = "portal"

portal_patterns = (
    [
        path("", home.home, name="home"),
        path("healthz", home.healthz, name="healthz"),
    ],
    "portal",
)

urlpatterns = [
    path("", include(portal_patterns)),
    *(path(prefix, include(module)) for prefix, module in settings.UPPER_URLS),
]
