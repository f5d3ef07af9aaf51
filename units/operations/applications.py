"""What a unit does with its application: begin, fill in, choose its way, hand in, withdraw.

Saving a part happens every few seconds while somebody types; it is no act, and leaves no audit
line. Locks are taken in the order batch, application.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.audit import record
from portal.errors import Refused
from portal.operations.notifications import notify
from portal.text import printable
from units import eligibility
from units.access import clerk_of_unit
from units.application_parts import FIELDS
from units.desks import desk_of
from units.lifecycles import APPLICATION
from units.models import Application, Batch, Deliberation, HonourRule
from units.operations.desks import people_at
from units.operations.recommending import give_up_place
from units.recommenders import bodies_open_to
from units.signals import application_started

S = Application.State
NOT_BEGUN = "没有开始申报。"
NOT_SAVED = "没有保存。"
NOT_WITHDRAWN = "没有撤回。"
LONGEST = 20_000  # letters of the deeds that are kept while they are still too long
PAST_STATES = (Deliberation.State.SIGNING, Deliberation.State.SETTLED)


@transaction.atomic
def start_application(unit, batch, *, category, body, actor, at):
    """Begin an application of a unit that may apply, filled in with what is known already."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    _refuse_stranger(unit, actor, NOT_BEGUN)
    _refuse_late(batch, at, NOT_BEGUN)
    _refuse_body(unit, batch, body, NOT_BEGUN)
    rule = refuse_ineligible(unit, batch, category, at, NOT_BEGUN, body=body)
    made = Application(
        batch=batch,
        unit=unit,
        category=category,
        body=body,
        rule=rule,
        created_at=at,
        created_by=actor,
        **known_already(unit, batch),
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:  # a colleague was quicker
        raise Refused(f"“{unit.name}”已在“{batch}”申报，{NOT_BEGUN}请到“我的申报”查看。") from error
    told = {"category": category.name, "body": body.name}
    record(actor=actor, action="application.start", target=made, at=at, after=told)
    application_started.send(Application, application=made, actor=actor, at=at)
    made.refresh_from_db()
    return made


def known_already(unit, batch):
    """What the form begins with: the register's contact, and the unit's last application."""
    found = {
        name: getattr(unit, name)
        for name in ("address", "contact_name", "contact_post", "contact_phone")
    }
    last = Application.objects.filter(unit=unit).order_by("-pk").first()
    if last:
        names = ("nature", "rank_name", "staff_count")
        again = ("summary", "deeds") if last.batch_id == batch.pk else ()
        found |= {name: getattr(last, name) for name in (*names, *again)}
    return found


def refuse_ineligible(unit, batch, category, at, nothing, *, body, application=None):
    """The rule for this case; Refused with every sentence where the unit may not apply."""
    on = timezone.localdate(at)
    rule = application.rule if application else _held_rule(batch, category, on, nothing)
    past = eligibility.Past.of(unit, but=application)
    found = eligibility.findings(past, batch, rule, category, on, bodies=[body])
    against = [each.text for each in found if not each.ok]
    if against:
        raise Refused(f"{''.join(against)}{nothing}")
    return rule


def _held_rule(batch, category, on, nothing):
    """The rule for this case, kept from those who change it until it counts as used."""
    found = eligibility.rule_of(batch, category, on)
    rows = HonourRule.objects.select_for_update(no_key=True)
    list(rows.filter(pk=found and found.pk))
    rule = eligibility.rule_of(batch, category, on)
    if rule != found:
        raise Refused(f"“{category.name}”的评选条件刚刚有改动，{nothing}请刷新后重试。")
    return rule


def _refuse_stranger(unit, actor, nothing):
    if not clerk_of_unit(actor, unit):
        raise Refused(f"“{unit.name}”不由您填报，{nothing}")


def _refuse_late(batch, at, nothing):
    why = eligibility.why_not_now(batch, at)
    if why:
        raise Refused(f"{why}{nothing}")


def _refuse_body(unit, batch, body, nothing):
    if body not in bodies_open_to(unit, batch):
        raise Refused(f"“{unit.name}”不能经“{body}”推荐，{nothing}请重新选择推荐单位。")


class StalePart(Refused):
    """Somebody saved this part meanwhile; `current` is the application as it stands now."""

    def __init__(self, current, part):
        super().__init__("这一部分刚刚由他人保存过，您的内容还没有保存，请对照两份内容。")
        self.current, self.part = current, part


@transaction.atomic
def save_part(application, part, *, version, values, actor, at):
    """Keep one part if nobody has saved it since `version`; returns the application as it stands.

    Content that stands there already counts as saved: its first answer got lost on the way.
    """
    standing = lock_open(application, actor=actor, nothing=NOT_SAVED)
    values = {name: _shaped(name, values.get(name)) for name in FIELDS[part]}
    if all(getattr(standing, name) == value for name, value in values.items()):
        return standing
    if version_of(standing, part) != version:
        raise StalePart(standing, part)
    for name, value in values.items():
        setattr(standing, name, value)
    standing.edits[part] = {"version": version + 1, "by": actor.pk, "at": at.isoformat()}
    standing.save(update_fields=[*FIELDS[part], "edits"])
    return standing


def version_of(application, part):
    """How often a part has been saved."""
    return application.edits.get(part, {}).get("version", 0)


def lock_open(application, *, actor, nothing):
    """The application, locked, if this person may write in it now."""
    rows = Application.objects.for_display().select_for_update(of=("self",))
    standing = rows.get(pk=application.pk)
    _refuse_stranger(standing.unit, actor, nothing)
    if standing.is_left_over:
        batch = standing.batch
        raise Refused(f"“{batch}”{batch.get_state_display()}，现在不能申报，{nothing}")
    if standing.state not in Application.OPEN:
        raise Refused(f"这份申报{standing.get_state_display()}，{nothing}{MENDING}")
    return standing


MENDING = "要修改，请联系审核人员退回，或撤回后重新申报。"


def _shaped(name, value):
    """What was sent, as the column keeps it; Refused where it is no such thing."""
    if name == "pledged":
        return value is True
    text = printable(str(value if value is not None else ""))
    text = text.encode(errors="replace").decode().replace("\r\n", "\n")
    if name == "staff_count":
        return _number(text)
    text = text if name == "deeds" else text.strip()
    field = Application._meta.get_field(name)
    if len(text) > (field.max_length or LONGEST):
        most = field.max_length or LONGEST
        raise Refused(f"“{field.verbose_name}”最多 {most} 个字，现有 {len(text)} 个，{NOT_SAVED}")
    return text


def _number(text):
    plain = text.strip().removesuffix("人").removesuffix("户").strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and len(plain) < 8):
        raise Refused(f"“职工（户）总数”请填整数，{NOT_SAVED}")
    return int(plain)


@transaction.atomic
def choose_way(application, *, category, body, actor, at):
    """Change category or recommending body while the unit may still write."""
    batch = Batch.objects.select_for_update().get(pk=application.batch_id)
    standing = lock_open(application, actor=actor, nothing=NOT_SAVED)
    rule = _held_rule(batch, category, timezone.localdate(at), NOT_SAVED)
    standing.rule = rule or standing.rule
    _refuse_body(standing.unit, batch, body, NOT_SAVED)
    case = {"body": body, "application": standing}
    refuse_ineligible(standing.unit, batch, category, at, NOT_SAVED, **case)
    before = {"category": standing.category.name, "body": standing.body.name}
    standing.category, standing.body = category, body
    standing.save(update_fields=["category", "body", "rule"])
    after = {"category": category.name, "body": body.name}
    record(
        actor=actor, action="application.choose", target=standing, at=at, before=before, after=after
    )
    return standing


@transaction.atomic
def withdraw_application(application, *, note, actor, at):
    """Take an application back with a reason, until the departments sign the list."""
    batch = Batch.objects.select_for_update().get(pk=application.batch_id)
    Application.objects.select_for_update().get(pk=application.pk)
    standing = Application.objects.for_display().get(pk=application.pk)
    _refuse_stranger(standing.unit, actor, NOT_WITHDRAWN)
    if standing.is_left_over:
        raise Refused(f"“{batch}”{batch.get_state_display()}，{NOT_WITHDRAWN}")
    if Deliberation.objects.filter(batch=batch, state__in=PAST_STATES).exists():
        raise Refused(f"“{batch}”的名单已提交会签，{NOT_WITHDRAWN}请联系{batch.region.name}。")
    held_by, was_open = desk_of(standing), standing.state in Application.OPEN
    APPLICATION.perform("withdraw", standing, actor=actor, at=at, note=note)
    give_up_place(standing)
    Application.objects.filter(pk=standing.pk).update(
        desk=None,
        at_line_desk=False,
        reason=note.strip()[:300],
    )
    if held_by and not was_open:
        _tell_desk(standing, held_by, note, at)
    return standing


def _tell_desk(application, desk, note, at):
    text = f"“{application.unit.name}”撤回了“{application.batch}”的申报：{note.strip()[:120]}"
    for person in people_at(desk, application):
        notify(person, text, url=application.get_absolute_url(), at=at)
