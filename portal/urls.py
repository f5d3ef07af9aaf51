"""Addresses of the whole portal; upper floors are named as strings in the settings."""

from django.conf import settings
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from portal.views import (
    accounts,
    audit,
    clock,
    drafts,
    files,
    health,
    home,
    jobs,
    messages,
    news,
    reference,
    sign_in,
    tokens,
    views_of_lists,
)

app_name = "portal"

portal_patterns = (
    [
        path("", home.home, name="home"),
        path("healthz", health.healthz, name="healthz"),
        path("jobs/", jobs.JobList.as_view(), name="jobs"),
        path("jobs/<int:pk>/", jobs.job, name="job"),
        path("jobs/<int:pk>/status/", jobs.job_status, name="job-status"),
        path("jobs/<int:pk>/cancel/", jobs.job_cancel, name="job-cancel"),
        path("jobs/<int:pk>/retry/", jobs.job_retry, name="job-retry"),
        path("clock/", clock.ClockRuns.as_view(), name="clock-runs"),
        path("messages/", messages.MessageList.as_view(), name="messages"),
        path("messages/read/", messages.messages_read, name="messages-read"),
        path("messages/<int:pk>/open/", messages.message_open, name="message-open"),
        path("account/news/", news.news, name="news"),
        path("files/<str:code>/", files.file, name="file"),
        path("sign-in/", sign_in.sign_in, name="sign-in"),
        path("sign-in/code/", sign_in.sign_in_with_code, name="sign-in-code"),
        path("sign-out/", sign_in.sign_out, name="sign-out"),
        path("sign-out/everywhere/", sign_in.sign_out_everywhere, name="sign-out-everywhere"),
        path("accounts/", accounts.AccountList.as_view(), name="accounts"),
        path("accounts/new/", accounts.account_new, name="account-new"),
        path("accounts/grants/", accounts.account_grants, name="account-grants"),
        path("accounts/<int:pk>/", accounts.account, name="account"),
        path("accounts/<int:pk>/edit/", accounts.account_edit, name="account-edit"),
        path("accounts/<int:pk>/grant/", accounts.account_grant, name="account-grant"),
        path("accounts/<int:pk>/revoke/", accounts.account_revoke, name="account-revoke"),
        path("accounts/<int:pk>/disable/", accounts.account_disable, name="account-disable"),
        path("accounts/<int:pk>/enable/", accounts.account_enable, name="account-enable"),
        path("accounts/<int:pk>/unlock/", accounts.account_unlock, name="account-unlock"),
        path("accounts/<int:pk>/code/", accounts.account_code, name="account-code"),
        path("audit/", audit.AuditList.as_view(), name="audit"),
        path("audit/export/", audit.audit_export, name="audit-export"),
        path("audit/<int:pk>/", audit.audit_event, name="audit-event"),
        path("password/", sign_in.change_password, name="change-password"),
        path("ping/", sign_in.ping, name="ping"),
        path("drafts/<slug:key>/", drafts.draft, name="draft"),
        path("lists/view/", views_of_lists.view_choose, name="view-choose"),
        path("lists/filters/", views_of_lists.saved_filter_keep, name="saved-filter-keep"),
        path(
            "lists/filters/<int:pk>/drop/",
            views_of_lists.saved_filter_drop,
            name="saved-filter-drop",
        ),
        path("account/tokens/", tokens.tokens, name="tokens"),
        path("account/tokens/<int:pk>/revoke/", tokens.token_revoke, name="token-revoke"),
        path("api/v1/", tokens.api_docs, name="api-docs"),
        path("regions/", include("portal.region_urls")),
        path("reference/", reference.reference, name="reference"),
        path("reference/<slug:slug>/", reference.ReferenceList.as_view(), name="reference-table"),
        path("reference/<slug:slug>/new/", reference.reference_new, name="reference-new"),
        path("reference/<slug:slug>/<int:pk>/", reference.reference_row, name="reference-row"),
        path(
            "reference/<slug:slug>/<int:pk>/drop/", reference.reference_drop, name="reference-drop"
        ),
    ],
    "portal",
)

urlpatterns = [
    path("", include(portal_patterns)),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/", include("portal.api_urls")),
    *(path(prefix, include(module)) for prefix, module in settings.UPPER_URLS),
]

handler400 = "portal.views.faults.bad_request"
handler403 = "portal.views.faults.forbidden"
handler404 = "portal.views.faults.not_found"
handler500 = "portal.views.faults.server_error"
