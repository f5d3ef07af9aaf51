"""Addresses that anybody may open: what a certificate's QR code leads to."""

app_name = "verify"

urlpatterns = []
