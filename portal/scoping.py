"""Whose rows? The only answer, for pages, filters, exports, searches and tasks alike."""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q

from portal.errors import Refused


def below(lookup, paths):
    """A condition: the region reached by `lookup` lies in one of the subtrees named by `paths`."""
    return reduce(or_, (Q(**{f"{lookup}__startswith": path}) for path in paths), Q(pk__in=[]))


class ScopedQuerySet(models.QuerySet):
    """Rows that belong to a region, directly or through a relation."""

    region_lookup = "region"
    clerk_lookup = None  # e.g. "unit__clerks" where a unit's own clerk may also look

    def visible_to(self, user):
        """Rows in the user's region and below, or of a clerk's own unit; otherwise nothing."""
        if not user.is_active:  # nobody logged in, or somebody who has since left
            return self.none()
        if user.role == user.Role.CLERK:
            return self.filter(**{self.clerk_lookup: user}) if self.clerk_lookup else self.none()
        if user.role not in user.SUBTREE_ROLES or user.region_id is None:
            return self.none()
        return self.filter(below(f"{self.region_lookup}__path", user.scope_paths))

    def within(self, region):
        """Rows in `region` and every region beneath it or entrusted to it."""
        return self.filter(below(f"{self.region_lookup}__path", region.scope_paths()))


class ReferenceQuerySet(models.QuerySet):
    """Tables that belong to no region: categories, regulations, settings, holidays."""

    def visible_to(self, user):
        """All rows for those who work with them; nothing for anyone else."""
        reads = user.is_active and user.role in user.REFERENCE_ROLES
        return self if reads else self.none()


def keep_in_sight(obj, actor):
    """Refuse a change that has put `obj` where the person making it can no longer see it."""
    if not type(obj)._default_manager.visible_to(actor).filter(pk=obj.pk).exists():
        raise Refused("您只能在所辖地区范围内变更，没有保存任何内容。")
