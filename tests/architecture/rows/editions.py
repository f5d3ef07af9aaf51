"""测评体系: published ones are seen by all who work with units, drafts by officers over them."""

from evaluations.models import IndexEdition
from evaluations.operations.edition_export import write_edition
from portal import files
from tests.architecture.matrix import OFFICERS, Row
from tests.architecture.world import PLACES
from tests.evaluations.factories import make_edition
from tests.factories import NOON

OFFICE = frozenset({"officer", "auditor"})
EVERYBODY = frozenset({"officer", "auditor", "clerk", "assessor"})
FORM = ("get", "post")
WORKERS = ("clerk", "west_clerk", "sumu_officer", "east_officer", "west_officer", "city_officer")
WORKERS += ("leader", "auditor", "assessor")

# A published edition holds for everybody below and beside: other commissions copy from it.
SEES_PUBLISHED = {person: set(PLACES) for person in WORKERS}
SEES_DRAFT = {
    "sumu_officer": {"east"},
    "east_officer": {"east", "south"},
    "west_officer": {"west"},
    "city_officer": {"city", "east", "south", "west"},
    "leader": {"city", "east", "south", "west"},
}


def edition(world, place, state=IndexEdition.State.PUBLISHED):
    title = f"示例体系{PLACES.index(place)}{state}"
    made = IndexEdition.objects.filter(title=title).first()
    return made or make_edition(world.regions[place], state=state, title=title)


def published(world, place):
    return [edition(world, place).pk]


def draft_of(world, place):
    return edition(world, place, IndexEdition.State.DRAFT)


def draft(world, place):
    return [draft_of(world, place).pk]


def node(world, place):
    made = draft_of(world, place)
    return [made.pk, made.indicators.get(code="1.1").pk]


def pair(world, place):
    """A draft beside the published edition of the same place."""
    return [draft_of(world, place).pk, edition(world, place).pk]


def upload(world, user):
    """A workbook of this person's own that holds an index."""
    path = files.folder("tmp") / f"index-{user.pk}.xlsx"
    write_edition(str(path), edition(world, "city"))
    kept = {"name": "示例体系.xlsx", "media_type": "application/octet-stream"}
    stored = files.keep(path, **kept, owner=user, at=NOON)
    path.unlink()
    return [stored.code]


def facts(world, place):
    """Facts as a form sends them."""
    family = draft_of(world, place or "city").family
    figures = {"total": "100", "bonus_cap": "10", "apply_line": "90", "pass_line": "60"}
    caps = {"step": "0.5", "method": "mean", "words_cap": "500", "files_cap": "5"}
    names = {"family": family.pk, "title": "示例新体系", "issuer": "市民委", "edition_no": "2030"}
    return names | figures | caps | {"starts_on": "2030-01-01", "version": 1, "sheet": 0}


def item(world, place):
    made = draft_of(world, place)
    parent = made.indicators.get(code="1").pk
    told = {"parent": parent, "code": "1.9", "text": "新要点", "kind": "range", "points": "5"}
    return told | {"version": 1}


def of_draft(**more):
    more.setdefault("methods", FORM)
    return Row(roles=OFFICERS, args=draft, sees=SEES_DRAFT, **more)


def of_node(**more):
    more.setdefault("methods", ("post",))
    return Row(
        roles=OFFICERS,
        args=node,
        sees=SEES_DRAFT,
        data=lambda world, place: {"version": 1},
        **more,
    )


def of_pair(**more):
    sees = {person: SEES_DRAFT[person] for person in SEES_DRAFT}
    return Row(roles=OFFICE, args=pair, sees=sees, **more)


COPY = {"title": "示例新体系", "edition_no": "2031", "starts_on": "2031-01-01"}
ROWS = {
    "evaluations:editions": Row(roles=EVERYBODY),
    "evaluations:edition-new": Row(roles=OFFICERS, methods=FORM, data=facts),
    "evaluations:edition-import": Row(roles=OFFICERS, methods=FORM),
    "evaluations:edition-preview": Row(roles=OFFICERS, owned=upload, methods=FORM),
    "evaluations:edition-marked": Row(roles=OFFICERS, owned=upload),
    "evaluations:edition": Row(roles=EVERYBODY, args=published, sees=SEES_PUBLISHED),
    "evaluations:edition-facts": of_draft(data=facts),
    "evaluations:edition-copy": Row(
        roles=OFFICERS,
        args=published,
        sees=SEES_PUBLISHED,
        methods=FORM,
        data=lambda world, place: COPY,
    ),
    "evaluations:edition-publish": of_draft(),
    "evaluations:edition-retire": Row(
        roles=OFFICERS,
        args=published,
        sees=SEES_PUBLISHED,
        methods=FORM,
        data=lambda world, place: {"on": "2031-01-01", "note": "换新"},
    ),
    "evaluations:edition-drop": of_draft(methods=("post",)),
    "evaluations:edition-export": Row(
        roles=EVERYBODY, args=published, sees=SEES_PUBLISHED, methods=("post",)
    ),
    "evaluations:indicator-new": Row(
        roles=OFFICERS,
        args=lambda world, place: [*draft(world, place), "item"],
        sees=SEES_DRAFT,
        methods=FORM,
        data=item,
    ),
    "evaluations:indicator": of_node(methods=FORM),
    "evaluations:indicator-up": of_node(),
    "evaluations:indicator-down": of_node(),
    "evaluations:indicator-drop": of_node(),
    "evaluations:edition-compare": of_pair(),
    "evaluations:edition-mapping": of_pair(
        methods=FORM, data=lambda world, place: {"act": "propose"}
    ),
    "evaluations:edition-rescore": of_pair(),
}
