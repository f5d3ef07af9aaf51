"""The results of a round as a list: which units, in which order, with what beside each total."""

from dataclasses import dataclass
from decimal import Decimal
from html import escape

from django.urls import reverse
from django.utils.safestring import mark_safe

from evaluations.earlier import first_turns
from evaluations.models import Inspection
from evaluations.standings import Standing
from portal.lists import Column
from portal.models import Region

TONES = {
    "达到申报线": "t-ok",
    "合格": "t-due",
    "未达合格线": "t-mend",
    "单项不达标": "t-bad",
    "一票否决": "t-bad",
    "未打分": "t-off",
}
BAR = 72  # width of the bar that shows how firmly a unit stands


@dataclass
class Row:
    """One unit's line."""

    standing: Standing
    unit: object
    county: str = ""
    claimed: Decimal | None = None
    earlier: Decimal | None = None

    @property
    def pk(self):
        return self.standing.pk

    def __str__(self):
        return self.unit.name


def rows_of(standing):
    """Lines for these units, dressed in three statements."""
    keys = [each.pk for each in standing]
    found = Inspection.objects.select_related("unit__region", "unit__category", "self_check")
    inspections = found.in_bulk(keys)
    units = [each.unit for each in inspections.values()]
    counties = county_names(each.region.path for each in units)
    earlier = first_turns([each.inspection for each in standing])
    return [_row(each, inspections[each.pk], counties, earlier) for each in standing]


def _row(standing, inspection, counties, earlier):
    unit, check, turn = inspection.unit, inspection.self_check, earlier.get(standing.pk)
    return Row(
        standing,
        unit,
        county_of(unit.region.path, counties) or unit.region.name,
        check.self_total if check else None,
        turn.total if turn else None,
    )


def county_names(paths):
    """Names of the 旗市区 that these paths lead through."""
    keys = {int(key) for path in paths for key in path.strip("/").split("/")}
    rows = Region.objects.filter(pk__in=keys, level=Region.Level.COUNTY)
    return dict(rows.values_list("pk", "name"))


def county_of(path, names):
    """The 旗市区 a place lies in; empty for the city's own."""
    keys = (int(key) for key in path.strip("/").split("/"))
    return next((names[key] for key in keys if key in names), "")


def _vetoes(row):
    return "、".join(row.standing.tally["vetoes"])


def _short(row):
    return "、".join(row.standing.tally["short"])


def _signed(row):
    return f"{row.standing.signed} / {row.standing.asked}"


def _apart(row):
    return len(row.standing.tally["apart"]) or None


def _tone(row):
    return TONES[row.standing.verdict]


class FirmColumn(Column):
    """In how many of a thousand resamples the unit stayed above the line, as a bar and a share."""

    def cell(self, row):
        """One table cell."""
        count = self.value(row)
        if count is None:
            return f"{self.opening}—</td>"
        low = " low" if 200 <= count <= 900 else ""
        bar = (
            f'<svg class="r-bar{low}" width="{BAR}" height="8" aria-hidden="true">'
            f'<rect class="g" width="{BAR}" height="8" rx="2"/>'
            f'<rect width="{round(BAR * count / 1000, 1)}" height="8" rx="2"/></svg>'
        )
        return mark_safe(f'{self.opening}{bar}<span class="r-share">{share(count)}</span></td>')


def share(count):
    """870 of a thousand as 87%; what is not quite all is not 100%."""
    percent = min(round(count / 10), 99) if count < 1000 else 100
    return f"{max(percent, 1) if count else 0}%"


class NameColumn(Column):
    """The unit, its place beneath it on a phone."""

    def cell(self, row):
        """One table cell; the rank stands before the name on a phone."""
        rank = f'<span class="only-phone r-rank">{row.standing.rank or "—"}</span>'
        name = escape(self.value(row))
        link = f'<a class="name" href="{escape(self.url(row))}">{name}</a>'
        return f"{self.opening}{rank}{link}</td>"


def result_url(row):
    return reverse("evaluations:unit-result", args=[row.pk])


RANK = Column("rank", "名次", lambda row: row.standing.rank, "number", css="hide-phone r-no")
PAGE = (
    RANK,
    NameColumn("unit", "单位", lambda row: row.unit.name, css="first", url=result_url),
    Column("county", "旗市区", lambda row: row.county),
    Column("category", "类别", lambda row: row.unit.category.name),
    Column("claimed", "自评", lambda row: row.claimed, "number", label="自评"),
    Column("earlier", "初验", lambda row: row.earlier, "number", label="初验"),
    Column("total", "总分", lambda row: row.standing.total, "number", css="strong", label="总分"),
    Column("signed", "已签字", _signed, css="num hide-phone", label="签字"),
    Column("apart", "分歧", _apart, "number", label="分歧要点"),
    FirmColumn("firm", "入围把握", lambda row: row.standing.firmness, "number", label="把握"),
    Column("verdict", "结论", lambda row: row.standing.verdict, "tag", tone=_tone, css="state"),
)
SHEET = (
    Column("rank", "名次", lambda row: row.standing.rank, "number"),
    Column("unit", "单位全称", lambda row: row.unit.name, width=36),
    Column("county", "所在旗市区", lambda row: row.county),
    Column("region", "行政区划", lambda row: row.unit.region.name),
    Column("category", "类别", lambda row: row.unit.category.name),
    Column("edition", "测评体系", lambda row: str(row.standing.edition), width=30),
    Column("full", "满分", lambda row: row.standing.edition.total, "number"),
    Column("apply", "申报线", lambda row: row.standing.edition.apply_line, "number"),
    Column("pass", "合格线", lambda row: row.standing.edition.pass_line, "number"),
    Column("claimed", "自评分", lambda row: row.claimed, "number"),
    Column("earlier", "初验分", lambda row: row.earlier, "number"),
    Column("total", "总分", lambda row: row.standing.total, "number"),
    Column("vetoes", "一票否决", _vetoes),
    Column("short", "单项不达标", _short),
    Column("apart", "分歧较大的要点数", _apart, "number"),
    Column("signed", "已签字", _signed),
    Column("above", "线上", lambda row: "是" if row.standing.above else ""),
    Column("firm", "千次重抽中在线上", lambda row: row.standing.firmness, "number"),
    Column("verdict", "结论", lambda row: row.standing.verdict),
)


def offered(columns, held, *, is_open):
    """The columns that say something about this round to this person."""
    hidden = set()
    if not is_open:
        hidden = {
            "rank",
            "earlier",
            "total",
            "apart",
            "firm",
            "verdict",
            "vetoes",
            "short",
            "above",
        }
    if held.state != held.State.FINISHED:
        hidden |= {"firm"}
    else:
        hidden |= {"signed"}
    if held.kind == held.Kind.PRELIMINARY:
        hidden |= {"earlier"}
    if held.kind not in (held.Kind.ACCEPTANCE, held.Kind.APPRAISAL):
        hidden |= {"rank", "firm", "above"}
    return [each for each in columns if each.key not in hidden]
