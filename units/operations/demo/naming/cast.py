"""Who acts in the story of the batches, found once; and when."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.errors import Refused
from portal.models import User
from units.models import IssuingBody, RecommendingBody
from units.operations.bodies import edit_issuing_body, edit_recommending_body

BEIJING = ZoneInfo("Asia/Shanghai")
R = User.Role
SIGNERS = {  # code of the department → who signs for it
    "hlbe_xcb": "xuanchuan-qianfa",
    "hlbe_tzb": "tongzhan-qianfa",
    "hlbe_mw": "shi-qianfa",
}
LINE, LINE_OFFICER = "line_organs", "tiaoxian-shenhe"


class Cast:
    """The demonstration's people by what they do; `at` is the present, which nothing passes."""

    zone = BEIJING

    def __init__(self, at):
        self.at = at
        rows = User.objects.filter(is_demo=True).select_related("region")
        self.people = {each.username: each for each in rows}
        if "shi-shenhe" not in self.people:
            raise Refused("还没有演示账号，没有建立演示批次。")
        self.office, self.leader = self.people["shi-shenhe"], self.people["shi-qianfa"]
        officers = [e for e in rows if e.role == R.OFFICER and not e.may_sign]
        self.desks = {each.region_id: each for each in reversed(officers)}
        self.desks[self.office.region_id] = self.office
        self.home = self.office.region

    def named(self, username):
        known = self.people.get(username)
        return known or User.objects.get(username=username)  # made since the story began

    def officer_at(self, desk):
        """Who holds a desk; None where the demonstration has nobody there."""
        return self.people[LINE_OFFICER] if desk.is_line else self.desks.get(desk.region.pk)

    def moment(self, day, hour=9, minute=0):
        """A time of that day in Beijing, never later than now."""
        made = datetime.combine(day, time(hour, minute), BEIJING)
        return min(made, self.at - timedelta(minutes=2))

    def staff_bodies(self):
        """Departments get their signers, the line of the city's offices its officer."""
        act = {"actor": self.leader, "at": self.at}
        for body in IssuingBody.objects.filter(code__in=SIGNERS, signers=None):
            signer = self.people[SIGNERS[body.code]]
            # nobody appoints themselves: the leader is named by another department's
            actor = self.people[SIGNERS["hlbe_xcb"]] if signer == self.leader else self.leader
            told = {"version": body.version, "actor": actor, "at": self.at}
            edit_issuing_body(body, {}, signers=[signer], **told)
        for body in RecommendingBody.objects.filter(code=LINE, members=None):
            members = [self.people[LINE_OFFICER]]
            edit_recommending_body(body, {}, members=members, version=body.version, **act)
