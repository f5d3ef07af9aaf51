"""Addresses of self-checks."""

from django.urls import path

from evaluations.views import self_check_acts as acts
from evaluations.views import self_check_board as board
from evaluations.views import self_check_form as form
from evaluations.views import self_check_lists as lists
from evaluations.views import self_check_rounds as rounds

urlpatterns = [
    path("self-checks/", lists.SelfCheckList.as_view(), name="self-checks"),
    path("self-checks/export/", lists.export, name="self-checks-export"),
    path("self-checks/rounds/", rounds.RoundList.as_view(), name="self-check-rounds"),
    path("self-checks/rounds/new/", rounds.round_new, name="self-check-round-new"),
    path("self-checks/rounds/<int:pk>/", board.board, name="self-check-round"),
    path("self-checks/rounds/<int:pk>/export/", board.export, name="self-check-round-export"),
    path("self-checks/rounds/<int:pk>/phones/", board.phones, name="self-check-phones"),
    path(
        "self-checks/rounds/<int:pk>/phones/export/",
        board.phones_export,
        name="self-check-phones-export",
    ),
    path("self-checks/rounds/<int:pk>/urge/", board.urge_region, name="self-check-round-urge"),
    path("self-checks/rounds/<int:pk>/widen/", rounds.round_widen, name="self-check-round-widen"),
    path(
        "self-checks/rounds/<int:pk>/extend/", rounds.round_extend, name="self-check-round-extend"
    ),
    path("self-checks/rounds/<int:pk>/close/", rounds.round_close, name="self-check-round-close"),
    path("self-checks/receipts/<str:code>/", acts.receipt, name="self-check-receipt"),
    path("self-checks/receipts/<str:code>/pdf/", acts.receipt_pdf, name="self-check-receipt-pdf"),
    path("self-checks/<int:pk>/", acts.self_check, name="self-check"),
    path("self-checks/<int:pk>/fill/", form.fill, name="self-check-fill"),
    path("self-checks/<int:pk>/fill/<int:section>/", form.section, name="self-check-section"),
    path("self-checks/<int:pk>/items/<int:item>/", form.item, name="self-check-item"),
    path("self-checks/<int:pk>/carry/", form.carry, name="self-check-carry"),
    path("self-checks/<int:pk>/submit/", acts.submit, name="self-check-submit"),
    path("self-checks/<int:pk>/return/", acts.give_back, name="self-check-return"),
    path("self-checks/<int:pk>/urge/", board.urge_one, name="self-check-urge"),
]
