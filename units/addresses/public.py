"""Pages for everybody, without signing in: notices, objections and what became of them."""

from django.urls import path

from units.views import public

app_name = "public"

urlpatterns = [
    path("notices/", public.notices, name="notices"),
    path("notices/<str:code>/", public.notice, name="notice"),
    path("notices/<str:code>/print/", public.notice_pdf, name="notice-pdf"),
    path("notices/<str:code>/objections/", public.objection_new, name="objection-new"),
    path("objections/", public.objection_find, name="objection-find"),
    path("objections/<str:code>/", public.objection, name="objection"),
]
