"""行政区划. Officers, auditors and administrators see the tree beneath their own region."""

from portal.models import RegionName, User
from portal.views.region_acts import ACTS
from tests.architecture.matrix import OFFICERS, Row
from tests.architecture.world import SEES

R = User.Role
READERS = frozenset({R.OFFICER, R.AUDITOR, R.SYSTEM_ADMIN, R.SECURITY_ADMIN})
WHOLE_CITY = {"city", "east", "south", "west"}
TREE = SEES | {"system_admin": WHOLE_CITY, "security_admin": WHOLE_CITY}


def region_at(world, place):
    return [world.regions[place].pk]


def alias_at(world, place):
    region = world.regions[place]
    alias, _ = RegionName.objects.get_or_create(region=region, name="示例别名", kind="alias")
    return [region.pk, alias.pk]


ROWS = {
    "portal-api:region-list": Row(roles=READERS, api=True),
    "portal-api:region-detail": Row(roles=READERS, args=region_at, sees=TREE, api=True),
    "portal:regions": Row(roles=READERS),
    "portal:regions-pick": Row(roles=READERS),
    "portal:region": Row(roles=READERS, args=region_at, sees=TREE),
    "portal:region-children": Row(roles=READERS, args=region_at, sees=TREE),
    "portal:region-name-add": Row(roles=OFFICERS, args=region_at, methods=("get", "post")),
    "portal:region-name-end": Row(roles=OFFICERS, args=alias_at, methods=("post",)),
    **{
        f"portal:region-{act}": Row(roles=OFFICERS, args=region_at, methods=("get", "post"))
        for act in ACTS
    },
}
