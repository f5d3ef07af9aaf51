"""命名决定."""

from django.urls import path

from units.views import decision_prints as prints
from units.views import decisions as views

urlpatterns = [
    path("decisions/", views.DecisionList.as_view(), name="decisions"),
    path("decisions/export/", views.decisions_export, name="decisions-export"),
    path("decisions/new/<int:batch_pk>/", views.decision_new, name="decision-new"),
    path("decisions/<int:pk>/", views.decision, name="decision"),
    path("decisions/<int:pk>/file/", views.decision_file, name="decision-file"),
    path("decisions/<int:pk>/edit/", views.decision_edit, name="decision-edit"),
    path("decisions/<int:pk>/refresh/", views.decision_refresh, name="decision-refresh"),
    path("decisions/<int:pk>/lines/", views.decision_line, name="decision-line"),
    path(
        "decisions/<int:pk>/lines/<int:line_pk>/drop/",
        views.decision_line_drop,
        name="decision-line-drop",
    ),
    path("decisions/<int:pk>/drop/", views.decision_drop, name="decision-drop"),
    path("decisions/<int:pk>/apply/", views.decision_apply, name="decision-apply"),
    path("decisions/<int:pk>/correct/", views.decision_correct, name="decision-correct"),
    path("decisions/<int:pk>/export/", prints.decision_export, name="decision-export"),
    path("decisions/<int:pk>/print/", prints.decision_print, name="decision-print"),
]
