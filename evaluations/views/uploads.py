"""Large files of evidence in pieces, each for an item of a self-check."""

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from evaluations.models import Upload
from evaluations.operations import uploads as act
from evaluations.views.item_evidence import FILLERS, fetch_item, told
from portal.gate import roles_only
from portal.views.uploads import Sending

SENDING = Sending(act, "evaluations:upload", made="evidence")


def fetch(request, code):
    """An upload of one's own, or 404."""
    rows = Upload.objects.visible_to(request.user)
    rows = rows.select_related("check_form__round__region", "check_form__edition", "indicator")
    return get_object_or_404(rows.select_related("check_form__unit__region"), code=code)


@require_POST
@roles_only(*FILLERS)
def upload_start(request, pk, indicator):
    """Announce a file for an item."""
    return SENDING.start(request, *fetch_item(request, pk, indicator))


@require_http_methods(["GET", "PUT", "DELETE"])
@roles_only(*FILLERS)
def upload(request, code):
    """GET says how far it is, PUT brings the next piece, DELETE forgets it."""
    return SENDING.go_on(request, fetch(request, code))


@require_POST
@roles_only(*FILLERS)
def upload_finish(request, code):
    """All is there: examine it and put it under the item."""
    found = fetch(request, code)
    refusal = SENDING.finish(request, found)
    return refusal or told(request, found.check_form, found.indicator)
