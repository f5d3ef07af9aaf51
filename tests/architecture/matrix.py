"""What a row of the access matrix says, and how an answer is held against it."""

import io
import zipfile
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from django.db import transaction
from django.test import Client
from django.urls import reverse

from portal.models import User
from tests.architecture.world import PLACES, SEES, key

OFFICERS = frozenset({User.Role.OFFICER})
READERS = frozenset({User.Role.OFFICER, User.Role.AUDITOR, User.Role.CLERK})
EVERYONE = frozenset(User.Role.values)
PUBLIC = frozenset({*EVERYONE, "anonymous"})


@dataclass(frozen=True)
class Row:
    """One address of the portal.

    roles: who has the page; PUBLIC includes people who are not signed in.
    args(world, place): the address's arguments for the object at a place; None for a page about
        no single object.
    sees: person → places whose object this page opens for them, where it differs from SEES.
    owned(world, user): instead of args, makes an object of that user's own; nobody else gets it.
    data(world, place): what a POST sends.
    methods: those the page answers; others must be 405 (or 404/403 for whom the page is not).
    finds: a GET shows the words of every place in sight; `?q=` with a key finds only those.
    also: words an answer may contain though out of sight, with the reason in the row.
    first(world): makes what a list has to show, where the world has none of it.
    by: who the gallery opens it as, where not everybody with the role gets the page itself.
    """

    roles: frozenset
    args: object = None
    owned: object = None
    sees: dict | None = None
    data: object = None
    methods: tuple = ("get",)
    finds: bool = False
    api: bool = False
    also: object = None
    first: object = None
    by: str = ""


def all_rows():
    """Every row of every topic file, by the name of the address."""
    rows = {}
    for path in sorted((Path(__file__).parent / "rows").glob("[a-z]*.py")):
        rows.update(import_module(f"tests.architecture.rows.{path.stem}").ROWS)
    return rows


def names_in(resolver, prefix=""):
    """Names of all addresses below a resolver, with their namespaces."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names_in(pattern, inner)
        else:
            yield f"{prefix}{pattern.name}"


class Undo(Exception):
    """Rolls back what a request of the matrix did."""


def ask(client, method, url, data=None):
    """The answer's status and everything readable in it; what it changed is rolled back."""
    try:
        with transaction.atomic():
            response = getattr(client, method)(url, data or {})
            answer = response.status_code, readable(response)
            raise Undo
    except Undo:
        return answer


def readable(response):
    """All text of an answer: body, redirect and file name, workbooks unzipped."""
    body = b"".join(response) if response.streaming else response.content
    heads = (
        f"{response.headers.get('Location', '')} {response.headers.get('Content-Disposition', '')}"
    )
    if body[:2] != b"PK":
        return body.decode("utf-8", "replace") + heads
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def sign_in(user):
    client = Client(raise_request_exception=True)
    if user is not None:
        client.force_login(user)
    return client


def sign_all_in(world):
    """{person: cookies}: everybody signs in once, not anew for each address."""
    return {person: sign_in(user).cookies for person, user in world.people.items()}


def client_of(world, person):
    """A browser of its own with the person's cookies: one address may sign out or lose them."""
    client = Client(raise_request_exception=True)
    client.cookies.update(world.cookies[person])
    return client


def check_person(name, row, world, person):
    """Hold every method and place of one address against one person."""
    if row.first:
        row.first(world)
    user = world.people[person]
    client = client_of(world, person)
    role = user.role if user is not None and user.is_active else "anonymous"
    for first, (label, args, in_sight) in telling(row, role, cases(row, world, person)):
        url = reverse(name, args=args)
        for method in ("get", "post"):
            if method not in row.methods and not first:
                continue
            data = row.data(world, label) if row.data and method == "post" else None
            status, text = ask(client, method, url, data)
            where = f"{name} {method} as {person} on {label}: {status}"
            allowed = role in row.roles and in_sight
            check_status(row, method, status, role, allowed, in_sight, where)
            also = row.also(world, person) if row.also else set()
            leaked = {each for each in world.forbidden_to(person) - also if each in text}
            assert not leaked, f"{where} shows {leaked}"
            if row.finds and allowed and method == "get":
                missing = {each for each in world.expected_by(person) if each not in text}
                assert not missing, f"{where} hides {missing}"
    if row.finds and role in row.roles:
        check_search(name, world, person, client)


def telling(row, role, asked):
    """(is it the first?, case): where the role bars the page, two objects tell as much as five."""
    for number, case in enumerate(asked):
        if role in row.roles or number < 2:
            yield number == 0, case


def cases(row, world, person):
    """(label, arguments, in sight?) for every place, the page itself, or somebody's object."""
    if row.owned:
        for other in ("city_officer", person):
            owner = world.people[other]
            if owner is not None:
                yield other, row.owned(world, owner), other == person
    elif row.args:
        seen = (row.sees or SEES).get(person, set())
        for place in PLACES:
            args = row.args(world, place)
            if args is not None:
                yield place, args, place in seen
    else:
        yield None, [], True


def check_status(row, method, status, role, allowed, in_sight, where):
    if method not in row.methods:
        assert status in {405, 404, 403, 302, 401}, where
        return
    if role == "anonymous" and "anonymous" not in row.roles:
        assert status in ({401, 403} if row.api else {302}), where
    elif allowed:
        assert status in {200, 201, 202, 204, 302, 409}, where
    elif role not in row.roles:
        assert status in {403, 404}, where
    elif not in_sight:
        assert status == 404, where


def check_search(name, world, person, client):
    """Typing the key of a unit finds it where one may see it, and tells nothing where not."""
    for place in PLACES:
        status, text = ask(client, "get", reverse(name), {"q": key(place)})
        assert status == 200
        found = f"kx{place}jz" in text
        assert found == (place in SEES.get(person, set())), f"{name}?q={key(place)} as {person}"
