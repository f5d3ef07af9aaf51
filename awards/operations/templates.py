"""The template of certificates that the portal brings along; others are rows beside it."""

from awards.models import CertificateTemplate
from portal.errors import Refused
from portal.operations.reference import fixture, load_rows


def load_templates(*, at):
    """Load what is missing of the templates; how many rows."""
    return load_rows(CertificateTemplate, fixture("certificate_templates.json"), at=at)


class Templates:
    """Which template a kind of title has, each looked up once."""

    def __init__(self):
        self.known = {}

    def of(self, kind):
        """The template in use for a kind of title: its own before the common one."""
        if kind.pk not in self.known:
            self.known[kind.pk] = self._found(kind)
        return self.known[kind.pk]

    def _found(self, kind):
        rows = CertificateTemplate.objects.filter(is_active=True).order_by("position", "pk")
        found = rows.filter(kind=kind).first() or rows.filter(kind=None).first()
        if found is None:
            raise Refused(
                "没有启用的证书样式，没有签发，也没有占用编号。请在“基础数据”里启用一种。"
            )
        return found
