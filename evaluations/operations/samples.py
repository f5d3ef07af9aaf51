"""The six sample editions, marked 示例（非正式） wherever they show."""

import csv
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from evaluations.models import Family, FamilyCategory, IndexEdition
from evaluations.operations.editions import draft_edition, publish_sample
from portal.models import Region
from units.models import Category

FAMILIES = {
    "COUNTY": "旗县（市、区）",
    "TOWNSHIP": "苏木乡镇（街道）",
    "ORGAN": "机关",
    "SCHOOL": "学校",
    "ENTERPRISE": "企业",
    "COMMUNITY": "社区（嘎查村）",
}
ISSUER = "示例（非正式）"


@transaction.atomic
def load_samples(*, at, on):
    """Load what is missing of the sample editions; returns how many were made."""
    families = {code: _family(code, name) for code, name in FAMILIES.items()}
    _map_categories(families)
    region = Region.objects.get(code=settings.HOME_REGION_CODE)
    have = set(IndexEdition.objects.filter(is_sample=True).values_list("family__code", flat=True))
    wanted = {code: family for code, family in families.items() if code not in have}
    rows = _rows()
    for code, family in wanted.items():
        _sample(family, rows[code], region, at, on)
    return len(wanted)


def _family(code, name):
    return Family.objects.get_or_create(code=code, defaults={"name": name})[0]


def _map_categories(families):
    for category in Category.objects.filter(family__in=families, family_row=None):
        FamilyCategory.objects.create(category=category, family=families[category.family])


def _rows():
    path = settings.BASE_DIR / "fixtures/sample_editions.csv"
    found = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["family"], []).append(row)
    return found


def _sample(family, rows, region, at, on):
    values = {
        "family": family,
        "title": f"{family.name}测评体系",
        "issuer": ISSUER,
        "edition_no": "示例 1",
        "region": region,
        "total": Decimal(120),
        "apply_line": Decimal(100),
        "pass_line": Decimal(90),
        "bonus_cap": Decimal(10),
        "starts_on": date(on.year, 1, 1),
        "is_sample": True,
    }
    edition = draft_edition(values, _nodes(rows), actor=None, at=at)
    return publish_sample(edition, at=at)


def _nodes(rows):
    """Sections with their items behind them, as the table lists them."""
    nodes, seen = [], set()
    for row in rows:
        section = row["section_code"]
        if section not in seen:
            seen.add(section)
            nodes.append({"code": section, "tier": "section", "text": row["section"]})
        nodes.append(_item(row, section))
    return nodes


def _item(row, section):
    bands = [pair.split(":") for pair in row["bands"].split("|") if pair]
    return {
        "code": row["code"],
        "parent": section,
        "tier": "item",
        "text": row["text"],
        "kind": row["kind"],
        "points": Decimal(row["points"]),
        "each": Decimal(row["each"]) if row["each"] else None,
        "checklist": [word for word in row["checklist"].split("|") if word],
        "bands": bands,
        "methods": row["methods"].split("|"),
        "evidence_asked": row["evidence_asked"],
        "item_set": _item_set(row["text"]),
    }


def _item_set(text):
    return next((name for name in ("六有", "七个一", "四个一") if name in text), "")
