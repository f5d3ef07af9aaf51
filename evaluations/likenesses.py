"""相似图片: the same picture or file at two units or in two years, told only within one's sight."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import ExtractYear

from evaluations.models import Evidence
from evaluations.operations.deriving import look_alikes_of
from evaluations.rules.picture_likeness import distance

SHOWN = 12  # of one group; the rest is a number


def tells(user):
    """Officers, auditors and assessors are told; units are not, of others or of themselves."""
    return user.role in (*user.SUBTREE_ROLES, user.Role.ASSESSOR)


def look_alikes_for(evidence, user):
    """(other, words) for what looks like this at another unit or in another year, in sight."""
    if not tells(user):
        return []
    visible = Evidence.objects.visible_to(user).select_related("unit__region")
    found = [each for each in look_alikes_of(evidence, visible) if _is_news(each, evidence)]
    return [(each, likeness_words(each, evidence)) for each in found[:SHOWN]]


def _is_news(one, other):
    """Pictures of one afternoon at one unit look alike; that is nothing to point out."""
    return one.unit_id != other.unit_id or one.uploaded_at.year != other.uploaded_at.year


def likeness_words(one, other):
    """How alike two files are, in words."""
    if one.sha256 == other.sha256:
        return "同一个文件"
    bits = distance(one.picture_hash, other.picture_hash)
    return "同一张图片" if bits <= 2 else "高度相似"


@dataclass(frozen=True)
class Group:
    """Files that look alike, as far as the person sees them."""

    key: int
    members: list
    more: int
    units: int


def groups_for(user, kind=""):
    """Groups with members at two units, or of two years, the largest first; a queryset of keys.

    `kind` narrows to “units” or “years”.
    """
    rows = Evidence.objects.visible_to(user).filter(look_group__isnull=False).order_by()
    rows = rows.annotate(year=ExtractYear("uploaded_at")).values("look_group")
    rows = rows.annotate(
        units=Count("unit", distinct=True), first=Min("year"), last=Max("year"), size=Count("pk")
    )
    across = {"units": Q(units__gt=1), "years": Q(last__gt=F("first"))}
    return rows.filter(across.get(kind, across["units"] | across["years"])).order_by(
        "-units", "-size", "look_group"
    )


def members_of(rows, user):
    """The groups of one page with their members, in two queries."""
    keys = [row["look_group"] for row in rows]
    visible = Evidence.objects.visible_to(user).filter(look_group__in=keys)
    found = defaultdict(list)
    for each in visible.select_related("unit__region", "file").order_by("uploaded_at", "pk"):
        found[each.look_group].append(each)
    return [
        Group(
            row["look_group"],
            found[row["look_group"]][:SHOWN],
            max(0, len(found[row["look_group"]]) - SHOWN),
            row["units"],
        )
        for row in rows
    ]
