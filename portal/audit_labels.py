"""What the acts of the audit log are called where people read them; upper floors add theirs."""

from django.apps import apps

from portal.lifecycle import TABLES
from portal.models import RegionEvent
from portal.words import ACCOUNT_ACTS

LABELS = {
    **ACCOUNT_ACTS,
    **{f"region.{kind}": f"区划{label}" for kind, label in RegionEvent.Kind.choices},
    "newschoice.choose": "设置消息接收方式",
    "region.import": "导入行政区划",
    "region.load_facts": "载入区划资料",
    "region.add_name": "登记区划别名",
    "region.end_name": "停用区划别名",
    "job.cancel": "取消任务",
    "job.retry": "重新开始任务",
    "list.choose_view": "选择列表栏目",
    "list.keep_filter": "保存常用筛选",
    "list.drop_filter": "删除常用筛选",
    "token.make": "生成接口令牌",
    "token.revoke": "作废接口令牌",
    "audit.ask_export": "申请导出审计记录",
    "audit.export": "导出审计记录",
}
VERBS = {"load": "载入", "add": "新增", "edit": "修改", "drop": "删除"}
PAPER = {"document_no": "文号", "note": "说明", "kind": "种类", "effect": "对称号的影响"}
NAMED = {"region_name": "地区", "into_name": "并入单位", "accounts": "账号数"}
CODED = {"state": "状态", "rows": "行数", "on": "日期", "region": "地区", "code": "代码"}
COUNTED = {"created": "新增", "renamed": "更名", "names": "名称数", "marks": "标记数"}
PARTED = {"into": "并入单位", "parts": "分立单位", "part_names": "分立单位"}
WORDS = {**CODED, **PAPER, **NAMED, **COUNTED, **PARTED}


def add(labels, words=None):
    """Name the acts of another floor, and the values its lines tell of."""
    LABELS.update(labels)
    WORDS.update(words or {})


def label_of(action):
    """An act in words; its code where nobody has named it."""
    if action in LABELS:
        return LABELS[action]
    noun, _, verb = action.partition(".")
    model = next((each for each in apps.get_models() if each._meta.model_name == noun), None)
    if model and verb in VERBS:
        return f"{VERBS[verb]}{model._meta.verbose_name}"
    return moves().get(action, action)


def moves():
    """What the moves of the lifecycle tables are called."""
    return {
        f"{table.model._meta.model_name}.{verb}": f"{table.model._meta.verbose_name}{step.label}"
        for table in TABLES
        for verb, step in table.steps.items()
    }


def choices():
    """Acts to choose among, in the order of their words."""
    return sorted({**moves(), **LABELS}.items(), key=lambda pair: pair[1])


def model_of(target_type):
    """The model a line is about; None where there no longer is one."""
    try:
        return apps.get_model(target_type)
    except (LookupError, ValueError):
        return None


def type_label(target_type):
    """What kind of thing a line is about."""
    model = model_of(target_type)
    return model._meta.verbose_name if model else target_type


def key_label(model, key):
    """The name of a value as people know it."""
    return WORDS.get(key) or getattr(_field(model, key), "verbose_name", key)


def value_label(model, key, value):
    """A value as people read it: choices in words, yes and no, lists joined."""
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(value_label(model, key, each) for each in value)
    if isinstance(value, dict):
        return "；".join(f"{k}：{value_label(model, k, v)}" for k, v in value.items())
    known = dict(getattr(_field(model, key), "flatchoices", ()) or ())
    return str(known.get(value, value))


def _field(model, key):
    """The field a line means: some lines tell it by its name, others by its label."""
    fields = model._meta.fields if model else ()
    return next((field for field in fields if key in (field.name, field.verbose_name)), None)


def differences(event):
    """(name, before, after, changed?) of every value a line tells of."""
    model = model_of(event.target_type)
    return [
        (
            key_label(model, key),
            value_label(model, key, event.before.get(key)),
            value_label(model, key, event.after.get(key)),
            key in event.before and key in event.after and event.before[key] != event.after[key],
        )
        for key in _in_order(model, _told({**event.before, **event.after}))
    ]


def _told(keys):
    """Without the numbers of rows whose names are told beside them."""
    return [key for key in keys if f"{key}_name" not in keys]


def _in_order(model, keys):
    """As the model names them, then the rest; PostgreSQL keeps no order of its own."""
    names = [field.name for field in model._meta.fields] if model else []
    return sorted(keys, key=lambda key: (key not in names, key in names and names.index(key), key))


def summary(event):
    """What changed, in a line: 名称：甲 → 乙；…"""
    told = []
    for name, before, after, changed in differences(event):
        told.append(
            f"{name}：{before} → {after}" if changed else f"{name}：{_known(before, after)}"
        )
    return "；".join([*filter(None, [event.note]), *told])


def _known(before, after):
    return after if after != "—" else before
