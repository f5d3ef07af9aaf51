"""The reference tables of the top floor."""

from awards.forms.templates import TemplateForm
from awards.models import CertificateTemplate
from portal.lists import Column
from portal.reference_tables import row_url
from portal.references import table

SLUG = "certificate-templates"

table(
    slug=SLUG,
    model=CertificateTemplate,
    title="证书样式",
    intro="证书的名称、正文和结语。修改只影响以后签发的证书，已签发的不变。",
    columns=(
        Column("name", "名称", lambda row: row.name, css="first", url=row_url(SLUG)),
        Column("kind", "称号种类", lambda row: row.kind.name if row.kind else "通用"),
        Column("paper", "纸张", lambda row: row.get_paper_display()),
        Column("body", "命名正文", lambda row: row.body),
        Column(
            "is_active", "状态", lambda row: "启用" if row.is_active else "停用", css="state nowrap"
        ),
    ),
    form=TemplateForm,
    related=("kind",),
    search=("name", "heading"),
    position=56,
)
