"""The people of an office by name, for sentences that say who can do what."""

from django.db.models import Q

from portal.models import Region, User
from units.access import host_of
from units.models import Level

MOST = 4


def officers_of(region, *, signing=False):
    """Active officers of this very region, or those of them who may sign."""
    people = User.objects.filter(region=region, role=User.Role.OFFICER, is_active=True)
    return people.filter(may_sign=True) if signing else people.filter(signs_for=None)


def named_officers(region, *, signing=False):
    """示例市审核人员（王某、李某）; where there is nobody, that too is said."""
    what = "可签发的审核人员" if signing else "审核人员"
    return _named(officers_of(region, signing=signing), f"{region.name}{what}")


def named_handlers(batch):
    """The same of those who take up the objections of a batch: its host's signing officers."""
    people, host = officers_of(batch.region, signing=True), host_of(batch)
    whose = host.name if host else batch.region.name
    return _named(_of_host(people, host), f"{whose}可签发的审核人员")


def minding_objections(batch):
    """The naming office without those who sign there for another department only."""
    return _of_host(User.objects.office_of(batch.region), host_of(batch))


def _of_host(people, host):
    return people.filter(Q(signs_for=None) | Q(signs_for=host)).distinct() if host else people


def _named(people, what):
    names = [each.name for each in people.order_by("pk")[:MOST]]
    return f"{what}（{'、'.join(names) or '现在没有账号，请联系系统管理员开通'}）"


class Offices:
    """The offices that follow titles up, read once for many titles."""

    def __init__(self):
        tiers = (Region.Level.COUNTY, Region.Level.CITY)
        self.known = Region.objects.filter(level__in=tiers).in_bulk()

    def of(self, title):
        """The 旗 for titles of its own level, the 市 for all others."""
        tier = Region.Level.COUNTY if title.level == Level.COUNTY else Region.Level.CITY
        above = [self.known[pk] for pk in title.unit.region.ancestor_ids() if pk in self.known]
        return next((each for each in above if each.level == tier), title.unit.region)
