"""What upper floors add to pages of this one: a card beside a unit, a title, a batch.

A floor registers a function; nothing here knows which floors there are.
"""

CARDS = {}


def card(page, position=50):
    """Register `function(obj, user) -> {"template", …} or None` for the page of such an object."""

    def register(function):
        CARDS.setdefault(page, []).append((position, len(CARDS.get(page, ())), function))
        CARDS[page].sort(key=lambda each: each[:2])
        return function

    return register


def cards_of(page, obj, user):
    """The cards that this person is shown beside this object, in order."""
    made = (function(obj, user) for *_, function in CARDS.get(page, ()))
    return [each for each in made if each]
