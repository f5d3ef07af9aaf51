"""Addresses of editions."""

from django.urls import path

from evaluations.views import comparing, editions, index_import, indicators

urlpatterns = [
    path("editions/", editions.EditionList.as_view(), name="editions"),
    path("editions/new/", editions.edition_new, name="edition-new"),
    path("editions/import/", index_import.edition_import, name="edition-import"),
    path("editions/import/<slug:code>/", index_import.edition_preview, name="edition-preview"),
    path("editions/import/<slug:code>/marked/", index_import.edition_marked, name="edition-marked"),
    path("editions/<int:pk>/", editions.edition, name="edition"),
    path("editions/<int:pk>/facts/", editions.edition_facts, name="edition-facts"),
    path("editions/<int:pk>/copy/", editions.edition_copy, name="edition-copy"),
    path("editions/<int:pk>/publish/", editions.edition_publish, name="edition-publish"),
    path("editions/<int:pk>/retire/", editions.edition_retire, name="edition-retire"),
    path("editions/<int:pk>/drop/", editions.edition_drop, name="edition-drop"),
    path("editions/<int:pk>/export/", editions.edition_export, name="edition-export"),
    path("editions/<int:pk>/add/<slug:tier>/", indicators.indicator_new, name="indicator-new"),
    path("editions/<int:pk>/items/<int:node_pk>/", indicators.indicator, name="indicator"),
    path(
        "editions/<int:pk>/items/<int:node_pk>/up/",
        indicators.indicator_move,
        {"direction": "up"},
        name="indicator-up",
    ),
    path(
        "editions/<int:pk>/items/<int:node_pk>/down/",
        indicators.indicator_move,
        {"direction": "down"},
        name="indicator-down",
    ),
    path(
        "editions/<int:pk>/items/<int:node_pk>/drop/",
        indicators.indicator_drop,
        name="indicator-drop",
    ),
    path(
        "editions/<int:pk>/compare/<int:other_pk>/",
        comparing.edition_compare,
        name="edition-compare",
    ),
    path(
        "editions/<int:pk>/mapping/<int:other_pk>/",
        comparing.edition_mapping,
        name="edition-mapping",
    ),
    path(
        "editions/<int:pk>/rescore/<int:other_pk>/",
        comparing.edition_rescore,
        name="edition-rescore",
    ),
]
