"""Clerks of a unit, for the officers over it."""

from tests.architecture.matrix import OFFICERS, Row


def unit_at(world, place):
    return [world.units[place].pk]


def unit_and_clerk_at(world, place):
    return [world.units[place].pk, world.clerks[place].pk]


def own_clerk(world, place):
    return {"username": world.clerks[place].username}


ROWS = {
    "units:clerks": Row(roles=OFFICERS, args=unit_at, methods=("get", "post"), data=own_clerk),
    "units:clerk-codes": Row(roles=OFFICERS, args=unit_at, methods=("post",)),
    "units:clerk-unbind": Row(roles=OFFICERS, args=unit_and_clerk_at, methods=("post",)),
}
