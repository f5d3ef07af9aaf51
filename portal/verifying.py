"""Walks the whole audit log and says where it stopped being what was written."""

from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count, Max
from django.utils.timezone import localtime

from portal import guards
from portal.audit import mac_of
from portal.models import AuditEvent, AuditHead
from portal.sealing import head_mac, kept_outside, link

CHUNK = 2000


@dataclass
class Verdict:
    """What was found; no faults means every line is as it was written."""

    sealed: int = 0
    unsealed: int = 0
    chain: str = ""
    faults: list = field(default_factory=list)


def verify(known=()):
    """Check guards, sealed lines, the end of the chain, and lines not yet sealed.

    `known` are ends of the chain noted elsewhere, (seq, chain): the log must run through them.
    Nothing is locked: what is sealed meanwhile is walked in a further round.
    """
    verdict = Verdict()
    _check_guards(verdict)
    outside = kept_outside()
    points = dict(known) | (dict([outside]) if outside else {})
    fault = _walk_sealed(verdict, points) or _beyond(verdict, points)
    if fault:
        verdict.faults.append(fault)
    if outside is False:
        verdict.faults.append("数据目录中的链尾文件 audit-head.json 被改动过。")
    _walk_unsealed(verdict)
    return verdict


def _check_guards(verdict):
    names = guards.missing(connection)
    if names:
        verdict.faults.append(
            f"数据库中缺少防改动触发器（{'、'.join(names)}），请运行 manage.py migrate 重新安装。"
        )


def _walk_sealed(verdict, points):
    """Follow the chain to its signed end; the first fault, or nothing."""
    while True:
        head = AuditHead.objects.filter(pk=AuditHead.ONLY).first() or AuditHead()
        if head.seq and head.mac != head_mac(head.seq, head.chain):
            return "链尾记录被改动过。"
        fault = _walk_to(head.seq, verdict, points)
        if fault:
            return fault
        if (head.seq, head.chain) != (verdict.sealed, verdict.chain):
            return _cut(verdict.sealed, head.seq)
        if not AuditEvent.objects.filter(seq__gt=head.seq).exists():
            return ""
        if not AuditHead.objects.filter(seq__gt=head.seq).exists():
            return f"第 {head.seq + 1} 条起不在链尾之内：插入过记录，或链尾被清空、换回过。"


def _walk_to(end, verdict, points):
    """Lines after those already walked, up to number `end`; the first fault, or nothing."""
    lines = AuditEvent.objects.filter(seq__gt=verdict.sealed, seq__lte=end).order_by("seq", "pk")
    for event in lines.iterator(chunk_size=CHUNK):
        fault = _fault_of(event, verdict.sealed + 1, verdict.chain, points)
        if fault:
            return fault
        verdict.sealed, verdict.chain = event.seq, event.chain
    return ""


def _fault_of(event, place, chain, points):
    if event.seq != place:
        return _out_of_place(event, place)
    if mac_of(event) != event.mac:
        return f"第 {place} 条（{describe(event)}）的内容被改动过，与写入时不符。"
    if link(chain, event.pk, event.mac) != event.chain:
        return f"第 {place} 条（{describe(event)}）不是原来在这个位置的记录：调换、插入或替换过。"
    if points.get(place, event.chain) != event.chain:
        return f"第 {place} 条（{describe(event)}）与另存的链尾不符：之前的记录整体被替换过。"
    return ""


def _out_of_place(event, place):
    if event.seq > place:
        return f"第 {place} 条缺失，其后是第 {event.seq} 条（{describe(event)}）：记录被删除过。"
    return f"第 {event.seq} 条（{describe(event)}）的序号重复：插入过记录。"


def describe(event):
    """编号 12，2026-11-22 17:30:05，unit.rename"""
    return f"编号 {event.pk}，{localtime(event.at):%Y-%m-%d %H:%M:%S}，{event.action}"


def _cut(found, expected):
    if found == expected:
        return f"第 {found} 条与签过名的链尾不符：链尾或末尾的记录被换过。"
    return f"第 {found + 1} 条起缺失，直到第 {expected} 条：末尾的记录被删除过。"


def _beyond(verdict, points):
    """The log may not end before an end that was noted elsewhere."""
    last = max(points, default=0)
    if last <= verdict.sealed:
        return ""
    return (
        f"{_cut(verdict.sealed, last)}若是重新建库或从备份恢复，"
        "核对备份的时间后删除数据目录中的 audit-head.json。"
    )


def _walk_unsealed(verdict):
    """Lines of the last seconds: each genuine, none a copy, none gone."""
    for event in AuditEvent.objects.filter(seq=None).order_by("pk").iterator(chunk_size=CHUNK):
        verdict.unsealed += 1
        if mac_of(event) != event.mac or event.chain:
            verdict.faults.append(
                f"尚未封存的一条（{describe(event)}）被改动过，或不是门户写入的。"
            )
            return
    _check_copies(verdict)
    if connection.vendor == "sqlite":
        _check_gaps(verdict)


def _check_copies(verdict):
    twice = AuditEvent.objects.order_by().values("mac").annotate(n=Count("pk"), last=Max("pk"))
    copy = twice.filter(n__gt=1).order_by("last").first()
    if copy:
        verdict.faults.append(f"编号 {copy['last']} 的记录是另一条的复制：插入过记录。")


def _check_gaps(verdict):
    """SQLite gives out keys without gaps, so one that is gone was deleted before being sealed."""
    sealed = AuditEvent.objects.exclude(seq=None).aggregate(last=Max("pk"))["last"] or 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [guards.LOG])
        given = (cursor.fetchone() or [0])[0]
    there = set(AuditEvent.objects.filter(pk__gt=sealed).values_list("pk", flat=True))
    gone = next((key for key in range(sealed + 1, given + 1) if key not in there), None)
    if gone:
        verdict.faults.append(f"编号 {gone} 的记录缺失：封存前被删除过。")
