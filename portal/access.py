"""Who may change what on the ground floor, as questions that operations and pages ask."""

from django.conf import settings

from portal.errors import Refused


def may_change_region(user, region):
    """An officer of a region above, or of one that looks after that: never of the region itself."""
    if not user.is_active or user.role != user.Role.OFFICER:
        return False
    above = (path for path in user.scope_paths if path != region.path)
    return any(region.path.startswith(path) for path in above)


def in_care_of(user, region):
    """Does the region lie where this person looks after things?"""
    return region.path.startswith(tuple(user.scope_paths))


def check_region_change(user, region):
    """Refuse an event of a region by anyone but an officer above it; None is the portal itself."""
    if user is not None and not may_change_region(user, region):
        raise Refused(f"“{region.name}”的变更由其上级地区的审核人员登记，没有保存任何内容。")


def keeps_reference(user):
    """The signing officer of the portal's own city keeps categories, regulations and settings."""
    if not user.is_active or user.role != user.Role.OFFICER or not user.may_sign:
        return False
    return user.region is not None and user.region.code == settings.HOME_REGION_CODE


def check_keeps_reference(user):
    """Refuse a change of reference rows by anyone else; None is the portal itself."""
    if user is not None and not keeps_reference(user):
        raise Refused("基础数据由本市可签发的审核人员维护，没有保存任何内容。")


def may_make_accounts(user):
    """The system administrator makes and closes accounts, and touches no role."""
    return user.is_active and user.role == user.Role.SYSTEM_ADMIN


def may_grant(user, account):
    """The security administrator grants roles, to anybody but themselves."""
    return user.is_active and user.role == user.Role.SECURITY_ADMIN and user.pk != account.pk


def may_reset(user, account):
    """Clerks get their codes from the officers over their units, everybody else centrally.

    The two administrators who watch over the system administrator get theirs on the server:
    whoever hands out an account's code could otherwise become it, and hold two of the three.
    """
    if not user.is_active or user.pk == account.pk:
        return False
    if user.Role.CLERK in (account.role, account.proposed_role):
        return user.role == user.Role.OFFICER
    watchers = (user.Role.SECURITY_ADMIN, user.Role.AUDIT_ADMIN)
    return user.role == user.Role.SYSTEM_ADMIN and account.role not in watchers
