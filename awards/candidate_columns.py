"""Columns of the 培育库, and what a row has to know for them."""

from html import escape

from django.utils.safestring import mark_safe
from django.utils.timezone import localdate

from awards.qualifying import NextLevel
from portal.lists import Column
from portal.models import Region
from units.desk_list import Drawn
from units.exports import address
from units.places import Places, county_of
from units.rules import last_day

Tier = Region.Level


def dress(rows, on):
    """Give each candidate its places and its standing; few queries for each office and level."""
    rows, places = list(rows), Places()
    places.learn(each.unit.region.path for each in rows)
    for each in rows:
        each.places = places.names(each.unit.region.path)
    for (_, level), own in _by_list(rows).items():
        measured = NextLevel(own[0].region, level, on).standings([each.unit for each in own])
        for each in own:
            each.standing = measured[each.unit_id]
    return rows


def _by_list(rows):
    found = {}
    for each in rows:
        found.setdefault((each.region_id, each.level), []).append(each)
    return found


def title_words(row):
    """盟市级，至 2029-01-01."""
    title = row.standing.title
    if title is None:
        return None
    until = f"，至 {last_day(title.ends_on)}" if title.ends_on else ""
    return f"{title.get_level_display()}{until}"


def verdict_cell(row):
    """The verdict, and under it the first thing that is not in order."""
    if row.removed_at:
        return mark_safe('<span class="p-tag t-off">已移出</span>')
    tag = f'<span class="p-tag {row.standing.tone}">{row.standing.verdict}</span>'
    lacking = row.standing.lacking
    more = f'<div class="tiny muted">{escape(lacking[0])}</div>' if lacking else ""
    return mark_safe(tag + more)


CANDIDATE_COLUMNS = (
    Column("office", "培育地区", lambda row: row.region.name, css="hide-phone hide-mid"),
    Column("level", "培育目标", lambda row: row.get_level_display(), css="nowrap"),
    Column("rank", "排序", lambda row: row.rank, "number", label="排序"),
    Column(
        "unit",
        "单位名称",
        lambda row: row.unit.name,
        width=32,
        css="first",
        url=lambda row: address("awards:candidate", row.pk),
    ),
    Column("category", "类别", lambda row: row.unit.category.name, css="nowrap"),
    Column("county", "旗市区", lambda row: county_of(row.places), css="hide-phone whole"),
    Column("title", "现有称号", title_words, css="hide-phone nowrap"),
    Column("score", "最近得分", lambda row: row.standing.score_words, css="num hide-phone"),
    Column(
        "added_on",
        "列入日期",
        lambda row: localdate(row.added_at),
        "date",
        sort="added_at",
        label="列入",
    ),
    Drawn("verdict", "条件", verdict_cell, css="state aw-verdict"),
)
