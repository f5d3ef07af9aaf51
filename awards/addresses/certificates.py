"""Addresses: 证书."""

urlpatterns = []
