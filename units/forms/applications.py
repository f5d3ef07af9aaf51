"""Forms about an application: its way, and why it is withdrawn."""

from django import forms

from portal.forms.base import OnceForm


class WayForm(OnceForm):
    """In which category, and through whom. The choices are those of the unit and the batch."""

    category = forms.ChoiceField(label="申报类别")
    body = forms.ChoiceField(label="推荐单位")

    def __init__(self, *args, categories, bodies, **kwargs):
        self.categories, self.bodies = categories, bodies
        super().__init__(*args, **kwargs)

    def prepare(self):
        self.fields["category"].choices = [(each.pk, each.name) for each in self.categories]
        self.fields["body"].choices = [(each.pk, _told(each)) for each in self.bodies]

    @property
    def chosen_category(self):
        return self._row(self.categories, "category")

    @property
    def chosen_body(self):
        return self._row(self.bodies, "body")

    def _row(self, rows, name):
        return next(each for each in rows if str(each.pk) == self.cleaned_data[name])


def _told(body):
    return body.name if body.kind == body.Kind.TERRITORIAL else f"{body.name}（条线）"


class WithdrawForm(OnceForm):
    """Why it is taken back."""

    note = forms.CharField(
        label="撤回原因",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
    )
