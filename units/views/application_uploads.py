"""Large files of an application in pieces, each for a requirement or the stamped form."""

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from portal.gate import roles_only
from portal.views.uploads import Sending
from units.models import ApplicationUpload
from units.operations import application_files as act
from units.views.application_files import FILLERS, fetch_material, told

SENDING = Sending(act, "units:application-upload", made="made")


def fetch(request, code):
    """An upload of one's own, or 404."""
    rows = ApplicationUpload.objects.visible_to(request.user)
    rows = rows.select_related("application__unit", "requirement")
    return get_object_or_404(rows, code=code)


@require_POST
@roles_only(*FILLERS)
def start(request, pk, requirement=None):
    """Announce a file."""
    obj, material = fetch_material(request, pk, requirement)
    return SENDING.start(request, obj, material.requirement)


@require_http_methods(["GET", "PUT", "DELETE"])
@roles_only(*FILLERS)
def upload(request, code):
    """GET says how far it is, PUT brings the next piece, DELETE forgets it."""
    return SENDING.go_on(request, fetch(request, code))


@require_POST
@roles_only(*FILLERS)
def finish(request, code):
    """All is there: examine it and keep it."""
    found = fetch(request, code)
    refusal = SENDING.finish(request, found)
    if refusal:
        return refusal
    return told(request, fetch_material(request, found.application_id, found.requirement_id)[1])
