"""Which desks a person holds on a day: their own, the line's, and those they stand in for."""

from dataclasses import dataclass, field

from django.db.models import Q

from portal.models import User
from units.access import in_force
from units.models import RecommendingBody


@dataclass(frozen=True)
class Holding:
    """Keys of the regions and line bodies whose desks a person holds, and for whom."""

    own_region: int | None = None
    own_bodies: frozenset = frozenset()
    givers: dict = field(default_factory=dict)  # region key → who handed it over
    line_givers: dict = field(default_factory=dict)  # body key → who handed it over

    @classmethod
    def of(cls, user):
        """Three queries at most, none of them about applications."""
        if not user.is_active or user.role != user.Role.OFFICER:
            return cls()
        taken = in_force(user.delegations_taken).select_related("giver__region")
        people = {each.giver_id: each.giver for each in taken}
        through = RecommendingBody.members.through.objects
        through = through.filter(recommendingbody__is_active=True)
        pairs = through.filter(user__in=[user.pk, *people]).values_list("user", "recommendingbody")
        lines = [(who, body) for who, body in pairs]
        return cls(
            own_region=user.region_id,
            own_bodies=frozenset(body for who, body in lines if who == user.pk),
            givers={each.region_id: each for each in people.values() if each.region_id},
            line_givers={body: people[who] for who, body in lines if who != user.pk},
        )

    @property
    def regions(self):
        """Keys of the regions whose desks these are."""
        return [key for key in {self.own_region, *self.givers} if key is not None]

    @property
    def is_mixed(self):
        """Are there desks besides the one of the person's own region?"""
        return bool(self.own_bodies or self.givers or self.line_givers)

    @property
    def bodies(self):
        """Keys of the line bodies whose desks these are."""
        return [*{*self.own_bodies, *self.line_givers}]

    def mine(self, applications):
        """Those of a queryset that wait on these desks."""
        return applications.on_desks(self.regions, self.bodies)

    def holds(self, application):
        """Does it lie on one of these desks?"""
        if application.at_line_desk:
            return application.body_id in self.bodies
        return application.desk_id in self.regions

    def whose(self, application):
        """For whom it is on this person's list: None is their own desk."""
        if application.at_line_desk:
            own = application.body_id in self.own_bodies
            return None if own else self.line_givers.get(application.body_id)
        own = application.desk_id == self.own_region
        return None if own else self.givers.get(application.desk_id)


def colleagues_of(user):
    """Officers of the same region, then of the one above it; not who signs there for others."""
    if user.region_id is None:
        return User.objects.none()
    people = User.objects.filter(is_active=True, role=User.Role.OFFICER)
    above = Q(region=user.region.parent_id, signs_for=None)
    near = people.filter(Q(region=user.region_id) | above).exclude(pk=user.pk)
    return near.select_related("region").order_by("-region__path", "name").distinct()
