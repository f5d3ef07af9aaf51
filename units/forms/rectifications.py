"""Forms of 整改, 撤销 and 退出."""

from django import forms

from portal.forms.base import DayField, OnceForm, VersionedForm
from units.forms.base import text
from units.forms.follow_up import OrderForm
from units.models import ExitCase, Rectification

LINES = {"rows": 3}
ORDERED_BY_HAND = [
    each for each in Rectification.Source.choices if each[0] != Rectification.Source.REVERIFICATION
]


class NewOrderForm(OrderForm):
    """整改 that no 复验 led to."""

    source = forms.ChoiceField(label="来源", choices=ORDERED_BY_HAND)
    field_order = ["source", "on", "document_no", "items", "note"]


class ItemForm(VersionedForm):
    """What the unit did about one finding."""

    measure = text("整改措施", 500, widget=forms.Textarea(attrs={"rows": 2}))
    responsible = text("责任单位和岗位", 80)
    done_on = DayField(label="完成日期", required=False)
    outcome = text("整改结果", 500, widget=forms.Textarea(attrs={"rows": 2}))

    @staticmethod
    def initial_of(item):
        names = ("measure", "responsible", "done_on", "outcome", "version")
        return {name: getattr(item, name) for name in names}


class CloseOutForm(OnceForm):
    """销号."""

    on = DayField(label="销号日期")
    note = text("核查意见", 500, widget=forms.Textarea(attrs=LINES))


class ReasonForm(OnceForm):
    """Why."""

    note = text("说明", 500, required=True, widget=forms.Textarea(attrs=LINES))


class AnswerForm(OnceForm):
    """What the office says to a request."""

    note = text("批复意见", 500, widget=forms.Textarea(attrs=LINES))


class DecisionForm(OnceForm):
    """Number, day and effect of a decision that ends a title."""

    document_no = forms.CharField(label="决定文号", max_length=60)
    decided_on = DayField(label="决定日期")
    happened_on = DayField(label="生效日期", help_text="不早于决定日期，不晚于今天。")
    note = text("说明", 300, widget=forms.Textarea(attrs=LINES))


GROUNDS = [each for each in ExitCase.Ground.choices if each[0] not in ExitCase.UNASKED]


class RevokeForm(DecisionForm):
    """撤销: ground and facts besides."""

    ground = forms.ChoiceField(label="事由", choices=[("", "请选择"), *GROUNDS])
    note = text("事实和依据", 300, required=True, widget=forms.Textarea(attrs=LINES))
    field_order = ["ground", "note", "document_no", "decided_on", "happened_on"]


class PlaqueForm(VersionedForm):
    """The day a plaque came back."""

    on = DayField(label="收回日期")
