"""What every endpoint shares: the same scope, filter and refusals as the page."""

from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.views import exception_handler

from portal.errors import Refused


def refusals(error, context):
    """An anticipated “no” is 409 with its sentence; the rest is the framework's."""
    if isinstance(error, Refused):
        return Response({"detail": str(error)}, status=409)
    return exception_handler(error, context)


class RolesOnly(BasePermission):
    """As gate.roles_only for pages: `roles` of the view have it, others get 403."""

    message = "您的角色不办理这项工作，没有返回数据。"

    def has_permission(self, request, view):
        user = request.user
        return bool(user and user.is_authenticated and user.role in view.roles)


class ScopedReadOnly(viewsets.ReadOnlyModelViewSet):
    """Rows the caller may see, to read."""

    def get_queryset(self):
        return self.queryset.visible_to(self.request.user)


class ListingReadOnly(viewsets.GenericViewSet):
    """A listing to read: the page's rows as plain values, without a model for each.

    A view names `roles`, `listing_class`, `plain(listing, ids)` and `one(pk)`.
    """

    permission_classes = (RolesOnly,)
    filter_backends = ()
    roles = frozenset()
    listing_class = None

    def list(self, request):
        """One page of rows."""
        listing = self.listing_class(request.user, request.query_params)
        if listing.filterset.errors:
            raise ValidationError(listing.filterset.errors)
        ids = self.paginate_queryset(listing.ids().values_list("pk", flat=True))
        return self.get_paginated_response(self.plain(listing, ids))

    def retrieve(self, request, pk):
        """One row with all that hangs on it."""
        return Response(self.one(request.user, pk))


class Sentence(serializers.Serializer):
    """What a refusal looks like."""

    detail = serializers.CharField()
