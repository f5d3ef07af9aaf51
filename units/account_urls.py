"""Accounts in bulk; up here because clerks belong to units."""

from django.urls import path

from units.views import accounts

app_name = "unit-accounts"

urlpatterns = [
    path("", accounts.accounts_import, name="import"),
    path("template/", accounts.template, name="template"),
    path("<str:code>/", accounts.intake, name="intake"),
    path("<str:code>/slips/", accounts.intake_slips, name="slips"),
]
