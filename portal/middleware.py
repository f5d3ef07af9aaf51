"""What is read off a request before anything else looks at it."""

from django.utils import timezone

from portal import audit


def arrival(get_response):
    """Stamp the moment of arrival, by which deadlines are judged, and the address for the audit."""

    def middleware(request):
        request.arrived_at = timezone.now()
        token = audit.address.set(request.META.get("REMOTE_ADDR", ""))
        try:
            return get_response(request)
        finally:
            audit.address.reset(token)

    return middleware
