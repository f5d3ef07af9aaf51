"""The reference tables of the second floor."""

from evaluations.forms.reference import FamilyCategoryForm, FamilyForm
from evaluations.models import Family, FamilyCategory
from portal.lists import Column
from portal.reference_tables import row_url
from portal.references import confirmed_column, table

table(
    slug="families",
    model=Family,
    title="测评类型",
    intro="各用一套测评体系的对象：机关、学校、社区和嘎查村、旗县等。",
    columns=(
        Column("name", "名称", lambda row: row.name, css="first", url=row_url("families")),
        Column("code", "代码", lambda row: row.code),
        Column("position", "排序", lambda row: row.position, css="num", sort="position"),
    ),
    form=FamilyForm,
    search=("name", "code"),
    position=54,
)

table(
    slug="family-categories",
    model=FamilyCategory,
    title="类别与测评类型",
    intro="各类单位和地区用哪一类测评体系自查、受评。文件之间说法不一的，由民委核定后改为已确认。",
    columns=(
        Column(
            "category",
            "类别",
            lambda row: row.category.name,
            css="first",
            url=row_url("family-categories"),
        ),
        Column("family", "测评类型", lambda row: row.family.name, sort="family"),
        confirmed_column(),
    ),
    form=FamilyCategoryForm,
    search=("category__name", "family__name"),
    related=("category", "family"),
    shrinks=True,
    position=56,
)
