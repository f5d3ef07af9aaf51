"""From the ranking to the titles: deliberation, signatures, notice, objections, decision."""

from datetime import timedelta

from portal.calendar import Calendar
from portal.operations.demo import add_demo_clerks
from units.deliberating import Docket
from units.models import Application, Batch, BatchStage, Objection, PublicNotice
from units.operations import decisions, deliberations, notices, objections
from units.operations.demo.naming import words
from units.operations.running_batches import close_due_stages
from units.ranking import Verdict
from units.rules import batch_words

K = BatchStage.Kind
OFFICE = "呼伦贝尔市民族事务委员会（示例）"
LINES = {  # what the public wrote, what was found, what it was answered
    "upheld": (
        "示例：该单位申报材料所列的结对共建活动没有开展过，请核实。",
        "示例：经查阅台账、走访结对单位，反映的活动确未开展，材料失实。",
        "示例：经调查，反映情况属实，取消该单位拟命名资格。",
    ),
    "dismissed": (
        "示例：听说该单位去年有工作人员受过处分，是否符合条件？",
        "示例：经向主管部门核实，所反映的情况与事实不符。",
        "示例：经调查，反映的情况不属实，该单位保留在拟命名名单中。感谢您的监督。",
    ),
    "open": (
        "示例：该单位的宣传栏长期没有更新，教育基地平时也不开放，希望核实后再定。",
        "",
        "",
    ),
}


class Deciding:
    """One batch from the scores on, as far as its timetable has come."""

    def __init__(self, cast, batch, on):
        self.cast, self.batch, self.on = cast, batch, on
        self.decided_on = None
        self.stages = {each.kind: each for each in batch.stages.all()}

    def go_on(self):
        """Say where it has come to."""
        self._close_stages(K.DELIBERATING)
        self.deliberate(signatures=3 if self._begun(K.NOTICE) else 2)
        if not self._begun(K.NOTICE):
            return "会签"
        is_over = self.stages[K.DECIDING].is_over(self.cast.at)
        self._give_clerk("tianbao-mingming" if is_over else "tianbao-gongshi")
        notice = self.publish()
        if not is_over:
            self.object("open", notice, self._some(notice)[0], named=True)
            return "公示"
        self._settle_objections(notice)
        self.decide(notice)
        return "命名"

    def _begun(self, kind):
        return self._day(kind) <= self.on

    def _day(self, kind):
        return self.stages[kind].starts_at.astimezone(self.cast.zone).date()

    def _close_stages(self, kind):
        """The clock's own entries up to the beginning of a stage."""
        close_due_stages(min(self.stages[kind].starts_at, self.cast.at))

    def deliberate(self, *, signatures):
        """The meeting, one unit pulled in for another, and the departments' yes."""
        day = self._day(K.DELIBERATING)
        held_on = Calendar.load().next_working(day + timedelta(days=1))
        held_on = min(held_on, self.on)
        at, act = self.cast.moment, {"actor": self.cast.office}
        minutes = {
            "held_on": held_on,
            "place": "市民委会议室（示例）",
            "attended": "市委宣传部、市委统战部、市民委（示例）",
            "minutes": words.MINUTES.format(batch=self.batch.name),
        }
        deliberations.keep_minutes(self.batch, minutes, version=0, at=at(held_on, 15), **act)
        self._depart(at(held_on, 15, 30))
        deliberations.present(self.batch, actor=self.cast.leader, at=at(held_on, 16))
        names = ("shi-qianfa", "tongzhan-qianfa", "xuanchuan-qianfa")
        for number, name in enumerate(names[:signatures]):
            signer = self.cast.named(name)
            later = min(held_on + timedelta(days=number), self.on)
            self._sign(signer, at(later, 17, number))

    def _sign(self, signer, at):
        body = signer.signs_for.first()
        digest = Docket(self.batch).digest
        deliberations.sign_list(self.batch, body, digest=digest, note="同意。", actor=signer, at=at)

    def _depart(self, at):
        """Ties at the line are decided; then the first below comes in for the last above."""
        ranking = Docket(self.batch).ranking
        room = ranking.places_for_ties
        for number, place in enumerate(ranking.undecided):
            chosen = number < room
            reason = words.TIE_IN if chosen else words.TIE_OUT
            self._choose(place, chosen, reason, at)
        last = next(iter(reversed(ranking.of(Verdict.IN))), None)
        if last and ranking.first_below and not ranking.undecided:
            self._choose(ranking.first_below, True, words.PULL_IN, at)
            self._choose(last, False, words.PUSH_OUT, at)

    def _choose(self, place, chosen, reason, at):
        application = Application.objects.select_related("unit").get(pk=place.pk)
        told = {"chosen": chosen, "reason": reason, "actor": self.cast.office, "at": at}
        deliberations.choose(self.batch, application, **told)

    def _give_clerk(self, username):
        """One of the units on the list gets somebody who can sign in and look."""
        rows = self.batch.applications.filter(state=Application.State.PROPOSED)
        first = rows.select_related("unit__region").order_by("pk").first()
        add_demo_clerks({username: first.unit}, at=self.cast.at)

    def publish(self):
        """The notice, published on the first day of its stage."""
        starts_on = self._day(K.NOTICE)
        values = notices.initial_notice(self.batch, starts_on) | {
            "title": f"关于{batch_words(self.batch)}拟命名名单的公示",
            "starts_on": starts_on,
            "contact_office": OFFICE,
            "contact_phone": "0470-0000000",
            "contact_email": "",
            "contact_address": "呼伦贝尔市海拉尔区示例路 1 号",
        }
        eve = self.cast.moment(starts_on - timedelta(days=1), 16)
        made = notices.draft_notice(self.batch, values, actor=self.cast.office, at=eve)
        act = {"actor": self.cast.leader, "at": self.cast.moment(starts_on, 8, 30)}
        return notices.publish_notice(made, **act)

    def _some(self, notice):
        """Lines of the list about which somebody has something to say: of clerks' units first."""
        rows = notice.entries.select_related("application__unit")
        shown = rows.filter(application__unit__clerks__username="tianbao-gongshi")
        return [*shown, *rows.exclude(application__unit__clerks__username="tianbao-mingming")]

    def object(self, key, notice, entry, *, named=False):
        """An objection by somebody of the public."""
        values = {
            "entry": entry,
            "source": Objection.Source.ONLINE,
            "is_anonymous": not named,
            "name": "示例群众" if named else "",
            "contact": "0470-0000000" if named else "",
            "text": LINES[key][0],
        }
        day = min(notice.starts_on + timedelta(days=2), self.on)
        return objections.file_objection(notice, values, at=self.cast.moment(day, 10, 20))

    def _settle_objections(self, notice):
        """One holds and takes a unit off the list, one does not."""
        entries = self._some(notice)
        for key, entry in zip(("upheld", "dismissed"), entries, strict=False):
            made = self.object(key, notice, entry, named=key == "dismissed")
            self._handle(made, key, entry)

    def _handle(self, made, key, entry):
        act = {"actor": self.cast.leader}
        day = made.received_at.astimezone(self.cast.zone).date()
        next_day = self.cast.moment(day + timedelta(days=1), 9)
        made = objections.handle_objection(made, at=next_day, **act)
        _, findings, answer = LINES[key]
        told = {
            "findings": findings,
            "answer": answer,
            "at": self.cast.moment(day + timedelta(4), 11),
        }
        if key == "upheld":
            objections.uphold_objection(made, entry=entry, **told, **act)
        else:
            objections.dismiss_objection(made, **told, **act)

    def decide(self, notice):
        """The notice is closed and the decision takes effect."""
        close_on = notice.ends_on + timedelta(days=1)
        notice = PublicNotice.objects.get(pk=notice.pk)
        closing = self.cast.moment(close_on, 9)
        notices.close_notice(notice, actor=self.cast.leader, at=closing)
        decided_on = Calendar.load().next_working(close_on + timedelta(days=5))
        self.decided_on = decided_on
        values = {
            "title": f"关于命名{batch_words(self.batch)}的决定",
            "document_no": f"呼民委发〔{decided_on.year}〕示例{self.batch.number}号",
            "decided_on": decided_on,
            "text": "经申报推荐、测评验收、审定和公示，决定命名下列单位，有效期五年。希望被命名的"
            "单位珍惜荣誉，再接再厉。",
        }
        batch = Batch.objects.get(pk=self.batch.pk)
        self._close_stages(K.DECIDING)
        office, leader = self.cast.office, self.cast.leader
        made = decisions.draft_decision(
            batch, values, actor=office, at=self.cast.moment(decided_on, 9)
        )
        decisions.apply_decision(made, actor=leader, at=self.cast.moment(decided_on, 16))
