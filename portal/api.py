"""What every endpoint shares: the same scope and filter as the page."""

from rest_framework import viewsets


class ScopedReadOnly(viewsets.ReadOnlyModelViewSet):
    """Rows the caller may see, to read."""

    def get_queryset(self):
        return self.queryset.visible_to(self.request.user)
