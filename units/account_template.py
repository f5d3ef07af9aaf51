"""The workbook one fills in to have accounts made: headings, roles to choose from, how to."""

from io import BytesIO

import xlsxwriter

from portal.models import User

HEADINGS = [
    ("用户名", 18, "可不填，自动生成"),
    ("称呼", 24, "科室或岗位，不填个人信息"),
    ("岗位", 16, "可不填"),
    ("角色", 16, "从列表中选"),
    ("地区", 24, "12 位区划代码或名称；填报员可不填"),
    ("单位全称", 36, "只有填报员填"),
    ("工作电话", 16, "可不填"),
]
ROWS = 2000


def template_workbook():
    """The bytes of the template."""
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("账号名单")
        head = book.add_format({"bold": True, "bg_color": "#F8F9FA", "bottom": 1})
        text = book.add_format({"num_format": "@"})
        for column, (heading, width, hint) in enumerate(HEADINGS):
            sheet.set_column(column, column, width, text)
            sheet.write_string(0, column, heading, head)
            sheet.write_comment(0, column, hint)
        roles = [label for code, label in User.Role.choices if code != User.Role.UNASSIGNED]
        sheet.data_validation(1, 3, ROWS, 3, {"validate": "list", "source": roles})
        sheet.freeze_panes(1, 0)
    return content.getvalue()
