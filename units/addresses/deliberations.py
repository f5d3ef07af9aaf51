"""审定."""

from django.urls import path

from units.views import deliberation_prints as prints
from units.views import deliberations as views

urlpatterns = [
    path("deliberations/<int:pk>/", views.deliberation, name="deliberation"),
    path("deliberations/<int:pk>/line/", views.deliberation_cut, name="deliberation-cut"),
    path("deliberations/<int:pk>/choose/", views.deliberation_choose, name="deliberation-choose"),
    path(
        "deliberations/<int:pk>/unchoose/",
        views.deliberation_unchoose,
        name="deliberation-unchoose",
    ),
    path(
        "deliberations/<int:pk>/minutes/", views.deliberation_minutes, name="deliberation-minutes"
    ),
    path("deliberations/<int:pk>/file/", views.deliberation_file, name="deliberation-file"),
    path(
        "deliberations/<int:pk>/present/", views.deliberation_present, name="deliberation-present"
    ),
    path(
        "deliberations/<int:pk>/take-back/",
        views.deliberation_take_back,
        name="deliberation-take-back",
    ),
    path("deliberations/<int:pk>/sign/", views.deliberation_sign, name="deliberation-sign"),
    path("deliberations/<int:pk>/export/", prints.deliberation_export, name="deliberation-export"),
    path("deliberations/<int:pk>/print/", prints.deliberation_print, name="deliberation-print"),
]
