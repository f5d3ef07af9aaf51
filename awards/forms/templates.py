"""The form of 证书样式."""

import re
import secrets

from django import forms

from awards.models import CertificateTemplate
from portal.forms.reference import ReferenceForm

TEXTS = ("body", "body_anew", "body_renewed", "closing", "closing_renewed", "closing_open")
VARIABLES = re.compile(r"\{批次\}|\{有效期\}")
HELP = "可用 {批次} 和 {有效期}，签发时换成实际内容。"


class TemplateForm(ReferenceForm):
    """The words of a certificate; those already issued keep theirs."""

    class Meta:
        model = CertificateTemplate
        fields = ["name", "kind", "paper", "heading", *TEXTS, "is_active", "position"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].empty_label = "各种类通用"
        self.fields["body"].help_text = self.fields["closing"].help_text = HELP
        if not self.instance.code:
            self.instance.code = f"own_{secrets.token_hex(6)}"

    def clean(self):
        sent = super().clean()
        for name in TEXTS:
            rest = VARIABLES.sub("", sent.get(name) or "")
            if "{" in rest or "}" in rest:
                self.add_error(name, forms.ValidationError("大括号里只能写批次或有效期。"))
        return sent
