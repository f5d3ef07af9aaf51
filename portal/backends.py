"""Who may come in: active accounts, and demonstration accounts nowhere but in a demonstration."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend


class OfficeBackend(ModelBackend):
    """User name and password; asked again on each request, so a closed account is out at once."""

    def user_can_authenticate(self, user):
        return super().user_can_authenticate(user) and not (settings.SERVER and user.is_demo)
