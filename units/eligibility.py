"""May this unit apply in this batch? Told in sentences, before a word is typed. Nothing writes."""

from dataclasses import dataclass, field

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from portal.times import day_words
from units.models import (
    Application,
    Batch,
    BatchStage,
    Category,
    Designation,
    HonourRule,
    Level,
    Rectification,
)
from units.recommenders import bodies_open_to, categories_of
from units.rules import is_demonstration, last_day
from units.stages import Timetable

LAW = "按《内蒙古自治区促进民族团结进步条例》第六十八条，整改期间不得参加评选"
S, P = Designation.State, HonourRule.ExpiryPolicy


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: is it in order, in a sentence, and where to read on."""

    ok: bool
    text: str
    url: str = ""


@dataclass
class Past:
    """What the register knows of one unit, as far as an application depends on it."""

    unit: object
    titles: list = field(default_factory=list)
    rectifications: list = field(default_factory=list)
    applications: list = field(default_factory=list)

    @classmethod
    def of(cls, unit, but=None):
        """That of one unit; without one application, where that is what is asked about."""
        found = cls.of_all([unit])[unit.pk]
        found.applications = [each for each in found.applications if each != but]
        return found

    @classmethod
    def of_all(cls, units):
        """{unit key: its past}; three queries whatever their number."""
        found = {unit.pk: cls(unit) for unit in units}
        titles = Designation.objects.standing().filter(unit__in=found)
        for each in titles.select_related("kind", "exit_case"):
            found[each.unit_id].titles.append(each)
        open_ones = Rectification.objects.blocking().filter(designation__unit__in=found)
        for each in open_ones.select_related("designation"):
            found[each.designation.unit_id].rectifications.append(each)
        for each in Application.objects.filter(unit__in=found).exclude(state="withdrawn"):
            found[each.unit_id].applications.append(each)
        return found

    def held(self, level, family, on):
        """The titles of that level in force on that day."""
        return [each for each in self._of(level, family) if is_in_force(each, on)]

    def held_since(self, level, family, on):
        """From when the level has been held without a gap; None where no day is known."""
        known = [each.starts_on for each in self.held(level, family, on) if each.starts_on]
        since = min(known, default=None)
        earlier = [each for each in self._of(level, family) if each.state not in BROKEN]
        for each in sorted(earlier, key=lambda one: str(one.ends_on), reverse=True):
            touches = since and each.starts_on and each.ends_on and each.ends_on >= since
            since = min(since, each.starts_on) if touches else since
        return since

    def _of(self, level, family):
        return [each for each in self.titles if (each.level, each.kind.family) == (level, family)]


BROKEN = (S.REVOKED, S.WITHDRAWN)  # what was held before counts no longer


def is_in_force(title, on):
    """Does its term cover the day, and has nothing ended it?"""
    begun = title.starts_on is None or title.starts_on <= on
    return title.state in Designation.HOLDING and begun and not is_over(title, on)


def is_over(title, on):
    return title.ends_on is not None and title.ends_on <= on


def obstacles(unit, batch, category, on):
    """Sentences why the unit may not apply in the batch on that day; empty where it may."""
    rule = rule_of(batch, category, on)
    return [each.text for each in findings(Past.of(unit), batch, rule, category, on) if not each.ok]


def why_not_now(batch, at):
    """A sentence why nobody may begin an application now; empty where one may."""
    if batch.state != Batch.State.OPEN:
        return f"“{batch}”{batch.get_state_display()}，现在不能申报。"
    return Timetable.of(batch, at).why_not(BatchStage.Kind.APPLYING)


def rule_of(batch, category, on):
    """The rule under which this category is judged: its own as of the day on which the batch
    opened, or else the batch's, whatever was entered since."""
    found = HonourRule.objects.for_case(
        batch.level, kind=batch.kind, category=category, region=batch.region, on=day_of(batch, on)
    )
    return _own_or_whole(found, batch)


def _own_or_whole(found, batch):
    own = found is not None and found.category_id is not None
    return found if own else batch.rule or found


def day_of(batch, on):
    """The day whose rules hold for a whole batch, whatever is in force later."""
    stage = Timetable.of(batch, None)[BatchStage.Kind.APPLYING]
    return timezone.localdate(stage.starts_at) if stage else on


class RuleBook:
    """All rules read at once, for pages that ask about several batches."""

    def __init__(self):
        rows = HonourRule.objects.select_related("regulation__region")
        self.rows = list(rows.prefetch_related("exempt_categories"))

    def rule_of(self, batch, category, on):
        """As `rule_of`."""
        return _own_or_whole(self.in_case(batch, category, day_of(batch, on)), batch)

    def in_case(self, case, category, day):
        """The nearest rule of that day for a `case` with level, kind and region; or None."""
        fitting = [each for each in self.rows if fits(each, case, category, day)]
        return max(fitting, key=_nearness, default=None)


def fits(rule, batch, category, day):
    """Does a rule speak of this category in this batch, on that day?"""
    whole, inside = rule.regulation, batch.region.ancestor_ids()
    return (
        rule.level == batch.level
        and (
            rule.kind_id == batch.kind_id or (rule.kind_id is None and is_demonstration(batch.kind))
        )
        and rule.category_id in (None, category.pk)
        and (whole.region_id is None or whole.region_id in inside)
        and (rule.starts_on or whole.starts_on) <= day
        and whole.starts_on <= day
        and (rule.ends_on is None or rule.ends_on > day)
        and (whole.ends_on is None or whole.ends_on > day)
    )


def _nearness(rule):
    """The nearest region's first, then the most specific, then the newest."""
    whole = rule.regulation
    return (
        whole.region.path if whole.region_id else "",
        rule.category_id is not None,
        rule.kind_id is not None,
        whole.starts_on,
        str(rule.starts_on or ""),
        rule.pk,
    )


def asked_categories(batch, bodies, categories=None):
    """The categories in which at least one of these bodies has places."""
    if categories is None:
        categories = list(Category.objects.filter(is_active=True))
    offered = [categories_of(batch, each) for each in bodies]
    if None in offered:
        return categories
    asked = set().union(*offered)
    return [each for each in categories if each.pk in asked]


def findings(past, batch, rule, category, on, *, bodies=None, categories=None):
    """Everything that was looked at, in the order people ask.

    `bodies` are those through which the unit may go, or the one it has chosen.
    """
    bodies = bodies_open_to(past.unit, batch) if bodies is None else bodies
    own = list(_unit(past.unit, batch, on))
    return [
        *own,
        *_once(past, batch),
        *(_places(batch, category, bodies, categories) if own[0].ok else ()),
        *_prerequisite(past, batch, rule, category, on),
        *_same_level(past, batch, rule, on),
        *_ban(past, on),
        *_rectification(past),
    ]


def _unit(unit, batch, on):
    if unit.successor_id:
        yield Finding(
            False,
            f"“{unit.name}”已于 {day_words(unit.closed_on)}并入“{unit.successor.name}”，"
            f"不能再申报，请由“{unit.successor.name}”申报。",
            unit.get_absolute_url(),
        )
    elif unit.closed_on:
        yield Finding(False, f"“{unit.name}”已于 {day_words(unit.closed_on)}注销，不能申报。")
    elif not unit.region.path.startswith(batch.region.path):
        yield Finding(False, f"“{unit.name}”不在{batch.region.name}辖区内，不能在本批次申报。")
    else:
        yield Finding(True, f"“{unit.name}”在册，属{batch.region.name}辖区。")


def _once(past, batch):
    known = next((each for each in past.applications if each.batch_id == batch.pk), None)
    if known:
        yield Finding(
            False,
            f"已在本批次申报（{known.get_state_display()}），一个单位在一批中只能申报一次。",
            known.get_absolute_url(),
        )


def _places(batch, category, bodies, categories):
    """Is there a body that may recommend the unit in this category?"""
    if not bodies:
        yield Finding(False, f"没有能推荐本单位的推荐单位，请联系{batch.region.name}的审核人员。")
        return
    asked = asked_categories(batch, bodies, categories)
    named = "、".join(each.name for each in bodies)
    if not asked:
        yield Finding(False, f"{named}在本批次没有名额，请联系{named}的审核人员。")
    elif category not in asked:
        names = "、".join(each.name for each in asked)
        yield Finding(False, f"{named}在本批次没有“{category.name}”类的名额，只收：{names}。")


def _prerequisite(past, batch, rule, category, on):
    if rule is None:
        text = f"没有适用于“{category.name}”的评选条件，请联系{batch.region.name}的审核人员登记。"
        return [Finding(False, text)]
    if not rule.requires_level:
        return [Finding(True, "不要求先获得下级称号。")]
    name = Level(rule.requires_level).label
    if category in rule.exempt_categories.all():
        return [Finding(True, f"“{category.name}”类不要求先获得{name}称号。")]
    return [_held_long_enough(past, batch, rule, name, on)]


def _held_long_enough(past, batch, rule, name, on):
    asked = f"须先获得{name}称号" + (f"并保持满 {rule.years_held} 年" if rule.years_held else "")
    level, family = rule.requires_level, batch.kind.family
    held = past.held(level, family, on)
    if not held:
        return Finding(False, _never_held(past, level, family, name, asked, on))
    since = past.held_since(level, family, on)
    if rule.years_held and since is None:
        return Finding(
            False, f"{name}称号的取得日期没有登记，无法核对年限（{asked}），请联系审核人员补登。"
        )
    full = since + relativedelta(years=rule.years_held) if rule.years_held else on
    if full > on:
        return Finding(
            False,
            f"保持{name}称号不足 {rule.years_held} 年：自 {day_words(since)}起，"
            f"{day_words(full)}满，{asked}。",
        )
    told = f"自 {day_words(since)}起" if since else ""
    return Finding(True, f"{told}持有{name}称号，符合条件（{asked}）。")


def _never_held(past, level, family, name, asked, on):
    ended = [each for each in past.titles if (each.level, each.kind.family) == (level, family)]
    over = [each for each in ended if is_over(each, on)]
    if over:
        last = max(each.ends_on for each in over)
        return f"{name}称号已于 {day_words(last_day(last))}到期，本批次{asked}。"
    return f"尚未获得{name}称号，本批次{asked}。"


def _same_level(past, batch, rule, on):
    held = past.held(batch.level, batch.kind.family, on)
    if not held or rule is None:
        return []
    title = max(held, key=lambda each: str(each.ends_on or "9999"))
    until = f"有效期至 {day_words(last_day(title.ends_on))}" if title.ends_on else "没有期限"
    if rule.expiry_policy == P.REVERIFY or title.ends_on is None:
        text = f"已有{batch.get_level_display()}称号，{until}；到期前参加复验，不需重新申报。"
        return [Finding(False, text, title.get_absolute_url())]
    opens = title.ends_on - relativedelta(months=rule.reverify_months)
    if on < opens:
        text = (
            f"已有{batch.get_level_display()}称号，{until}；"
            f"到期前 {rule.reverify_months} 个月（{day_words(opens)}起）才可重新申报。"
        )
        return [Finding(False, text, title.get_absolute_url())]
    return [Finding(True, f"已有{batch.get_level_display()}称号，{until}，可以重新申报。")]


def _ban(past, on):
    cases = [each.exit_case for each in past.titles if hasattr(each, "exit_case")]
    ends = [each for each in cases if each.reapply_from and each.reapply_from > on]
    if not ends:
        return [Finding(True, "没有处于禁止申报的期间。")]
    case = max(ends, key=lambda each: each.reapply_from)
    title = next(each for each in past.titles if each.pk == case.designation_id)
    return [
        Finding(
            False,
            f"“{title.title}”于 {day_words(case.happened_on)}{title.get_state_display()}"
            f"（{case.get_ground_display()}），{day_words(case.reapply_from)}起方可重新申报。",
            title.get_absolute_url(),
        )
    ]


def _rectification(past):
    if not past.rectifications:
        return [Finding(True, "没有未销号的整改。")]
    due = min(each.due_on for each in past.rectifications)
    count = len(past.rectifications)
    return [
        Finding(
            False,
            f"有 {count} 项整改尚未销号（期限 {day_words(due)}）。{LAW}；销号后即可申报。",
            past.rectifications[0].designation.get_absolute_url(),
        )
    ]
