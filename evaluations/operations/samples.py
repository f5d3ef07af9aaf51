"""The six sample editions, marked 示例（非正式） wherever they show."""

import csv
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from evaluations.models import Family, FamilyCategory, IndexEdition
from evaluations.operations.editions import draft_edition, publish_sample
from portal.audit import record
from portal.models import Region
from units.models import Category

FAMILIES = {
    "CITY": "市（盟）",
    "COUNTY": "旗县（市、区）",
    "TOWNSHIP": "苏木乡镇（街道）",
    "ORGAN": "机关",
    "SCHOOL": "学校",
    "ENTERPRISE": "企业",
    "COMMUNITY": "社区（嘎查村）",
    "RELIGIOUS": "宗教活动场所",
}
ISSUER = "示例（非正式）"


@transaction.atomic
def load_families(*, at):
    """Load what is missing of the families, and which category belongs to which; how many rows."""
    known = Family.objects.in_bulk(list(FAMILIES), field_name="code")
    places = {code: place for place, code in enumerate(FAMILIES, 1)}
    made = [
        Family(code=code, name=name, position=10 * places[code])
        for code, name in FAMILIES.items()
        if code not in known
    ]
    Family.objects.bulk_create(made)
    count = len(made) + _map_categories(Family.objects.in_bulk(field_name="code"))
    if count:
        first, after = Family.objects.order_by("pk").first(), {"rows": count}
        record(actor=None, action="family.load", target=first, at=at, after=after)
    return count


def _map_categories(families):
    """A category goes to the family its own row names; people may map it otherwise afterwards."""
    rows = Category.objects.filter(family__in=families, family_row=None)
    made = [FamilyCategory(category=row, family=families[row.family]) for row in rows]
    FamilyCategory.objects.bulk_create(made)
    return len(made)


@transaction.atomic
def load_samples(*, at, on):
    """Load what is missing of the sample editions; returns how many were made."""
    load_families(at=at)
    families = Family.objects.in_bulk(field_name="code")
    region = Region.objects.get(code=settings.HOME_REGION_CODE)
    have = set(IndexEdition.objects.filter(is_sample=True).values_list("family__code", flat=True))
    rows = _rows()
    wanted = [code for code in FAMILIES if code in rows and code not in have]
    for code in wanted:
        _sample(families[code], rows[code], region, at, on)
    return len(wanted)


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
