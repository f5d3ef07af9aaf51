"""What a reviewer has before them: the content handed in, what changed, and what was said."""

from dataclasses import dataclass
from functools import cached_property

from units.access import capacities
from units.contents import SECTIONS, TITLES, changes, content_of, label_of
from units.desks import is_final, next_desk, recommends
from units.lifecycles import APPLICATION
from units.models import Application, Opinion
from units.offices import named_officers
from units.operations.approving import DRAFT_KEY
from units.operations.desks import why_not_pass, why_not_return
from units.operations.opinions import missing_approvals
from units.quotas import Rooms
from units.submissions import submissions_of
from units.text_changes import pieces


@dataclass(frozen=True)
class Line:
    """One field: its label, its value, and the marked text where it changed."""

    name: str
    label: str
    value: str
    marked: tuple = ()

    @property
    def is_long(self):
        """Drawn below its label, not beside it."""
        return self.name in ("deeds", "summary")


@dataclass
class Part:
    """One section on the review page. `field` is where the reviewer remarks on it."""

    key: str
    title: str
    lines: list
    changes: list
    field: object = None
    materials: tuple = ()

    @property
    def changed_files(self):
        return [each for each in self.changes if each.name == "files"]


class Review:
    """One application as it lies before a person."""

    def __init__(self, application, user):
        self.application, self.user = application, user
        self.made = submissions_of(application)
        self.content = self.made[0].content if self.made else content_of(application)
        before = self.made[1].content if len(self.made) > 1 else None
        self.changes = changes(before, self.content) if before else {}
        self.before = self.made[1] if before else None
        self.steps = {step.verb: step for step in APPLICATION.open_to(user, application)}

    @property
    def draft_key(self):
        """Under which what is typed here is kept."""
        return DRAFT_KEY.format(self.application.pk)

    @property
    def lead(self):
        """The move that takes it further from here: forward or accept; None for a mere reader."""
        verb = "accept" if is_final(self.application) else "forward"
        return self.steps.get(verb)

    @property
    def may_act(self):
        return self.lead is not None

    def parts(self, form=None, materials=()):
        """The sections in order, each with its lines, files and the field for a remark."""
        return [self._part(each, form, materials) for each in SECTIONS]

    def _part(self, section, form, materials):
        found = self.changes.get(section.key, [])
        marked = {each.name: tuple(each.pieces) for each in found}
        lines = [self._line(name, marked.get(name, ())) for name in section.names]
        own = tuple(each for each in materials if each.part == section.key)
        field = form[f"remark_{section.key}"] if form else None
        return Part(section.key, section.title, lines, found, field, own)

    def _line(self, name, marked):
        return Line(name, label_of(name), str(self.content.get(name, "")), marked)

    @cached_property
    def held(self):
        """In whose names the person may act: None is their own."""
        return capacities(self.user, self.application)

    def capacities(self):
        """The same as pairs for a choice; a single one needs no asking."""
        named = [(each.pk, f"代{each.name}") if each else (0, "本人") for each in self.held]
        return list(dict(named).items())

    def target(self):
        """Where it goes from here; None at the naming region."""
        return next_desk(self.application)

    def is_recommendation(self):
        return is_final(self.application) is False and recommends(self.application)

    def takes_place(self):
        """Would passing it on take up one of the body's places?"""
        if is_final(self.application):
            return self.application.recommended_at is None
        return recommends(self.application)

    def rooms(self):
        """The lines of the body's quota that bind this application."""
        kind = self.application.category
        rooms = Rooms(self.application.batch).of(self.application.body)
        return [each for each in rooms if each.category in (None, kind)]

    def shut(self, at):
        """{"lead", "return": why that move would be refused now}; the server decides again."""
        if not self.may_act:
            return {}
        found = {"return": why_not_return(self.application, at)}
        found["lead"] = why_not_pass(self.application, at) or self.full()
        return {verb: why for verb, why in found.items() if why}

    def full(self):
        """That the body's places are all taken, with the numbers; empty where one is left."""
        if not self.takes_place():
            return ""
        room = next((each for each in self.rooms() if not each.left), None)
        if room is None:
            return Rooms(self.application.batch).shortage(self.application)
        return f"名额已满（{room.used} / {room.places}），现在不能推荐。"

    def who_extends(self):
        """Whom to ask for more time or places: the office that names."""
        return named_officers(self.application.batch.region)

    def missing_approvals(self):
        if not self.takes_place() or self.full():
            return []  # nobody is sent for papers that would be of no use
        return missing_approvals(self.application)

    def opinions(self):
        """What was said, the latest first, each with its remarks by section title."""
        rows = self.application.opinions.select_related(
            "region", "body", "given_by", "for_user", "file"
        )
        found = list(rows.order_by("-given_at", "-pk"))
        for each in found:
            each.said = [(TITLES.get(key, key), words) for key, words in each.remarks.items()]
            each.is_bad = each.kind in (Opinion.Kind.RETURN, Opinion.Kind.REJECT)
        return found

    def earlier(self):
        """The unit's last application in another batch, if this person may see it."""
        rows = Application.objects.visible_to(self.user).filter(
            unit=self.application.unit, created_at__lt=self.application.created_at
        )
        rows = rows.exclude(batch=self.application.batch)
        return rows.for_display().order_by("-submitted_at", "-pk").first()


def side_by_side(before, after):
    """[(section title, [(label, old, new, marked)])] of two contents, every field of them."""
    return [(each.title, _compared(each, before, after)) for each in SECTIONS]


def _compared(section, before, after):
    if not section.names:
        old, new = (_names(content, section.key) for content in (before, after))
        return [("文件", old, new, tuple(pieces(old, new)) if old != new else ())]
    rows = []
    for name in section.names:
        old, new = str(before.get(name, "")), str(after.get(name, ""))
        rows.append((label_of(name), old, new, tuple(pieces(old, new)) if old != new else ()))
    return rows


def _names(content, part):
    files = [each for each in content.get("files", []) if each["part"] == part]
    return "\n".join(f"{each['requirement']}：{each['name']}" for each in files)
