"""Addresses of editions."""

urlpatterns = []
