"""公示 and 异议, as the office sees them."""

from django.urls import path

from units.views import dismissing, notices

urlpatterns = [
    path("notices/", notices.NoticeList.as_view(), name="notices"),
    path("batches/<int:pk>/notices/new/", notices.notice_new, name="notice-new"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/edit/", notices.notice_edit, name="notice-edit"),
    path("notices/<int:pk>/print/", notices.notice_pdf, name="notice-pdf"),
    path("notices/<int:pk>/objections/new/", notices.objection_new, name="objection-new"),
    path(
        "notices/<int:pk>/objections/dismiss/",
        dismissing.objections_dismiss,
        name="objections-dismiss",
    ),
    path("notices/<int:pk>/<slug:verb>/", notices.notice_move, name="notice-move"),
    path("objections/<int:pk>/", notices.objection, name="objection"),
    path("objections/<int:pk>/handle/", notices.objection_handle, name="objection-handle"),
    path("objections/<int:pk>/files/<int:file_pk>/", notices.objection_file, name="objection-file"),
]
