"""推荐审批表: what the form to be stamped says, whatever it is printed as."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from portal.times import day_words
from units.contents import content_of
from units.desks import route_of
from units.models import LEVEL_ORDER, Application, Designation, Level, Opinion
from units.rules import batch_words, last_day
from units.submissions import submissions_of

K = Opinion.Kind
NOUN = "推荐审批表"
NOUNS = ("推荐意见", "审核意见", "审定意见", "意见", "")
BLANK_DAY = "　　年　　月　　日"
STATEMENT = (
    "本单位承诺：所填内容和所附材料真实、准确；近两年内没有发生违反党的民族政策、"
    "影响民族团结的事件；如有不实，愿意承担相应责任。"
)


@dataclass(frozen=True)
class Block:
    """Where one office writes its opinion, stamps and dates it."""

    title: str
    text: str = ""
    day: date | None = None
    signers: tuple = ()

    @property
    def noun(self):
        """What kind of opinion it is: kept on one line."""
        return next(each for each in NOUNS if self.title.endswith(each))

    @property
    def whose(self):
        """The title before its noun."""
        return self.title.removesuffix(self.noun)

    @property
    def day_words(self):
        return day_words(self.day) if self.day else BLANK_DAY


@dataclass(frozen=True)
class ApprovalForm:
    """The whole form: rows of (label, value) pairs, the deeds, the blocks."""

    heading: str
    rows: list
    summary: str
    deeds: str
    blocks: list
    receipt_no: str
    is_draft: bool

    @property
    def paragraphs(self):
        """The deeds as they were parted."""
        return [each.strip() for each in self.deeds.splitlines() if each.strip()]

    @property
    def title(self):
        return f"{self.heading}{NOUN}"

    @property
    def file_name(self):
        return f"{self.title}（{self.rows[0][0][1]}）"


def approval_form(application, *, draft, on):
    """The form of an application as it was handed in last; of a draft, as it stands."""
    made = submissions_of(application)
    content = content_of(application) if draft or not made else made[0].content
    day = timezone.localdate(made[0].submitted_at) if made and not draft else None
    batch = application.batch
    return ApprovalForm(
        heading=batch_words(batch, reach=batch.region.name),
        rows=_rows(application, content, day, on),
        summary=content["summary"],
        deeds=content["deeds"],
        blocks=_blocks(application),
        receipt_no=made[0].receipt_no if made and not draft else "",
        is_draft=draft or not made,
    )


def is_draft(application):
    """Does it print what nobody has handed in yet?"""
    return application.state in Application.OPEN


def _rows(application, content, day, on):
    post = f"（{content['contact_post']}）" if content["contact_post"] else ""
    batch = application.batch
    return [
        [("单位全称", content["unit_name"])],
        [("信用代码", content["credit_code"] or "无"), ("申报类别", content["category"])],
        [("单位性质", content["nature"]), ("单位级别", content["rank_name"] or "无")],
        [("推荐单位", content["body"]), ("表彰层次", batch.get_level_display())],
        [("职工（户）总数", str(content["staff_count"])), ("所在地区", content["region"])],
        [("地　　址", content["address"])],
        [("联 系 人", f"{content['contact_name']}{post}"), ("电　　话", content["contact_phone"])],
        [("现有最高称号", _highest(application, on)), ("填报日期", day_words(day) if day else "")],
    ]


def _highest(application, on):
    """The title in force of the highest level, with its last day."""
    family = application.batch.kind.family
    held = Designation.objects.filter(unit=application.unit, kind__family=family).in_force(on)
    best = min(held, key=lambda each: LEVEL_ORDER[each.level], default=None)
    if best is None:
        return "无"
    until = f"（有效期至 {last_day(best.ends_on)}）" if best.ends_on else ""
    return f"{Level(best.level).label}{until}"


def _blocks(application):
    """The unit's own, one for each desk below the naming region's, the route's, the issuers'."""
    said = _said_since(application)
    below = route_of(application)[:-1]
    blocks = [Block("申报单位意见")]
    blocks += [_of_desk(application, desk, said, desk == below[-1]) for desk in below]
    blocks += [_of_step(step, said) for step in application.rule.approval_route]
    issuers = tuple(each.body.name for each in application.batch.issuers.select_related("body"))
    return [*blocks, Block("命名机关审定意见", signers=issuers)]


def _said_since(application):
    """The opinions on what was handed in last."""
    if application.submitted_at is None:
        return []
    return list(application.opinions.filter(given_at__gte=application.submitted_at))


def _of_desk(application, desk, said, recommends):
    noun = "推荐意见" if recommends else "审核意见"
    own = [
        each
        for each in said
        if each.region_id == desk.region.pk and each.kind in (K.FORWARD, K.RECOMMEND)
    ]
    return _filled(f"{desk.holder(application)}{noun}", own)


def _of_step(step, said):
    own = [each for each in said if each.kind == K.APPROVAL and each.step == step]
    return _filled(f"{step}意见", own)


def _filled(title, own):
    last = max(own, key=lambda each: (each.given_at, each.pk), default=None)
    if last is None:
        return Block(title)
    return Block(title, last.text or last.get_kind_display(), timezone.localdate(last.given_at))
