"""The reference tables of the first floor."""

from portal.lists import Column
from portal.reference_tables import row_url
from portal.references import confirmed_column, table
from units.forms.reference import CategoryForm, OccasionForm, RegulationForm, TitleKindForm
from units.models import (
    Category,
    HonourRule,
    IssuingBody,
    Occasion,
    RecommendingBody,
    Regulation,
    TitleKind,
)


def _active(row):
    return "启用" if row.is_active else "停用"


def _counting(row):
    return "" if row.part == Occasion.Part.MONTH else row.get_counting_display()


def _forms(row):
    return "、".join(row.printed_forms)


table(
    slug="categories",
    model=Category,
    title="类别",
    intro="单位和地区按什么类别登记，用哪一套测评体系。停用的类别不再出现在选择框中。",
    columns=(
        Column("name", "名称", lambda row: row.name, css="first", url=row_url("categories")),
        Column("scope", "范围", lambda row: row.get_scope_display(), sort="scope"),
        Column("printed_forms", "名单中的写法", _forms),
        Column("code_optional", "信用代码", lambda row: "可空" if row.code_optional else "必填"),
        Column("is_active", "状态", _active, css="state nowrap"),
    ),
    form=CategoryForm,
    search=("name",),
    position=20,
)

table(
    slug="title-kinds",
    model=TitleKind,
    title="称号种类",
    intro="示范区、示范单位、教育基地等；其他系统的荣誉各是一个种类，归入“其他荣誉”。",
    columns=(
        Column("name", "名称", lambda row: row.name, css="first", url=row_url("title-kinds")),
        Column("family", "大类", lambda row: row.get_family_display(), sort="family"),
        Column("printed_forms", "名单中的写法", _forms),
        Column("is_active", "状态", _active, css="state nowrap"),
    ),
    form=TitleKindForm,
    search=("name",),
    position=30,
)

table(
    slug="regulations",
    model=Regulation,
    title="命名办法",
    intro="各级命名办法及其施行期间。新办法是新的一条，旧称号仍按当时的办法。",
    columns=(
        Column("title", "名称", lambda row: row.title, css="first", url=row_url("regulations")),
        Column("document_no", "文号", lambda row: row.document_no),
        Column("region", "适用地区", lambda row: row.region.name if row.region else "全国"),
        Column("starts_on", "施行日期", lambda row: row.starts_on, kind="date", sort="starts_on"),
        Column("ends_on", "废止日期", lambda row: row.ends_on, kind="date", sort="ends_on"),
        confirmed_column(),
    ),
    form=RegulationForm,
    related=("region",),
    search=("title", "document_no", "note"),
    position=40,
)

table(
    slug="honour-rules",
    model=HonourRule,
    title="评选条件",
    intro="每个办法对每个级别的要求，逐项注明依据；待确认的值集中在一页。",
    url_name="units:rules",
    position=50,
)

table(
    slug="issuing-bodies",
    model=IssuingBody,
    title="命名部门",
    intro="联合命名的部门、签发人员和印章图样。",
    url_name="units:issuing-bodies",
    position=52,
)

table(
    slug="recommending-bodies",
    model=RecommendingBody,
    title="推荐单位",
    intro="属地（旗市区、苏木乡镇）和条线（市直机关、军分区、铁路等）推荐单位及经办人员。",
    url_name="units:recommending-bodies",
    position=54,
)

table(
    slug="occasions",
    model=Occasion,
    title="宣传活动期",
    intro="每年的宣传月、宣传周。批次排期碰上时会提示；周怎么算由民委核定。",
    columns=(
        Column("name", "名称", lambda row: row.name, css="first", url=row_url("occasions")),
        Column("part", "时间", lambda row: f"{row.month} 月 {row.get_part_display()}"),
        Column("counting", "周的算法", _counting),
        Column("source", "依据", lambda row: row.source),
        confirmed_column(),
    ),
    form=OccasionForm,
    search=("name", "source"),
    shrinks=True,
    position=28,
)
