"""Addresses: 证书."""

from django.urls import path

from awards.views import certificates, issues

urlpatterns = [
    path("certificates/", certificates.CertificateList.as_view(), name="certificates"),
    path("certificates/export/", certificates.certificates_export, name="certificates-export"),
    path("certificates/waiting/", issues.waiting_page, name="waiting"),
    path("certificates/<int:pk>/", certificates.certificate, name="certificate"),
    path("certificates/<int:pk>/pdf/", certificates.certificate_pdf, name="certificate-pdf"),
    path("certificates/<int:pk>/reissue/", certificates.reissue, name="certificate-reissue"),
    path("certificates/<int:pk>/void/", certificates.void, name="certificate-void"),
    path("batches/<int:pk>/certificates/", issues.batch_page, name="batch-certificates"),
    path("batches/<int:pk>/certificates/issue/", issues.issue_batch, name="batch-issue"),
    path("certificates/waiting/issue/", issues.issue_loose, name="loose-issue"),
    path("issues/<int:pk>/", issues.issue, name="issue"),
    path("issues/<int:pk>/status/", issues.issue_status, name="issue-status"),
    path("issues/<int:pk>/print/", issues.print_again, name="issue-print"),
    path("issues/<int:pk>/cancel/", issues.cancel_print, name="issue-cancel"),
    path("issues/<int:pk>/zip/", issues.bundle_zip, name="issue-zip"),
    path("issues/<int:pk>/joined/", issues.joined_pdf, name="issue-joined"),
]
