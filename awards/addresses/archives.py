"""Addresses: 档案包."""

urlpatterns = []
