"""Where upper floors put links on the pages of this floor, which knows nothing of them."""

LINKS = {}


def link(page):
    """Register a function(user, obj) that yields (label, address) pairs for one kind of page."""

    def register(function):
        LINKS.setdefault(page, []).append(function)
        return function

    return register


def links_for(page, user, obj):
    """What upper floors have to offer this person about the object of a page."""
    return [pair for function in LINKS.get(page, ()) for pair in function(user, obj)]
