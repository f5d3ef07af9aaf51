"""Departments in the order of their seals: a number beside each that issues."""

from django import forms

MOST = 20
HELP = "写上 1、2、3 表示印章的次序，不参加的留空。"


class IssuersMixin:
    """A form with a number field for each department on offer; `issuers` are those chosen."""

    def offer_issuers(self, bodies, chosen=()):
        """Add the fields; `chosen` are departments in their present order."""
        places = {body.pk: number for number, body in enumerate(chosen, 1)}
        self.bodies = list(bodies)
        for body in self.bodies:
            self.fields[f"issuer_{body.pk}"] = forms.IntegerField(
                label=body.name,
                required=False,
                min_value=1,
                max_value=MOST,
                initial=places.get(body.pk),
                widget=forms.NumberInput({"class": "form-control", "inputmode": "numeric"}),
            )

    def clean(self):
        sent = super().clean() or self.cleaned_data
        numbers = [sent.get(f"issuer_{body.pk}") for body in self.bodies]
        taken = [each for each in numbers if each]
        if len(taken) != len(set(taken)):
            self.add_error(None, "联合命名部门的次序有重复，请每个部门写不同的数。")
        return sent

    @property
    def issuers(self):
        """The departments that got a number, in its order."""
        numbers = {body: self.cleaned_data.get(f"issuer_{body.pk}") for body in self.bodies}
        return sorted((body for body, n in numbers.items() if n), key=numbers.get)

    def issuer_fields(self):
        """(department, its field), as the page draws them."""
        return [(body, self[f"issuer_{body.pk}"]) for body in self.bodies]
