"""Addresses of self-checks."""

urlpatterns = []
