"""Every state a thing on this floor can be in, and every way it may move."""

from awards.access import keeps_certificate, voids_certificate
from awards.models import Certificate
from portal.lifecycle import Lifecycle, Step

C = Certificate.State
CERTIFICATE = Lifecycle(
    Certificate,
    Step("supersede", "换发", (C.VALID,), C.SUPERSEDED, keeps_certificate, by_clock=True),
    Step("void", "作废", (C.VALID,), C.VOID, voids_certificate, note_required=True),
)
