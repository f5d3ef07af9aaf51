"""Addresses of evidence."""

urlpatterns = []
