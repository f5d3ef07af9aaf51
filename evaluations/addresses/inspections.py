"""Addresses of inspections."""

urlpatterns = []
