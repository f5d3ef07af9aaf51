"""复验, 整改, 撤销 and 退出."""

from django.urls import path

from units.views import (
    exits,
    rectification_items,
    rectifications,
    reverification_rounds,
    reverifications,
)

ROUND, TURN = "reverifications/<int:pk>/", "reverifications/titles/<int:pk>/"
ORDER, ITEM = "rectifications/<int:pk>/", "rectifications/<int:pk>/items/<int:number>/"
TITLE = "designations/<int:pk>/"

urlpatterns = [
    path(
        "reverifications/",
        reverification_rounds.RoundList.as_view(),
        name="reverification-rounds",
    ),
    path(
        "reverifications/new/",
        reverification_rounds.round_new,
        name="reverification-round-new",
    ),
    path(ROUND, reverification_rounds.RoundPage.as_view(), name="reverification-round"),
    path(
        f"{ROUND}export/",
        reverification_rounds.round_export,
        name="reverification-round-export",
    ),
    path(
        f"{ROUND}extend/",
        reverification_rounds.round_extend,
        name="reverification-round-extend",
    ),
    path(
        f"{ROUND}close/",
        reverification_rounds.round_close,
        name="reverification-round-close",
    ),
    path(
        f"{ROUND}renewals/",
        reverification_rounds.renewals,
        name="reverification-renewals",
    ),
    path(
        f"{ROUND}renewal-papers/",
        reverification_rounds.renewal_papers,
        name="reverification-renewal-papers",
    ),
    path(TURN, reverifications.reverification, name="reverification"),
    path(f"{TURN}apply/", reverifications.apply, name="reverification-apply"),
    path(f"{TURN}decline/", reverifications.decline, name="reverification-decline"),
    path(f"{TURN}return/", reverifications.give_back, name="reverification-return"),
    path(
        f"{TURN}conclude/<slug:verb>/",
        reverifications.conclude,
        name="reverification-conclude",
    ),
    path(
        f"{TITLE}reverify/",
        reverifications.designation_reverify,
        name="designation-reverify",
    ),
    path("rectifications/", rectifications.RectificationBoard.as_view(), name="rectifications"),
    path("rectifications/export/", rectifications.board_export, name="rectifications-export"),
    path(f"{TITLE}rectify/", rectifications.rectification_new, name="rectification-new"),
    path(ORDER, rectifications.rectification, name="rectification"),
    path(f"{ORDER}report/", rectifications.report, name="rectification-report"),
    path(f"{ORDER}steps/<slug:verb>/", rectifications.step, name="rectification-step"),
    path(f"{ORDER}notice/", rectifications.notice, name="rectification-notice"),
    path(f"{ORDER}extensions/", rectifications.extension_ask, name="rectification-extension"),
    path(
        f"{ORDER}extensions/<int:number>/<slug:verb>/",
        rectifications.extension_answer,
        name="rectification-extension-answer",
    ),
    path(ITEM, rectification_items.item, name="rectification-item"),
    path(f"{ITEM}files/", rectification_items.item_files, name="rectification-item-files"),
    path(f"{ITEM}files/<slug:code>/", rectification_items.proof, name="rectification-proof"),
    path(
        f"{ITEM}files/<slug:code>/remove/",
        rectification_items.proof_remove,
        name="rectification-proof-remove",
    ),
    path("exits/", exits.ExitList.as_view(), name="exits"),
    path("exits/export/", exits.exits_export, name="exits-export"),
    path("exits/<int:pk>/plaque/", exits.plaque, name="exit-plaque"),
    path("exits/requests/<int:pk>/", exits.exit_request, name="exit-request"),
    path("exits/requests/<int:pk>/take-back/", exits.exit_take_back, name="exit-take-back"),
    path("exits/requests/<int:pk>/<slug:verb>/", exits.exit_answer, name="exit-answer"),
    path(f"{TITLE}revoke/", exits.revoke, name="designation-revoke"),
    path(f"{TITLE}withdraw/", exits.withdraw, name="designation-withdraw"),
    path(f"{TITLE}exit/", exits.exit_ask, name="exit-ask"),
]
