"""代办委托: an officer on leave hands the desk to a colleague for some days, and takes it back."""

from django.db import transaction
from django.utils import timezone

from portal.audit import record
from portal.errors import Refused
from portal.models import User
from portal.operations.notifications import notify
from units.holdings import colleagues_of
from units.models import Delegation
from units.rules import last_day

LONGEST = 180  # days
NOT_HANDED = "没有委托。"
PAGE = "/units/desk/delegations/"


@transaction.atomic
def hand_over_desk(giver, *, to, starts_on, ends_on, reason, actor, at):
    """From `starts_on` up to `ends_on`, not included, `to` holds the giver's desk as well."""
    User.objects.select_for_update().get(pk=giver.pk)  # two at once would both find it free
    _refuse(giver, to, starts_on, ends_on, actor, at)
    made = Delegation.objects.create(
        giver=giver,
        taker=to,
        region=giver.region,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
        created_at=at,
    )
    told = {"taker": to.name, "starts_on": starts_on, "ends_on": ends_on}
    record(actor=actor, action="delegation.add", target=made, at=at, after=told, note=reason)
    text = f"{giver.name}把经办的申报审核委托您代办，{starts_on} 至 {last_day(ends_on)}。"
    notify(to, text, url=PAGE, at=at)
    return made


def _refuse(giver, to, starts_on, ends_on, actor, at):
    if giver.pk != actor.pk or giver.role != User.Role.OFFICER:
        raise Refused(f"只能委托自己经办的审核，{NOT_HANDED}")
    if not colleagues_of(giver).filter(pk=to.pk).exists():
        raise Refused(f"只能委托本地区或上一级地区的审核人员，签发人员除外，{NOT_HANDED}")
    if starts_on < timezone.localdate(at) or ends_on <= starts_on:
        raise Refused(f"委托从今天或以后开始，最后一天不能早于开始日期，{NOT_HANDED}")
    if (ends_on - starts_on).days > LONGEST:
        raise Refused(f"一次委托最长 {LONGEST} 天，{NOT_HANDED}")
    others = Delegation.objects.filter(giver=giver, ended_at=None)
    other = others.filter(starts_on__lt=ends_on, ends_on__gt=starts_on).first()
    if other:
        raise Refused(
            f"{other.starts_on} 至 {last_day(other.ends_on)} 已委托{other.taker.name}，"
            f"时间重叠，{NOT_HANDED}请先收回原委托。"
        )


@transaction.atomic
def end_delegation(delegation, *, actor, at):
    """Take the desk back early, or give it back: either of the two may."""
    if actor.pk not in (delegation.giver_id, delegation.taker_id):
        raise Refused("只有委托人和受托人可以收回委托，没有改动。")
    running = Delegation.objects.filter(pk=delegation.pk, ended_at=None)
    running = running.filter(ends_on__gt=timezone.localdate(at))
    if not running.update(ended_at=at):
        raise Refused("这项委托已经结束，没有改动。")
    delegation.ended_at = at
    record(actor=actor, action="delegation.end", target=delegation, at=at)
    giver, taker = delegation.giver, delegation.taker
    other = taker if actor.pk == giver.pk else giver
    text = f"{giver.name}委托{taker.name}代办的申报审核，已由{actor.name}提前收回。"
    notify(other, text, url=PAGE, at=at)
