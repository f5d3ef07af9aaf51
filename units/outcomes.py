"""What a deliberation's outcome is called, and why it was so, in the words of pages and prints."""

from units.models import Application
from units.ranking import Verdict

V, A = Verdict, Application.State
OUT = {
    V.BEYOND: ("未列入", "t-off"),
    V.BELOW: ("未达申报线", "t-off"),
    V.UNSCORED: ("没有得分", "t-due"),
    V.TIED: ("未列入", "t-off"),
}
SINCE = {A.STRUCK: ("取消资格", "t-bad"), A.NAMED: ("已命名", "t-ok")}


def outcome(place, state=None):
    """(words, tone) of one place; `state` is what has become of the application since."""
    if state in SINCE:
        return SINCE[state]
    if place.verdict == V.BARRED:
        return ("一票否决" if place.candidate.vetoed else "单项不达标"), "t-bad"
    if place.chosen is None:
        return "并列待定", "t-due"
    if place.departs:
        return ("调入", "t-doing") if place.chosen else ("不列入", "t-mend")
    return ("拟命名", "t-ok") if place.chosen else OUT[place.verdict]


def because(place, cut):
    """Why one was passed over, as its application keeps it."""
    of = place.candidate
    if place.verdict == V.BARRED:
        return "一票否决，不能入选。" if of.vetoed else "有单项未达到最低要求，不能入选。"
    if place.departure:
        return place.departure.reason
    return {
        V.UNSCORED: "没有验收得分，未入选。",
        V.BELOW: f"总分 {of.total} 分，未达到申报线 {of.apply_line} 分。",
        V.BEYOND: f"总分 {of.total} 分，排第 {place.rank} 名，本批次入选名额 {cut} 家。",
    }.get(place.verdict, "")
