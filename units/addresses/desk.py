"""The review desk."""

from django.urls import path, register_converter

from units.views import consultations, delegations, desk, desk_many, desk_order, desk_review


class DeskVerb:
    """The moves of a desk; anything else is no address."""

    regex = "forward|accept|return|reject"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(DeskVerb, "deskverb")

urlpatterns = [
    path("desk/", desk.Desk.as_view(), name="desk"),
    path("desk/bulk/", desk_many.bulk, name="desk-bulk"),
    path("desk/approve/", desk_many.approve, name="desk-approve"),
    path("desk/approvals/", desk_many.approvals, name="desk-approvals"),
    path("desk/<int:pk>/", desk_review.review, name="review"),
    path("desk/<int:pk>/compare/", desk_review.compare, name="review-compare"),
    path("desk/<int:pk>/<deskverb:verb>/", desk_review.move, name="review-move"),
    path("desk/opinions/<int:pk>/file/", desk_review.opinion_file, name="opinion-file"),
    path("desk/recommended/", desk_order.recommended, name="recommended"),
    path("desk/recommended/<int:pk>/<int:body_pk>/", desk_order.order, name="recommended-order"),
    path("desk/consultations/", consultations.ConsultationList.as_view(), name="consultations"),
    path("desk/consultations/new/", consultations.ask, name="consultation-new"),
    path("desk/consultations/letters/", consultations.letters, name="consultation-letters"),
    path("desk/consultations/<int:pk>/", consultations.answer, name="consultation"),
    path("desk/consultations/<int:pk>/file/", consultations.file, name="consultation-file"),
    path("desk/delegations/", delegations.delegations, name="delegations"),
    path("desk/delegations/<int:pk>/end/", delegations.end, name="delegation-end"),
]
