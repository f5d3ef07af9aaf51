"""名额: the matrix of bodies and categories as it is typed, with its sums and faults."""

from dataclasses import dataclass, field

from django.db.models import Q

from units.models import Category, RecommendingBody
from units.recommenders import bodies_for

HIGHEST = 9999  # places in one cell
SCOPES = {"demo_area": Category.Scope.AREA, "demo_unit": Category.Scope.UNIT}
WHOLE = "不分类别"


@dataclass
class Cell:
    """One field of the matrix."""

    name: str
    label: str
    text: str
    number: int = 0
    fault: str = ""


@dataclass
class Row:
    """One body with its cells."""

    body: RecommendingBody
    cells: list = field(default_factory=list)
    passed: int = 0  # recommended already

    @property
    def total(self):
        return sum(each.number for each in self.cells)


class QuotaSheet:
    """The matrix of one batch: as stored, or as `data` sends it."""

    def __init__(self, batch, data=None, passed=None):
        self.batch, self.data = batch, data
        self.stored = {(q.body_id, q.category_id): q.places for q in batch.quotas.all()}
        self.columns = [None, *_categories(batch, self.stored)]
        self.rows = [self._row(body, passed or {}) for body in _bodies(batch, self.stored)]
        self.places, self.places_fault = self._places()

    def _row(self, body, passed):
        cells = [self._cell(body, category) for category in self.columns]
        return Row(body, cells, passed.get(body.pk, 0))

    def _cell(self, body, category):
        name = f"q_{body.pk}_{category.pk if category else 0}"
        if self.data is None:
            number = self.stored.get((body.pk, category.pk if category else None), 0)
            text, fault = (str(number) if number else ""), ""
        else:
            text = self.data.get(name, "").strip()[:8]
            number, fault = number_in(text, HIGHEST)
        return Cell(name, category.name if category else WHOLE, text, number, fault)

    def _places(self):
        if self.data is None:
            return str(self.batch.places or ""), ""
        text = self.data.get("places", "").strip()[:8]
        return text, number_in(text, 100_000)[1]

    @property
    def heads(self):
        return [each.name if each else WHOLE for each in self.columns]

    @property
    def column_totals(self):
        return [sum(row.cells[n].number for row in self.rows) for n in range(len(self.columns))]

    @property
    def total(self):
        return sum(row.total for row in self.rows)

    @property
    def asked(self):
        """The number of places in all, None while there is none."""
        return number_in(self.places, 100_000)[0] or None

    @property
    def faults(self):
        """Sentences about fields that cannot be read."""
        found = [
            f"“{row.body.name}”的“{each.label}”：{each.fault}"
            for row in self.rows
            for each in row.cells
            if each.fault
        ]
        return [f"总名额：{self.places_fault}", *found] if self.places_fault else found

    @property
    def cells(self):
        """Keys of body and category → places above 0."""
        return {
            (row.body.pk, column.pk if column else None): cell.number
            for row in self.rows
            for column, cell in zip(self.columns, row.cells, strict=True)
            if cell.number
        }

    @property
    def verdict(self):
        """(tone, sentence) of the sum against the places in all."""
        return verdict(self.total, self.asked)


def verdict(given, places):
    """How the places given out compare with those there are."""
    if not places:
        return "off", f"已分配 {given} 个，还没有填写总名额。"
    if given < places:
        return "due", f"已分配 {given} 个，比总名额少 {places - given} 个。"
    if given == places:
        return "info", f"已分配 {given} 个，与总名额相等。"
    return (
        "info",
        f"已分配 {given} 个，差额推荐 {given - places} 个（推荐 {given}，命名 {places}）。",
    )


def number_in(text, most):
    """(number, fault) of what stands in a field; nothing is 0."""
    if not text:
        return 0, ""
    if not (text.isascii() and text.isdigit()):
        return 0, f"“{text}”不是整数。"
    number = int(text)
    return (number, "") if number <= most else (0, f"不能超过 {most}。")


def _categories(batch, stored):
    """Those the kind of title is given to, and those that have places already."""
    used = {category for _, category in stored if category}
    scope = SCOPES.get(batch.kind.code)
    wanted = Q(is_active=True, scope=scope) if scope else Q(is_active=True)
    return Category.objects.filter(wanted | Q(pk__in=used))


def _bodies(batch, stored):
    offered = list(bodies_for(batch.region))
    known = {each.pk for each in offered}
    rest = {body for body, _ in stored} - known
    return [*offered, *RecommendingBody.objects.filter(pk__in=rest).select_related("region")]
