"""A title comes near its end: what is to be done then, who does it, and whom to ask."""

from units.models import Designation, HonourRule, Reverification
from units.models.designation import Status, due_within, status_q
from units.offices import Offices
from units.ruling import Rulings

P = HonourRule.ExpiryPolicy
WAYS = {
    P.REVERIFY: "续期要通过复验，不需要重新申报：由{office}列入复验，单位接到通知再填申请。",
    P.REAPPLY: "不复验，要保持称号须重新申报：{office}启动批次后在“申报”里办理。",
    P.BOTH: "可以等{office}列入复验（会通知单位），也可以在批次启动后重新申报。",
}
ASK = "还没有通知的，请向{office}审核人员询问。"


def what_to_do(policy, office):
    """Whether to wait or to apply anew, who acts first, whom to ask."""
    return (WAYS[P(policy)] + ASK).format(office=office)


def ending_titles(rows, day):
    """Those near their end about which nothing has been begun, the next to end first."""
    near = rows.filter(status_q(Status.DUE, day, due_within()))
    begun = Reverification.objects.filter(state__in=Reverification.OPEN).values("designation")
    near = near.exclude(pk__in=begun).select_related("unit__region", "unit__category", "kind")
    return near.order_by("ends_on", "pk")


def told_of(titles, day):
    """[(title, sentence)] by the rule in force for each."""
    rulings, offices = Rulings(day), Offices()
    return [(e, what_to_do(rulings.of(e).expiry_policy, offices.of(e).name)) for e in titles]


def told_of_one(title, day):
    """The sentence for the page of one title; empty where it is not near, or 复验 is begun."""
    found = told_of(ending_titles(Designation.objects.filter(pk=title.pk), day), day)
    return found[0][1] if found else ""
