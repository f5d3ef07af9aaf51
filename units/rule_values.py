"""The values of a 评选条件 as people read them: grouped, worded, beside their sources."""

import re
from dataclasses import dataclass

from units.models import HonourRule

FOR_NOW = "未见明文规定，暂列值"
GROUPS = (
    (
        "批次",
        (
            "batch_interval_years",
            "most_places",
            "issuers",
            "needs_approval_no",
            "approval_route",
        ),
    ),
    ("申报条件", ("requires_level", "years_held", "exempt_categories")),
    ("公示与异议", ("notice_days", "notice_in_working_days", "objection_days")),
    (
        "称号与复验",
        (
            "term_years",
            "renewal",
            "expiry_policy",
            "self_check_due",
            "reminder_days",
            "reverify_months",
        ),
    ),
    (
        "整改与撤销",
        (
            "rectification_days",
            "rectification_extensions",
            "extension_days",
            "ban_years",
            "ban_years_fraud",
            "plaque_recovery_days",
        ),
    ),
    ("存档与格式", ("retention_years", "number_format", "name_format")),
)
UNIT = re.compile(r"（(年|天|工作日)）$")  # told beside the value
RELATED = ("issuers", "exempt_categories")
PLAIN_FIELDS = [name for name in HonourRule.VALUES if name not in RELATED]
UNITS = {
    "batch_interval_years": "年一批",
    "most_places": "个",
    "years_held": "年",
    "notice_days": "天",
    "objection_days": "个工作日",
    "term_years": "年",
    "reverify_months": "个月",
    "rectification_days": "天",
    "rectification_extensions": "次",
    "extension_days": "天",
    "ban_years": "年",
    "ban_years_fraud": "年",
    "plaque_recovery_days": "个工作日",
    "retention_years": "年",
}
EMPTY = {
    "most_places": "不限",
    "requires_level": "不要求",
    "exempt_categories": "无",
    "issuers": "未定",
    "approval_route": "不要求",
    "term_years": "未定",
    "number_format": "按系统默认",
    "name_format": "按级别和种类自动生成",
}
LABELS = {"issuers": "联合命名部门", "exempt_categories": "不要求下级称号的类别"}


@dataclass(frozen=True)
class Value:
    """One value of a rule with where it comes from."""

    name: str
    label: str
    words: str
    document: str
    article: str
    confirmed: bool

    @property
    def source(self):
        """Document and article, or that nobody has found one."""
        return f"{self.document}{self.article}" if self.document else FOR_NOW


def label_of(name):
    """What a value is called."""
    return LABELS.get(name) or UNIT.sub("", HonourRule._meta.get_field(name).verbose_name)


def words_of(rule, name):
    """A value in words; issuers and exempt categories from their prefetched rows."""
    if name == "issuers":
        value = "、".join(each.body.name for each in rule.issuers.all())
    elif name == "exempt_categories":
        value = "、".join(each.name for each in rule.exempt_categories.all())
    else:
        value = _plain(rule, name)
    return value or EMPTY.get(name, "—")


def _plain(rule, name):
    value = getattr(rule, name)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        joint = " → " if name == "approval_route" else "、"
        return joint.join(map(str, value))
    if hasattr(rule, f"get_{name}_display"):
        return getattr(rule, f"get_{name}_display")()
    if value in (None, ""):
        return ""
    unit = UNITS.get(name, "")
    return f"{value} {unit}".strip()


def values_by_group(rule):
    """(group, values) of a rule whose sources, issuers and categories are prefetched."""
    sources = {each.field: each for each in rule.sources.all()}
    return [(title, [_value(rule, name, sources) for name in names]) for title, names in GROUPS]


def values_waiting(rule):
    """The values of a rule that nobody has confirmed."""
    return [each for _, values in values_by_group(rule) for each in values if not each.confirmed]


def _value(rule, name, sources):
    source = sources.get(name)
    return Value(
        name=name,
        label=label_of(name),
        words=words_of(rule, name),
        document=source.document if source else "",
        article=source.article if source else "",
        confirmed=bool(source and source.confirmed),
    )
