"""A filter in words, as it stands above an exported table and in the audit."""

from units.filters import EXPIRING, ON_BOOKS

LABELS = {"q": "查找", "year": "命名年份"}


def filter_words(filterset):
    """类别：社区；级别：盟市级、旗县级 …, or that there is no condition."""
    if filterset.errors:
        return "条件有误"
    asked = filterset.form.cleaned_data if filterset.is_bound else {}
    told = [_told(filterset.form, name, value) for name, value in asked.items() if value]
    return "；".join(told) or "全部"


def _told(form, name, value):
    label = LABELS.get(name) or form.fields[name].label
    return f"{label}：{_words(form, name, value)}"


def _words(form, name, value):
    choices = dict(getattr(form.fields[name], "choices", ()) or ())
    if name in ("expiring", "books"):
        return dict(EXPIRING + ON_BOOKS).get(value, value)
    if isinstance(value, list):
        return "、".join(str(choices.get(each, each)) for each in value)
    return str(value)
