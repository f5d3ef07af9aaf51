"""Addresses of the whole portal; upper floors are named as strings in the settings."""

from django.conf import settings
from django.urls import include, path

from portal.views import drafts, files, health, home, jobs, messages, sign_in

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
        path("messages/", messages.MessageList.as_view(), name="messages"),
        path("messages/read/", messages.messages_read, name="messages-read"),
        path("messages/<int:pk>/open/", messages.message_open, name="message-open"),
        path("files/<str:code>/", files.file, name="file"),
        path("sign-in/", sign_in.sign_in, name="sign-in"),
        path("sign-in/code/", sign_in.sign_in_with_code, name="sign-in-code"),
        path("sign-out/", sign_in.sign_out, name="sign-out"),
        path("sign-out/everywhere/", sign_in.sign_out_everywhere, name="sign-out-everywhere"),
        path("password/", sign_in.change_password, name="change-password"),
        path("ping/", sign_in.ping, name="ping"),
        path("drafts/<slug:key>/", drafts.draft, name="draft"),
    ],
    "portal",
)

urlpatterns = [
    path("", include(portal_patterns)),
    *(path(prefix, include(module)) for prefix, module in settings.UPPER_URLS),
]

handler400 = "portal.views.faults.bad_request"
handler403 = "portal.views.faults.forbidden"
handler404 = "portal.views.faults.not_found"
handler500 = "portal.views.faults.server_error"
