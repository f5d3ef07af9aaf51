"""申报, as the unit sees it."""

from django.urls import path

from units.views import (
    application_files,
    application_form,
    application_list,
    application_prints,
    application_uploads,
    applications,
    striking,
)

ONE = "applications/<int:pk>/"
FILE = "applications/files/<slug:code>/"

urlpatterns = [
    path("applications/", application_list.ApplicationList.as_view(), name="applications"),
    path("applications/export/", application_list.applications_export, name="applications-export"),
    path("applications/open/", application_list.open_batches, name="open-batches"),
    path(
        "applications/new/<int:batch>/<int:unit>/",
        applications.application_new,
        name="application-new",
    ),
    path(ONE, applications.application, name="application"),
    path(f"{ONE}fill/", application_form.fill, name="application-fill"),
    path(f"{ONE}parts/<slug:part>/", application_form.part, name="application-part"),
    path(f"{ONE}way/", applications.application_way, name="application-way"),
    path(f"{ONE}submit/", application_form.submit, name="application-submit"),
    path(f"{ONE}withdraw/", applications.application_withdraw, name="application-withdraw"),
    path(f"{ONE}strike/", striking.application_strike, name="application-strike"),
    path(f"{ONE}form.pdf", application_prints.form_pdf, name="application-form-pdf"),
    path(f"{ONE}form.docx", application_prints.form_docx, name="application-form-docx"),
    path(FILE, application_files.file, name="application-file"),
    path(f"{FILE}thumb/", application_files.file_thumb, name="application-file-thumb"),
    path(f"{FILE}view/", application_files.file_view, name="application-file-view"),
    path(f"{FILE}pages/<int:number>/", application_files.file_page, name="application-file-page"),
    path(f"{FILE}original/", application_files.file_original, name="application-file-original"),
    path(f"{FILE}caption/", application_files.file_caption, name="application-file-caption"),
    path(
        "applications/uploads/<slug:code>/", application_uploads.upload, name="application-upload"
    ),
    path(
        "applications/uploads/<slug:code>/finish/",
        application_uploads.finish,
        name="application-upload-finish",
    ),
    path("applications/receipts/<slug:code>/", application_prints.receipt, name="receipt"),
    path(
        "applications/receipts/<slug:code>/pdf/",
        application_prints.receipt_pdf,
        name="receipt-pdf",
    ),
]
for noun, where in (("material", "materials/<int:requirement>/"), ("stamped", "stamped/")):
    urlpatterns += [
        path(f"{ONE}{where}", application_files.material_files, name=f"{noun}-files"),
        path(f"{ONE}{where}start/", application_uploads.start, name=f"{noun}-start"),
        path(f"{ONE}{where}remove/", application_files.material_remove, name=f"{noun}-remove"),
    ]
