"""Limits for addresses of people nobody knows: so many times in so long, then a sentence.

The address itself is not kept: only a digest under a key, that of its /64 for IPv6, since whoever
has one address there has them all.
"""

import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from portal.models import Hit

KEPT = 3  # stretches of time that are remembered


def within(purpose, address, *, most, seconds, at):
    """Count this time; may it still be done? The counting itself decides between two at once."""
    slot = int(at.timestamp()) // seconds
    mine = {"purpose": purpose, "digest": digest_of(address), "slot": slot}
    _begin(mine)
    return bool(Hit.objects.filter(**mine, count__lt=most).update(count=F("count") + 1))


def _begin(mine):
    if Hit.objects.filter(**mine).exists():
        return
    Hit.objects.filter(purpose=mine["purpose"], slot__lt=mine["slot"] - KEPT).delete()
    try:
        with transaction.atomic():
            Hit.objects.create(**mine)
    except IntegrityError:
        return  # another request of the same address was first


def digest_of(address):
    """What stands for an address."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, _block(address).encode(), hashlib.sha256).hexdigest()


def neighbourhood(address):
    """The /48 of an IPv6 address, which one subscriber may hold whole; of others the address."""
    return _block(address, 48)


def _block(address, length=64):
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 6 and known.ipv4_mapped is None:
        return str(ipaddress.ip_network((known, length), strict=False))
    return str(getattr(known, "ipv4_mapped", None) or known)
