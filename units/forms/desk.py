"""Forms of the review desk."""

from django import forms

from portal.errors import Refused
from portal.forms.base import CONTROL, DayField, OnceForm, VersionedForm
from portal.intake.receiving import receive
from units.contents import SECTIONS
from units.forms.base import text
from units.holdings import colleagues_of
from units.models import Consultation
from units.said import Said

PAPERS = ("image", "pdf")
ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp,.heic,.heif"
MOST_BODIES = 20


class PaperField(forms.FileField):
    """A stamp image or document that comes with an opinion or an answer."""

    def __init__(self, label, **more):
        more.setdefault("required", False)
        widget = forms.FileInput({"accept": ACCEPT, "class": "form-control"})
        super().__init__(label=label, widget=widget, allow_empty_file=True, **more)


class PaperForm(OnceForm):
    """A form with a document; `take_paper` examines it, before any transaction."""

    paper_name = "file"
    paper = None  # the stored file, its row unwritten

    def take_paper(self, at):
        """Is the document good, or is there none? What is wrong with it is put to its field."""
        sent = self.cleaned_data.get(self.paper_name)
        if not sent:
            return True
        try:
            received = receive(sent, name=sent.name, owner=self.user, at=at)
        except Refused as refusal:
            self.add_error(self.paper_name, str(refusal))
            return False
        if received.kind not in PAPERS:
            self.add_error(self.paper_name, "请上传盖章件的照片或 PDF，没有保存。")
            return False
        self.paper = received.stored
        return True


def words(rows, limit, placeholder=""):
    return forms.Textarea({**CONTROL, "rows": rows, "maxlength": limit, "placeholder": placeholder})


class OpinionForm(PaperForm):
    """What a desk says: words, remarks by section, a stamp, in whose name."""

    text = text("意见", 2000, widget=words(5, 2000, "写给单位和下一级经办；退回、不予推荐时必填"))
    file = PaperField("盖章意见（图片或 PDF，可不传）")
    for_user = forms.TypedChoiceField(label="以谁的名义", coerce=int, required=False)
    moves = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    then_next = forms.BooleanField(label="办理后打开下一件", required=False, initial=True)

    def __init__(self, *args, review, **kwargs):
        self.review = review
        super().__init__(*args, **kwargs)

    def prepare(self):
        held = self.review.capacities()
        self.fields["for_user"].choices = held
        if len(held) < 2:
            del self.fields["for_user"]
        self.fields["moves"].initial = self.review.application.moves
        for section in SECTIONS:
            label = f"对“{section.title}”的意见"
            field = text(label, 1000, widget=words(2, 1000, "本节意见，可不填"))
            self.fields[f"remark_{section.key}"] = field

    def clean_file(self):
        return self.cleaned_data["file"]

    @property
    def said(self):
        """As the operations take it."""
        sent = self.cleaned_data
        held = {each.pk: each for each in self.review.held if each}
        remarks = {each.key: sent[f"remark_{each.key}"] for each in SECTIONS}
        return Said(
            text=sent["text"],
            remarks=remarks,
            file=self.paper,
            for_user=held.get(sent.get("for_user") or 0),
            seen=sent["moves"],
        )


class ApproveForm(OnceForm):
    """One comment for many."""

    text = text("共同的意见", 500, widget=words(3, 500, "可不填；会写入每一件的审核意见"))
    whole = forms.TypedChoiceField(
        label="有不能办的怎么办",
        coerce=lambda value: value == "1",
        choices=[("0", "先办能办的，其余留在待办"), ("1", "有一件不能办就都不办")],
        initial="0",
        widget=forms.RadioSelect({"class": "form-check-input"}),
    )


class ApprovalForm(PaperForm):
    """A step of the approval route with its document, for one or many applications."""

    step = forms.ChoiceField(label="报批程序")
    text = text("批准意见", 500, widget=words(3, 500, "例如：2026 年第 3 次会议研究同意推荐"))
    file = PaperField("批准文件（图片或 PDF）", required=True)

    def __init__(self, *args, steps, **kwargs):
        self.steps = steps
        super().__init__(*args, **kwargs)

    def prepare(self):
        self.fields["step"].choices = [(each, each) for each in self.steps]
        self.fields["file"].error_messages["required"] = "请上传批准文件的扫描件或照片。"


class AskForm(OnceForm):
    """Whom to ask, from which day, and within how many working days."""

    bodies = forms.MultipleChoiceField(
        label="征求意见单位",
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
    )
    others = text("另加单位（每行一个）", 600, widget=words(3, 600, "例如：市生态环境局"))
    asked_on = DayField(label="发函日期")
    days = forms.IntegerField(
        label="回复时限（工作日）",
        min_value=1,
        max_value=60,
        widget=forms.NumberInput({**CONTROL, "inputmode": "numeric"}),
    )

    def __init__(self, *args, bodies, **kwargs):
        self.known = bodies
        super().__init__(*args, **kwargs)

    def prepare(self):
        self.fields["bodies"].choices = [(each, each) for each in self.known]
        if not self.known:
            del self.fields["bodies"]

    def clean(self):
        typed = [line.strip() for line in self.cleaned_data.get("others", "").splitlines()]
        ticked = self.cleaned_data.get("bodies") or []
        names = list(dict.fromkeys(each for each in [*ticked, *typed] if each))
        if not names:
            self.add_error(None, "请勾选或填写要征求意见的单位，没有发出。")
        if len(names) > MOST_BODIES or any(len(each) > 60 for each in names):
            self.add_error(None, f"一次最多 {MOST_BODIES} 个单位，每个名称不超过 60 字，没有发出。")
        self.names = names


class AnswerForm(PaperForm, VersionedForm):
    """What a body answered."""

    answer = forms.ChoiceField(
        label="回复",
        choices=[each for each in Consultation.Answer.choices if each[0] != "none"],
        widget=forms.RadioSelect({"class": "form-check-input"}),
    )
    replied_on = DayField(label="回复日期")
    text = text("回复内容", 2000, widget=words(4, 2000, "有不同意见的必填"))
    file = PaperField("复函（图片或 PDF，可不传）")


class DelegationForm(OnceForm):
    """Who takes the desk, from which day, up to and including which."""

    taker = forms.ModelChoiceField(label="委托给", queryset=None, empty_label="请选择")
    starts_on = DayField(label="开始日期")
    last_on = DayField(label="最后一天")
    reason = text("原因（可不填）", 100)

    def prepare(self):
        field = self.fields["taker"]
        field.queryset = colleagues_of(self.user)
        field.label_from_instance = lambda each: f"{each.region.name} · {each.name}"
