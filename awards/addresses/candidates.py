"""Addresses: 培育库与申报汇总."""

urlpatterns = []
