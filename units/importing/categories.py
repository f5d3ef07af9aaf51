"""The category a new unit gets: from what the list says of it, from its place, from its name."""

import re

from units.importing import names
from units.importing.cells import kind_key
from units.importing.places import CITY, COUNTY, PROVINCE, TOWNSHIP
from units.models import Category

AREAS = {
    PROVINCE: "area_city",
    CITY: "area_city",
    COUNTY: "area_county",
    TOWNSHIP: "area_township",
}
GRASSROOTS = {
    names.VILLAGE: "unit_village",
    names.GACHA: "unit_village",
    names.COMMUNITY: "unit_community",
}
BY_NAME = [
    (r"(大学|学院|学校|中学|小学|幼儿园|高中|职教中心|职业教育中心|党校)", "unit_school"),
    (r"(公司|集团|厂|合作社|银行|煤矿|电厂|商场|酒店)$", "unit_enterprise"),
    (r"(寺|庙|清真寺|教堂|道观)$", "unit_religious_venue"),
    (r"(景区|公园|旅游区)$", "unit_scenic"),
    (r"(医院|卫生院|博物馆|纪念馆|图书馆|展览馆|文化馆|展馆)$", "unit_public_institution"),
    (r"(协会|商会|学会|联合会|促进会|基金会)$", "unit_social_org"),
    (r"(连队|部队|武警.*|中队|大队部|哨所|边防.*连)$", "unit_military"),
    (
        r"(局|委员会|法院|检察院|派出所|政府|支队|大队|办公室|厅|处|所|党支部|党委|部)$",
        "unit_organ",
    ),
]


class Categories:
    """Active categories by code and by the forms lists print them in."""

    def __init__(self, rows):
        self.rows = list(rows)
        self.by_code = {row.code: row for row in self.rows}
        self.by_form = {}
        for row in self.rows:
            for form in (row.name, *row.printed_forms):
                self.by_form.setdefault(kind_key(form), row)

    def of(self, finding):
        """The category of the unit that a line makes; None where the portal has none that fits."""
        is_area = not finding.rest and finding.place.level in AREAS
        if is_area:
            return self._area(finding.place)
        said = self.by_form.get(kind_key(finding.line.category))
        if said and said.scope == Category.Scope.UNIT:
            return said
        code = self._code(finding)
        return self.by_code.get(code) or self._any(Category.Scope.UNIT)

    def _area(self, place):
        return self.by_code.get(AREAS[place.level]) or self._any(Category.Scope.AREA)

    @staticmethod
    def _code(finding):
        key = finding.rest or finding.place.key
        kind = names.core(key)[1]
        if kind in GRASSROOTS:
            return GRASSROOTS[kind]
        return next((code for pattern, code in BY_NAME if re.search(pattern, key)), "unit_other")

    def _any(self, scope):
        return next((row for row in self.rows if row.scope == scope), None)
