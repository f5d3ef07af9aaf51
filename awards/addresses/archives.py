"""Addresses: 档案包."""

from django.urls import path

from awards.views import archives

urlpatterns = [
    path("archives/", archives.ArchiveList.as_view(), name="archives"),
    path("archives/<str:code>/file/", archives.archive_file, name="archive-file"),
    path(
        "applications/<int:pk>/archive/", archives.application_archive, name="application-archive"
    ),
    path("applications/<int:pk>/archive/new/", archives.archive_new, name="archive-new"),
    path("summaries/<int:pk>/archives/", archives.archives_of_batch, name="batch-archives"),
    path(
        "summaries/<int:pk>/<int:body_pk>/archives/",
        archives.archives_of_batch,
        name="body-archives",
    ),
]
