"""Which unit and title of the register a line means. What is not certain is only proposed."""

from dataclasses import dataclass

from rapidfuzz import fuzz

from units.importing import names
from units.importing.cells import kind_key
from units.importing.findings import Finding, Verdict, unit_candidate
from units.importing.places import COUNTY, RANK
from units.importing.register import Hit
from units.importing.seating import full_name, village_like
from units.models.registry import credit_code_fault

LONG_NAME = 8  # a full name of so many characters is hardly two units' by chance


@dataclass
class Matcher:
    """Finds line after line; remembers the place of the part before, which later parts inherit."""

    register: object
    seats: object  # Seating
    kinds: dict  # comparable printed form → kind id
    batches: object  # Batches
    new_kinds: frozenset = frozenset()  # printed forms a person has said are kinds of their own

    def find(self, line, choice=None):
        """The verdict on a line; `choice` is what a person has said about it."""
        choice = choice or {}
        found = Finding(line)
        self._faults(found)
        self.seats.seat(found, choice)
        self._title(found, choice)
        if found.place and found.level and found.kind_id and line.batch:
            self._batch(found)
        if not found.verdict and found.place:
            self._unit(found, choice)
        return found

    def _faults(self, found):
        line = found.line
        if line.proposed:
            found.error(
                "not_named",
                f"名单写明“{line.proposed}”，称号还没有正式命名，不能登记。",
                field="kind",
            )
        for name, code, text in line.faults:
            found.error(code, text, field=name)
        fault = credit_code_fault(line.credit_code)
        if fault:
            found.error("credit_code_bad", fault, field="credit_code")

    def _title(self, found, choice):
        line = found.line
        if line.level is None:
            text = f"级别“{line.raw.get('level')}”不认识，应为国家级、自治区级、盟市级或旗县级。"
            found.doubt("level_unknown", text, field="level")
        elif not line.level:
            found.doubt("level_blank", "没有写级别，请补填。", field="level")
        found.level = line.level or ""
        self._kind(found)
        if line.unsure and not choice.get("single"):
            found.doubt(
                "several_names", "这一格可能写了不止一个单位，请分行填写，或确认是一个单位。"
            )

    def _kind(self, found):
        printed = found.line.kind
        key = found.kind_key = kind_key(printed)
        found.kind_id = self.kinds.get(key)
        if not key:
            found.doubt("kind_blank", "没有写称号，请补填。", field="kind")
        elif found.kind_id is None and key not in self.new_kinds:
            text = f"称号“{printed}”不是已有的称号种类，请选择已有种类，或新建种类。"
            found.doubt("kind_unknown", text, field="kind")

    def _batch(self, found):
        line = found.line
        batch = self.batches.find(found.level, found.kind_id, found.place, line.batch)
        year = batch and (batch.named_on.year if batch.named_on else batch.year)
        if batch is None and not self.batches.may_make(found.level, found.place):
            text = (
                f"“{line.batch.name}”还没有登记，由命名地区登记批次后再核对，或去掉批次只留年份。"
            )
            found.doubt("batch_unknown", text, field="batch")
        elif year and line.year and year != line.year:
            text = f"{batch.name}登记为 {year} 年，名单写 {line.year} 年，请核对。"
            found.doubt("year_differs", text, field="year")
        found.batch = batch

    # units

    def _unit(self, found, choice):
        if choice.get("unit") in self.register.by_id:
            self._take(found, self.register.by_id[choice["unit"]], choice, "您已指定")
        elif choice.get("new"):
            self._new(found, "您已确认是新单位")
        elif not self._by_code(found, choice):
            self._by_name(found, choice)

    def _told(self, hits):
        places = self.seats.places
        return [unit_candidate(hit, full_name(places, hit.unit.place)) for hit in hits]

    def _by_code(self, found, choice):
        code = found.line.credit_code
        unit = self.register.by_code.get(code) if code else None
        if unit is None:
            return False
        if _much_alike(unit, found.line.name):
            self._take(found, unit, choice, "统一社会信用代码相同")
            return True
        text = f"信用代码 {code} 登记在“{unit.name}”名下，与名单中的名称差别较大，请核对。"
        candidates = self._told([Hit(unit, 60)])
        found.doubt("credit_code_differs", text, field="credit_code", candidates=candidates)
        return True

    def _by_name(self, found, choice):
        place, rest = found.place, found.rest
        hits = self.register.called(rest, place) if rest else self.register.standing_for(place)
        if len(hits) == 1:
            self._one(found, hits[0], choice)
        elif hits:
            text = (
                f"{full_name(self.seats.places, place)}有 {len(hits)} 个同名单位，请选择是哪一个。"
            )
            found.doubt("unit_ambiguous", text, candidates=self._told(hits))
        else:
            self._nobody(found)

    def _one(self, found, hit, choice):
        unit, line = hit.unit, found.line
        if unit.closed:
            text = f"“{unit.name}”已注销，请核对后选择，或登记为新单位。"
            found.doubt("unit_closed", text, candidates=self._told([hit]))
        elif line.credit_code and unit.credit_code and line.credit_code != unit.credit_code:
            text = f"名称与“{unit.name}”相同，信用代码不同（登记的是 {unit.credit_code}），请核对。"
            found.doubt("credit_code_differs", text, candidates=self._told([hit]))
        elif self._vague(found, unit):
            where = full_name(self.seats.places, unit.place)
            text = f"{where}有“{unit.name}”，名单只写到{found.place.name}，请确认。"
            found.doubt("unit_ambiguous", text, candidates=self._told([hit]))
        else:
            how = f"按曾用名匹配到“{unit.name}”" if hit.former else "按名称匹配"
            self._take(found, unit, choice, how)

    @staticmethod
    def _vague(found, unit):
        """A short name that the list places at a city only may be another county's unit."""
        one, other = found.place, unit.place
        higher, lower = sorted((one, other), key=lambda place: RANK[place.level])
        apart = RANK[higher.level] < RANK[COUNTY] <= RANK[lower.level]
        return bool(found.rest) and apart and len(found.rest) < LONG_NAME

    def _nobody(self, found):
        place, rest = found.place, found.rest
        near = self.register.near(rest, place) if rest else []
        if near:
            text = (
                f"没有同名单位，有名称相近的（如“{near[0].unit.name}”），请选择，或确认是新单位。"
            )
            found.doubt("near_name", text, candidates=self._told(near))
            return
        key = names.key(found.line.name)
        far = self.register.elsewhere(key) if len(key) >= LONG_NAME and rest else []
        if far and not village_like(rest):
            where = full_name(self.seats.places, far[0].unit.place)
            text = f"同名单位登记在{where}，请核对是否同一个单位。"
            found.doubt("same_name_elsewhere", text, candidates=self._told(far))
            return
        self._new(found, "")

    def _new(self, found, why):
        where = full_name(self.seats.places, found.place)
        reason = f"{why}，" if why else ""
        text = f"{reason}将在{where}新增单位并登记称号。{_undated(found.line)}"
        found.settle(Verdict.NEW, "unit_new", text)

    def _take(self, found, unit, choice, how):
        found.unit = unit
        same, near = self._held(found, unit)
        if same:
            self._same_title(found, same, choice, how)
        elif near and choice.get("title") not in ("keep", "add"):
            text = f"“{unit.name}”已有同级同种称号（{_when(near)}），请确认是否同一项。"
            found.doubt("title_near", text, candidates=self._told([Hit(unit, 100)]))
        elif near and choice["title"] == "keep":
            found.title = near
            found.settle(Verdict.MATCH, "unchanged", f"{how}；称号已登记，不变。")
        else:
            text = f"{how}，将为“{unit.name}”登记称号。{_undated(found.line)}"
            found.settle(Verdict.MATCH, "title_new", text)

    def _held(self, found, unit):
        line, near = found.line, None
        for title in self.register.titles_of(unit.id, found.level, found.kind_id):
            if _same_batch(title, line):
                return title, None
            if _perhaps_same(title, line):
                near = title
        return None, near

    def _same_title(self, found, title, choice, how):
        differs = _differences(title, found.line)
        if differs and choice.get("title") != "keep":
            text = f"“{found.unit.name}”已有这项称号，但{'、'.join(differs)}，请核对。"
            found.doubt("title_differs", text, candidates=self._told([Hit(found.unit, 100)]))
            return
        found.title = title
        found.fills = {} if differs else _fills(title, found.line)
        if found.fills:
            found.settle(Verdict.MATCH, "title_filled", f"{how}；称号已登记，将补全文号或日期。")
        else:
            found.settle(Verdict.MATCH, "unchanged", f"{how}；称号已登记，不变。")


def _much_alike(unit, name):
    return fuzz.partial_ratio(unit.key, names.key(name)) >= 60


def _same_batch(title, line):
    if line.batch:
        return names.key(title.batch_name) == names.key(line.batch.name)
    return title.batch_id is None and title.named_year == line.year


def _perhaps_same(title, line):
    """One of the two says a batch, the other only a year that fits, or nothing at all."""
    one_batch = bool(title.batch_id) != bool(line.batch)
    one_blank = not (title.batch_id or title.named_year) or not (line.batch or line.year)
    fits = not title.named_year or not line.year or title.named_year == line.year
    return fits and (one_batch or one_blank)


def _undated(line):
    return "" if line.batch or line.year else "名单没有写批次和年份，登记后请补填。"


def _differences(title, line):
    pairs = [
        ("年份", title.named_year, line.year),
        ("命名日期", title.named_on, line.named_on),
        ("文号", title.document_no, line.document_no),
    ]
    return [
        f"{label}登记为 {old}、名单写 {new}"
        for label, old, new in pairs
        if old and new and old != new
    ]


def _fills(title, line):
    pairs = [
        ("document_no", title.document_no, line.document_no),
        ("named_on", title.named_on, line.named_on),
    ]
    return {name: new for name, old, new in pairs if new and not old}


def _when(title):
    return title.batch_name or f"{title.named_year} 年"
