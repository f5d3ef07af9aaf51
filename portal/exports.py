"""Columns of the ground floor's own lists, for page and workbook."""

from django.urls import reverse
from django.utils.timezone import localtime

from portal import audit_labels
from portal.lists import Column


def second(event):
    """When, to the second: acts of one minute are told apart."""
    return f"{localtime(event.at):%Y-%m-%d %H:%M:%S}"


def address_of(event):
    return reverse("portal:audit-event", args=[event.pk])


AUDIT_PAGE = (
    Column(
        "action",
        "动作",
        lambda event: audit_labels.label_of(event.action),
        css="first",
        url=address_of,
    ),
    Column("target", "对象", lambda event: event.target_label, width=30, css="p-audittarget"),
    Column("actor", "操作人", lambda event: event.actor_label, width=24),
    Column("summary", "内容", audit_labels.summary, width=48, css="p-auditwords hide-phone"),
    Column("address", "来源地址", lambda event: event.address, css="num-left hide-phone hide-mid"),
    Column("at", "时间", second, css="num", width=20, sort="at"),
)
AUDIT_SHEET = (
    Column("seq", "序号", lambda event: event.seq, "number"),
    Column("at", "时间", lambda event: event.at, "moment", width=18),
    Column("actor", "操作人", lambda event: event.actor_label),
    Column("action", "动作", lambda event: audit_labels.label_of(event.action)),
    Column("type", "对象类型", lambda event: audit_labels.type_label(event.target_type)),
    Column("target", "对象", lambda event: event.target_label),
    Column("summary", "内容", audit_labels.summary),
    Column("address", "来源地址", lambda event: event.address),
    Column("id", "编号", lambda event: event.pk, "number"),
    Column("chain", "封存码", lambda event: event.chain),
)
