"""The demonstration as each role walks through it: every kind of page its links lead to."""

import re
from html import unescape
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit

from django.core.management import call_command
from django.test import Client
from django.urls import Resolver404, resolve

from portal.models import User

WALKERS = (
    "shi-qianfa",
    "sumu-shenhe",
    "tianbao-1",
    "tianbao-2",
    "ceping",
    "ceping-2",
    "shenji",
    "xitong-guanli",
    "anquan-baomi",
    "anquan-shenji",
)
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
FURTHEST = 400  # addresses one person tries


def laid_out():
    """The demonstration in an empty database, and its people by user name."""
    call_command("prepare")
    people = {user.username: user for user in User.objects.filter(username__in=WALKERS)}
    return SimpleNamespace(people=people)


def pages(world, wanted):
    """(label, person, address): for each person one page of each kind."""
    for person in WALKERS:
        if person in world.people:
            yield from walk(person, world.people[person], wanted)


def walk(person, user, wanted):
    """Follow links from the home page, breadth first; of one kind of page the first."""
    client, waiting, tried, kinds = Client(SERVER_NAME="127.0.0.1"), ["/"], set(), set()
    client.force_login(user)
    while waiting and len(tried) < FURTHEST:
        address = waiting.pop(0)
        kind = kind_of(address)
        if address in tried or kind is None or kind in kinds:
            continue
        tried.add(address)
        answer = client.get(address)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        kinds.add(kind)
        waiting += links(address, answer.content.decode())
        if not wanted or any(each in kind for each in wanted):
            yield f"demo {person} {kind}", person, address


def kind_of(address):
    """The name of the address, apart from its lists' further pages and orders."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return None


def links(address, html):
    found = (urljoin(address, unescape(each)) for each in LINK.findall(html))
    return [each for each in found if each.startswith("/")]
