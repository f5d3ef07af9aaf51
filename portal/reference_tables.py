"""The reference tables of the ground floor."""

from django.urls import reverse

from portal.forms.reference import HolidayForm, SettingForm
from portal.lists import Column
from portal.models import Holiday, Setting
from portal.references import confirmed_column, table, words

SETTINGS, HOLIDAYS = "settings", "holidays"


def row_url(slug):
    """The address of a row, for a column's link."""
    return lambda row: reverse("portal:reference-row", args=[slug, row.pk])


table(
    slug=SETTINGS,
    model=Setting,
    title="参数",
    intro="法规没有定死的数字。标有“待确认”的是暂列值，由民委核定后改为已确认。",
    columns=(
        Column(
            "label",
            "名称",
            lambda row: row.label,
            css="first",
            sort="label",
            url=row_url(SETTINGS),
        ),
        Column("value", "值", lambda row: f"{words(row.value)} {row.unit}".strip()),
        Column("source", "依据", lambda row: row.source),
        confirmed_column(),
    ),
    form=SettingForm,
    search=("label", "source"),
    grows=False,
    position=10,
)

table(
    slug=HOLIDAYS,
    model=Holiday,
    title="节假日",
    intro="法定节假日表尚未公布的年份，在这里补登放假日和调休上班日，工作日按此计算。",
    columns=(
        Column(
            "day", "日期", lambda row: row.day, kind="date", css="first num-left nowrap", sort="day"
        ),
        Column("name", "名称", lambda row: row.name, url=row_url(HOLIDAYS)),
        Column(
            "is_workday",
            "安排",
            lambda row: "上班" if row.is_workday else "放假",
            css="state nowrap",
        ),
    ),
    form=HolidayForm,
    search=("name",),
    shrinks=True,
    position=60,
)
