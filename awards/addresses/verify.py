"""Addresses that anybody may open: what a certificate's QR code leads to."""

from django.urls import path

from awards.views import verify

app_name = "verify"

urlpatterns = [
    path("", verify.find, name="find"),
    path("<str:code>/", verify.certificate, name="certificate"),
]
