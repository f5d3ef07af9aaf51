"""Columns of the deliberation list, for the workbook; the print has the same."""

from portal.lists import Column


def of_candidate(name):
    return lambda row: getattr(row.place.candidate, name)


def remarks(row):
    """What the figures alone don't say."""
    of = row.place.candidate
    marks = ["一票否决"] if of.vetoed else []
    marks += ["单项不达标"] if of.short else []
    marks += ["没有验收得分"] if of.total is None else []
    marks += ["未达申报线"] if row.place.verdict == "below" else []
    marks += ["命名线上并列"] if row.place.verdict == "tied" else []
    marks += [f"{name}有不同意见" for name in row.objected]
    marks += [row.blocked] if row.blocked else []
    return "；".join(marks)


DELIBERATION_SHEET = (
    Column("rank", "名次", lambda row: row.place.rank, "number", width=6),
    Column("unit", "单位全称", lambda row: row.application.unit.name, width=34),
    Column("county", "旗市区", lambda row: row.county, width=22),
    Column("category", "类别", lambda row: row.application.category.name),
    Column("body", "推荐单位", lambda row: row.application.body.name, width=22),
    Column("recommended", "推荐排序", of_candidate("recommended_rank"), "number", width=8),
    Column("first", "初验分", of_candidate("first_score"), "number", width=9),
    Column("total", "验收总分", of_candidate("total"), "number", width=9),
    Column("line", "申报线", of_candidate("apply_line"), "number", width=9),
    Column("outcome", "审定意见", lambda row: row.tag, width=12),
    Column("reason", "理由", lambda row: row.reason, width=40),
    Column("remarks", "备注", remarks, width=20),
)
