"""Bring messages out of the portal: plan, claim, send, settle. Nothing goes out twice.

What is claimed belongs to one sender by conditional update. A server that is away leaves its
messages waiting for a month; one that answers and refuses a message does so for a day and a half.
What has once been sent together is sent together again, so that its key names the same message.
"""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from portal import channels
from portal.audit import record
from portal.models import Delivery, NewsChoice, Notification
from portal.quiet import due_at
from portal.versions import save_versioned

S, Channel = Delivery.State, Delivery.Channel
WAITS = [1, 5, 15, 60, 180, 360, 720, 720]  # minutes till the next attempt
FORGOTTEN = timedelta(minutes=10)  # a sender that has said nothing for so long is gone
PATIENCE = timedelta(days=30)  # with a server that is away, and after an outage of the portal
OFTEN = 60  # minutes at most between attempts at a server that is away
ASKED_FOR = {Channel.EMAIL: "by_email", Channel.GATEWAY: "by_gateway"}
CHOSEN = ["email", "by_email", "by_gateway", "pace", "quiet_from", "quiet_until"]


def choice_of(user, at):
    """How this person wants messages; the default is: in the portal only."""
    return NewsChoice.objects.filter(user=user).first() or NewsChoice(user=user, since=at)


@transaction.atomic
def choose_news(choice, values, *, actor, at, version):
    """Keep how a person wants messages; the address itself stays out of the audit log."""
    for name in CHOSEN:
        setattr(choice, name, values.get(name, getattr(choice, name)))
    if choice.pk:
        save_versioned(choice, version=version, fields=CHOSEN)
    else:
        choice.save()
    told = {"by_email": choice.by_email, "by_gateway": choice.by_gateway, "pace": choice.pace}
    record(actor=actor, action="newschoice.choose", target=choice, at=at, after=told)
    return choice


def plan(at):
    """Put every message that somebody wants elsewhere on its way, once; says how many."""
    return sum(_plan(channel, at) for channel in channels.configured())


@transaction.atomic
def _plan(channel, at):
    wanted = NewsChoice.objects.filter(**{ASKED_FOR[channel]: True}, user__is_active=True)
    choices = {choice.user_id: choice for choice in wanted}
    recent = Notification.objects.filter(created_at__gt=at - PATIENCE, user__in=choices)
    planned = Delivery.objects.filter(channel=channel).values("notification")
    rows = [
        Delivery(notification=each, channel=channel, due_at=_due(choices[each.user_id], at))
        for each in recent.exclude(pk__in=planned).order_by("pk")[:5000]
        if each.created_at >= choices[each.user_id].since
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)


def _due(choice, at):
    return due_at(at, daily=choice.pace == NewsChoice.Pace.DAILY, **_quiet(choice))


def _quiet(choice):
    return {"quiet_from": choice.quiet_from, "quiet_until": choice.quiet_until}


def something_due(at):
    """Is there anything to be sent, or to be given up?"""
    silent = Q(state=S.SENDING, claimed_at__lt=at - FORGOTTEN)
    return Delivery.objects.filter(Q(state=S.WAITING, due_at__lte=at) | silent).exists()


def give_up_silent(at):
    """Mail whose sender fell silent may have left: it is not sent again, and says so.

    A gateway call may be repeated, for its key makes the second one harmless.
    """
    silent = Delivery.objects.filter(state=S.SENDING, claimed_at__lt=at - FORGOTTEN)
    words = "发送途中中断，无法确认是否送达，请到平台消息中查看。"
    silent.filter(channel=Channel.EMAIL).update(state=S.UNSURE, error=words)
    silent.filter(channel=Channel.GATEWAY).update(state=S.WAITING, due_at=at)


def due_groups(at):
    """{(channel, user id, bundle): ids of what is due}, one group a mail or call."""
    groups = defaultdict(list)
    due = Delivery.objects.filter(
        state=S.WAITING, due_at__lte=at, channel__in=channels.configured()
    )
    rows = due.order_by("pk").values_list("channel", "notification__user_id", "bundle", "pk")
    for channel, user_id, bundle, pk in rows[:5000]:
        groups[channel, user_id, bundle].append(pk)
    return groups


def send_group(channel, user_id, ids, at):
    """Claim, send and settle one person's messages on one channel; says how many went out."""
    choice = NewsChoice.objects.select_related("user").filter(user=user_id).first()
    if choice is not None and _put_off(choice, ids, at):
        return 0
    mine = _claim(ids, at)
    if not mine:
        return 0
    if choice is None or not getattr(choice, ASKED_FOR[channel]) or not choice.user.is_active:
        _rows(mine).update(state=S.DROPPED, error="已不再接收。")
        return 0
    outcome = channels.send(channel, mine, choice.user, choice)
    _settle(mine, outcome, choice, at)
    return len(mine) if outcome.state == S.SENT else 0


def _put_off(choice, ids, at):
    """A message that is late, or comes again, keeps out of the quiet hours too."""
    moment = due_at(at, daily=False, **_quiet(choice))
    if moment <= at:
        return False
    Delivery.objects.filter(pk__in=ids, state=S.WAITING).update(due_at=moment)
    return True


def _claim(ids, at):
    """Those of the ids that were still waiting and are now this sender's alone."""
    with transaction.atomic():
        rows = Delivery.objects.select_for_update().filter(pk__in=ids, state=S.WAITING)
        mine = list(rows.select_related("notification").order_by("pk"))
        bundle = mine[0].bundle or mine[0].code if mine else ""
        _rows(mine).update(state=S.SENDING, claimed_at=at, bundle=bundle)
    for each in mine:
        each.claimed_at, each.bundle = at, bundle
    return mine


def _settle(mine, outcome, choice, at):
    if outcome.state == S.SENT:
        _rows(mine).update(state=S.SENT, sent_at=at, error="")
    elif outcome.state == S.UNSURE:
        _rows(mine).update(state=S.UNSURE, error=outcome.error)
    else:
        for each in mine:
            _postpone(each, outcome, choice, at)


def _postpone(each, outcome, choice, at):
    each.attempts += 1
    wait = WAITS[min(each.attempts, len(WAITS)) - 1]
    over = each.attempts > len(WAITS)
    if outcome.is_away:
        wait, over = min(wait, OFTEN), each.notification.created_at < at - PATIENCE
    each.state = S.FAILED if over else S.WAITING
    each.due_at = due_at(at + timedelta(minutes=wait), daily=False, **_quiet(choice))
    each.error = outcome.error
    each.save(update_fields=["attempts", "state", "due_at", "error"])


def _rows(deliveries):
    return Delivery.objects.filter(pk__in=[each.pk for each in deliveries])
