"""An edition taken away as a workbook; it reads back as the same tree."""

from django.db import transaction

from evaluations.index_sheet.writing import write
from portal.audit import record


def write_edition(target, edition):
    """Write the workbook of an edition to a path or file."""
    nodes = list(edition.indicators.select_related("parent").order_by("position", "pk"))
    for each in nodes:
        each.parent_tier = each.parent.tier if each.parent else ""
    name = edition.family.name
    write(target, name=name, title=edition.title, facts=_facts(edition), nodes=nodes)


def _facts(edition):
    """Lines above the table, under the names that the import knows."""
    yes = {True: "是", False: "否"}
    lines = [
        [
            ("测评类型", edition.family.name),
            ("发布单位", edition.issuer),
            ("文号", edition.document_no),
            ("版本", edition.edition_no),
            ("地区适用", edition.region_variant),
        ],
        [
            ("总分", _plain(edition.total)),
            ("申报线", _plain(edition.apply_line)),
            ("合格线", _plain(edition.pass_line)),
            ("加分上限", _plain(edition.bonus_cap)),
            ("打分步长", _plain(edition.step)),
            ("合分办法", edition.get_method_display()),
        ],
        [
            ("每项说明字数上限", edition.words_cap),
            ("每项材料数上限", edition.files_cap),
            ("扣分须写理由", yes[edition.reason_below_full]),
            ("施行日期", edition.starts_on.isoformat()),
            ("性质", "示例（非正式）" if edition.is_sample else ""),
        ],
    ]
    return [[(label, value) for label, value in line if value not in ("", None)] for line in lines]


def _plain(number):
    return f"{number.normalize():f}"


@transaction.atomic
def note_export(edition, *, actor, at):
    """The audit line of a workbook that has been taken."""
    told = {"edition_no": edition.edition_no}
    record(actor=actor, action="indexedition.export", target=edition, at=at, after=told)
