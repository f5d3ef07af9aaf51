"""Who may do what: the questions that lifecycle tables and operations ask."""

from django.utils import timezone

from portal.errors import Refused
from portal.models import Region, User
from units.models import Level

READERS = (User.Role.OFFICER, User.Role.AUDITOR, User.Role.CLERK)  # of the register


def unit_of(obj):
    """The unit that something belongs to; a unit belongs to itself."""
    return getattr(obj, "unit", obj)


def officer_over_unit(user, obj):
    """An officer whose region, or what is entrusted to it, holds the unit."""
    if not user.is_active or user.role != user.Role.OFFICER or not user.scope_paths:
        return False
    return unit_of(obj).region.path.startswith(tuple(user.scope_paths))


def clerk_of_unit(user, obj):
    """A clerk of this very unit."""
    if not user.is_active or user.role != user.Role.CLERK:
        return False
    return unit_of(obj).clerks.filter(pk=user.pk).exists()


def may_edit_contact(user, obj):
    """The unit's own clerk and the officers over it keep its contact up to date."""
    return officer_over_unit(user, obj) or clerk_of_unit(user, obj)


def may_see_contact(user, obj):
    """Those who may edit the contact, and auditors: never anyone of the public."""
    return may_edit_contact(user, obj) or user.role == user.Role.AUDITOR


def check_officer(user, obj):
    """Refuse a change of the register by anyone but an officer over the unit."""
    if not officer_over_unit(user, obj):
        raise Refused(f"“{unit_of(obj)}”不在您的审核范围内，没有保存任何内容。")


def may_keep_batch(user, batch):
    """County rounds are kept by officers over that county, all others from the city up."""
    if not user.is_active or user.role != user.Role.OFFICER or user.region is None:
        return False
    levels = type(user.region).Level
    if user.region.level in (levels.PROVINCE, levels.CITY):
        return batch.region is None or _over_or_under(user, batch.region)
    county = user.region.level == levels.COUNTY and batch.level == Level.COUNTY
    return county and batch.region is not None and _over(user, batch.region)


def _over(user, region):
    return region.path.startswith(tuple(user.scope_paths))


def _over_or_under(user, region):
    return _over(user, region) or user.region.path.startswith(region.path)


def naming_region_of(obj):
    """The region whose office decides about a batch, a notice, a decision … or a round."""
    if hasattr(obj, "notice"):
        return obj.notice.batch.region
    if getattr(obj, "batch", None):
        return obj.batch.region
    return getattr(obj, "region", None)


def keeps_batch(user, obj):
    """An officer of the very region that names in this batch."""
    region = naming_region_of(obj)
    return (
        user.is_active
        and user.role == user.Role.OFFICER
        and region is not None
        and user.region_id == region.pk
    )


def decides(user, obj):
    """A signing officer of the naming region: what others hear of is decided by those."""
    return keeps_batch(user, obj) and user.may_sign


def host_of(batch):
    """The department that runs the batch: the last of those that issue, as under its letters."""
    last = batch.issuers.select_related("body").order_by("-position").first()
    return last.body if last else None


def handles_objections(user, obj):
    """A signing officer of the naming office, but not one who signs for another department only.

    Asked about one objection, or about all of a notice.
    """
    return decides(user, obj) and minds_objections(user, getattr(obj, "notice", obj).batch)


def minds_objections(user, batch):
    """Anybody of the naming office but who signs there for another department only."""
    bodies = list(user.signs_for.values_list("pk", flat=True))
    host = host_of(batch) if bodies else None
    return host is None or host.pk in bodies


def keeps_body(user, region):
    """A signing officer of the region or of one above keeps its bodies."""
    if not user.is_active or user.role != user.Role.OFFICER or not user.may_sign:
        return False
    return region.path.startswith(tuple(user.scope_paths)) if user.scope_paths else False


def holds_desk(user, application):
    """An officer of the desk's region, a member of the line body, or who stands in for one."""
    return bool(capacities(user, application))


def capacities(user, application):
    """In whose name a person holds the desk: None is their own right, others they stand in for."""
    if not user.is_active or user.role != user.Role.OFFICER or application.desk_id is None:
        return []
    if application.at_line_desk:
        return _of_line(user, application.body)
    own = user.region_id == application.desk_id
    return _with_givers(user, own, {"region": application.desk_id})


def acts_for(user, body):
    """One of those who recommend for a body: its region's officers, a line's members, stand-ins."""
    if not user.is_active or user.role != user.Role.OFFICER:
        return False
    if body.kind == body.Kind.LINE:
        return bool(_of_line(user, body))
    own = user.region_id == body.region_id
    return bool(_with_givers(user, own, {"region": body.region_id}))


def _of_line(user, body):
    if not body.is_active:
        return []
    own = body.members.filter(pk=user.pk).exists()
    return _with_givers(user, own, {"giver__recommends_for": body.pk})


def _with_givers(user, own, asked):
    taken = in_force(user.delegations_taken).filter(**asked).select_related("giver")
    return [*([None] if own else []), *(each.giver for each in taken)]


def in_force(delegations):
    """Those of today, of people who still sit where they gave and took it."""
    return delegations.on(timezone.localdate())


def may_consult(user, application):
    """Who has it on the desk may ask other bodies about it; the naming office until the end."""
    states = (application.State.REVIEWING, application.State.ACCEPTED, application.State.PROPOSED)
    waits = application.state in states and application.is_under_way
    return waits and (keeps_batch(user, application) or holds_desk(user, application))


def owns_designation(user, obj):
    """A clerk of the unit that holds the title."""
    return clerk_of_unit(user, obj.designation)


# The titles an office looks after once they are given. Those from above the city are followed up
# by the city, where the portal is kept.
TENDED = {
    Region.Level.COUNTY: frozenset({Level.COUNTY}),
    Region.Level.CITY: frozenset(Level),
    Region.Level.PROVINCE: frozenset(Level),
}


def tends_title(user, title):
    """An officer of the office that follows up titles of this level, over the unit."""
    if not officer_over_unit(user, title) or user.region is None:
        return False
    return title.level in TENDED.get(user.region.level, ())


def decides_title(user, title):
    """A signing officer of that office: what becomes of a title is theirs to decide."""
    return tends_title(user, title) and user.may_sign


def over_designation(user, obj):
    """An officer of the office that follows up the title."""
    return tends_title(user, obj.designation)


def minds_follow_up(user, obj):
    """A signing officer of that office: results of a 复验 are theirs."""
    return decides_title(user, obj.designation)


def over_its_unit(user, obj):
    """An officer over the unit of the title, whatever the office: unit events end what hangs on."""
    return officer_over_unit(user, obj.designation)


def concerned(user, title):
    """The unit's own clerk or an officer over it."""
    return clerk_of_unit(user, title) or officer_over_unit(user, title)


def calls_round(user, level):
    """May this officer call the titles of a level to 复验?"""
    if not user.is_active or user.role != user.Role.OFFICER or user.region is None:
        return False
    return level in TENDED.get(user.region.level, ())


def nobody(user, obj):
    """The portal's own moves: no person makes them."""
    return False
