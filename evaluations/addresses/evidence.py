"""Addresses of evidence."""

from django.urls import path

from evaluations.views import evidence, evidence_files, evidence_lists, item_evidence, uploads

ITEM = "self-checks/<int:pk>/items/<int:indicator>/evidence/"

urlpatterns = [
    path("evidence/", evidence_lists.EvidenceList.as_view(), name="evidence-list"),
    path("evidence/similar/", evidence_lists.similar, name="evidence-similar"),
    path("evidence/uploads/<slug:code>/", uploads.upload, name="upload"),
    path("evidence/uploads/<slug:code>/finish/", uploads.upload_finish, name="upload-finish"),
    path("evidence/<slug:code>/", evidence.evidence, name="evidence"),
    path("evidence/<slug:code>/thumb/", evidence_files.evidence_thumb, name="evidence-thumb"),
    path("evidence/<slug:code>/view/", evidence_files.evidence_view, name="evidence-view"),
    path(
        "evidence/<slug:code>/pages/<int:number>/",
        evidence_files.evidence_page,
        name="evidence-page",
    ),
    path("evidence/<slug:code>/file/", evidence_files.evidence_file, name="evidence-file"),
    path("evidence/<slug:code>/describe/", evidence.evidence_describe, name="evidence-describe"),
    path("evidence/<slug:code>/delete/", evidence.evidence_delete, name="evidence-delete"),
    path("evidence/<slug:code>/accept/", evidence.evidence_accept, name="evidence-accept"),
    path("evidence/<slug:code>/withdraw/", evidence.evidence_withdraw, name="evidence-withdraw"),
    path(ITEM, item_evidence.item_evidence, name="item-evidence"),
    path(f"{ITEM}remove/", item_evidence.item_evidence_remove, name="item-evidence-remove"),
    path(f"{ITEM}reuse/", item_evidence.item_evidence_reuse, name="item-evidence-reuse"),
    path(f"{ITEM}upload/", uploads.upload_start, name="upload-start"),
]
