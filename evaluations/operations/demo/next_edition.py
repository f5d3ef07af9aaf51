"""Next year's index of one family as a draft: something to compare, map and publish."""

from datetime import date
from decimal import Decimal

from evaluations.models import IndexEdition
from evaluations.operations.editions import copy_edition
from evaluations.operations.indicators import (
    FIELDS,
    add_indicator,
    drop_indicator,
    edit_indicator,
)
from evaluations.operations.mappings import propose_mappings
from portal.models import User

ACTOR = "shi-shenhe"


def seed_next_edition(*, seed, at, on, say):
    """A copy of 机关's sample, changed here and there; nothing where there is one."""
    sample = IndexEdition.objects.filter(
        is_sample=True, family__code="ORGAN", based_on=None
    ).first()
    actor = User.objects.select_related("region").filter(username=ACTOR).first()
    if sample is None or actor is None or sample.copies.exists():
        return
    year = on.year + 1
    told = {"title": sample.title, "edition_no": f"示例 {year}", "starts_on": date(year, 1, 1)}
    draft = copy_edition(sample, **told, actor=actor, at=at)
    _rework(Draft(draft, actor, at))
    propose_mappings(sample, draft, actor=actor, at=at)
    say(f"演示草稿“{draft}”一套。")


def _rework(draft):
    draft.edit("1.1", points=Decimal(6), standard="每季度专题学习不少于一次，少一次扣 1.5 分。")
    draft.edit("2.1", text="铸牢中华民族共同体意识宣传教育，每季度不少于一次")
    draft.edit("3.1", text="创建工作与主责主业融合")
    draft.drop("3.2")
    draft.add("3", "3.3", text="帮扶包联和就业服务办实事台账", points=Decimal(6))
    draft.edit("6.2", text="应急预案与舆情应对，每年演练一次")


class Draft:
    """Acts on nodes of one draft by their codes."""

    def __init__(self, edition, actor, at):
        self.edition, self.who = edition, {"actor": actor, "at": at}

    def node(self, code):
        return self.edition.indicators.select_related("edition").get(code=code)

    def edit(self, code, **changes):
        node = self.node(code)
        values = {name: getattr(node, name) for name in FIELDS} | changes
        edit_indicator(node, values, version=node.version, **self.who)

    def add(self, parent, code, **fields):
        asked = {"methods": ["材料审核"], "evidence_asked": "清单、照片", "kind": "range"}
        above = {"parent": self.node(parent), "tier": "item", "code": code}
        add_indicator(self.edition, above | asked | fields, **self.who)

    def drop(self, code):
        node = self.node(code)
        drop_indicator(node, version=node.version, **self.who)
