"""What is asked about a notice and about an objection."""

import secrets

from django import forms

from portal.forms.base import DayField, OnceForm, VersionedForm, check_phone
from units.models import Objection


class Files(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; each is examined later, outside of the act."""

    widget = Files({"class": "form-control"})

    def clean(self, data, initial=None):
        return [super(FilesField, self).clean(each, initial) for each in data or [] if each]


class NoticeForm(VersionedForm):
    """The words and dates of a notice."""

    title = forms.CharField(label="标题", max_length=120)
    text = forms.CharField(
        label="正文", max_length=5000, widget=forms.Textarea({"rows": 6, "class": "form-control"})
    )
    starts_on = DayField(label="公示开始")
    days = forms.IntegerField(label="公示天数", min_value=1, max_value=90)
    in_working_days = forms.BooleanField(label="按工作日计算", required=False)
    contact_office = forms.CharField(label="受理部门", max_length=80)
    contact_phone = forms.CharField(label="受理电话", max_length=40, validators=[check_phone])
    contact_email = forms.EmailField(label="电子邮箱", max_length=80, required=False)
    contact_address = forms.CharField(label="通信地址", max_length=120, required=False)


class _ObjectionFields(forms.Form):
    """What anybody may say; the office says besides how it came in."""

    text = forms.CharField(
        label="反映的情况",
        max_length=3000,
        widget=forms.Textarea({"rows": 7, "class": "form-control"}),
        help_text="写明涉及的单位、时间、事实和依据，便于核实。",
    )
    is_anonymous = forms.ChoiceField(
        label="反映方式",
        choices=[("", "署名（为您保密，便于核实和答复）"), ("1", "匿名")],
        required=False,
        widget=forms.RadioSelect({"class": "p-radios"}),
    )
    name = forms.CharField(
        label="姓名", max_length=40, required=False, help_text="署名的填写，匿名的不填。"
    )
    contact = forms.CharField(
        label="联系方式",
        max_length=60,
        required=False,
        help_text="署名的填写：电话或邮箱，只用于核实和答复。",
    )

    def __init__(self, *args, notice, **kwargs):
        super().__init__(*args, **kwargs)
        entries = notice.entries.filter(taken_off_at=None)
        self.fields["entry"] = forms.ModelChoiceField(
            label="涉及的单位",
            queryset=entries,
            required=False,
            empty_label="对整个名单或程序",
            widget=forms.Select({"class": "form-select"}),
        )
        self.fields["entry"].label_from_instance = lambda row: f"{row.position}. {row.unit_name}"
        self.fields["files"] = FilesField(
            label="证明材料",
            required=False,
            help_text="最多 3 个，每个不超过 10 MB：PDF、图片、DOCX、XLSX。匿名反映的不保存文件名和"
            "照片的拍摄信息，文档内容和属性请自行留意。",
        )
        self.order_fields(["entry", "text", "files", "is_anonymous", "name", "contact", "source"])

    def clean_is_anonymous(self):
        return bool(self.cleaned_data["is_anonymous"])

    def clean(self):
        sent = super().clean()
        for name, word in (("name", "姓名"), ("contact", "联系方式")):
            if not sent.get("is_anonymous") and not self.errors.get(name) and not sent.get(name):
                self.add_error(name, f"署名反映请填写{word}；不便署名的可以选择匿名。")
        return sent


class PublicObjectionForm(_ObjectionFields):
    """An objection on the public page; `form_key` makes one of a form sent twice."""

    form_key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = secrets.token_hex(16)
        for name in ("name", "contact"):
            self.fields[name].widget.attrs["class"] = "form-control"

    def clean(self):
        return {**super().clean(), "source": Objection.Source.ONLINE}


class OfficeObjectionForm(_ObjectionFields, OnceForm):
    """An objection that came by phone, letter or visit, entered by the office."""

    source = forms.ChoiceField(
        label="来源",
        choices=[each for each in Objection.Source.choices if each[0] != "online"],
    )


class ConclusionForm(OnceForm):
    """What was found and what is answered."""

    findings = forms.CharField(
        label="调查情况（内部）",
        max_length=5000,
        widget=forms.Textarea({"rows": 5, "class": "form-control"}),
    )
    answer = forms.CharField(
        label="答复（反映人凭查询码可见）",
        max_length=2000,
        widget=forms.Textarea({"rows": 3, "class": "form-control"}),
    )


class FindingForm(ConclusionForm):
    """The same about one objection; where it holds also which unit it strikes."""

    def __init__(self, *args, objection, **kwargs):
        super().__init__(*args, **kwargs)
        entries = objection.notice.entries.filter(taken_off_at=None)
        self.fields["entry"] = forms.ModelChoiceField(
            label="取消的单位（异议成立时）", queryset=entries, required=False,
            initial=objection.entry_id, empty_label="请选择",
            widget=forms.Select({"class": "form-select"}),
        )  # fmt: skip
        self.fields["entry"].label_from_instance = lambda row: f"{row.position}. {row.unit_name}"


class CodeForm(forms.Form):
    """The code under which an objection is found again."""

    code = forms.CharField(
        label="查询码",
        max_length=80,
        widget=forms.TextInput({"class": "form-control", "autocomplete": "off"}),
    )

    def clean_code(self):
        """As it is kept, however it was copied: in groups, with line breaks, in capitals."""
        return "".join(self.cleaned_data["code"].split()).lower()
