"""Which roles a page is for. Whose rows it shows is another question: scoping.py."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied


def check_role(user, roles):
    """Refuse with 403 a person whose role does not do this work."""
    if user.role not in roles:
        raise PermissionDenied(
            "您的角色不办理这项工作。如需办理，请联系本单位的安全保密管理员调整角色。"
        )


def roles_only(*roles):
    """A page for these roles; anybody not signed in goes to the sign-in page first."""

    def decorate(view):
        @wraps(view)
        @login_required
        def guarded(request, *args, **kwargs):
            check_role(request.user, roles)
            return view(request, *args, **kwargs)

        return guarded

    return decorate
