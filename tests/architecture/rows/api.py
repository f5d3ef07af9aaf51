from secrets import token_hex

from django.utils import timezone

from portal.models import ApiToken
from tests.architecture.matrix import EVERYONE, READERS, Row

GET_AND_POST = ("get", "post")


def token(world, user):
    fields = {"name": "示例", "prefix": "00", "created_at": timezone.now()}
    return [ApiToken.objects.create(user=user, digest=f"{user.pk} {token_hex(8)}", **fields).pk]


def unit(world, place):
    return [world.units[place].pk]


def title(world, place):
    return [world.titles[place].pk]


ROWS = {
    "units-api:unit-list": Row(roles=READERS, finds=True, api=True),
    "units-api:unit-detail": Row(roles=READERS, args=unit, api=True),
    "units-api:designation-list": Row(roles=READERS, finds=True, api=True),
    "units-api:designation-detail": Row(roles=READERS, args=title, api=True),
    "api-schema": Row(roles=EVERYONE, api=True),
    "portal:api-docs": Row(roles=READERS),
    "portal:tokens": Row(roles=READERS, methods=GET_AND_POST),
    "portal:token-revoke": Row(roles=READERS, owned=token, methods=("post",)),
}
