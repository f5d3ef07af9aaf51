"""评选条件: entered, changed while unused, copied for a new day, their values confirmed."""

from django.db import IntegrityError, transaction

from portal.access import check_keeps_reference
from portal.audit import record
from portal.errors import Refused
from portal.versions import save_versioned
from units.eligibility import day_of, fits
from units.models import Application, Batch, Designation, HonourRule, RuleIssuer, RuleSource
from units.operations.registry import named_fields
from units.rule_values import PLAIN_FIELDS

NOT_SAVED = "没有保存任何内容。"
USERS = (  # what freezes a rule, and how people call it
    (Batch, "批次"),
    (Application, "申报"),
    (Designation, "称号"),
)
CASE = ["regulation", "level", "kind", "category", "starts_on", "ends_on"]


def used_by(rule):
    """What has been judged by a rule, in words; empty while it may still be changed."""
    words = [word for model, word in USERS if model._base_manager.filter(rule=rule).exists()]
    return words or (["进行中的批次"] if _running_under(rule) else [])


def _running_under(rule):
    """Open batches that judge a category by its own rule: that of the day on which they opened."""
    if rule.category_id is None:
        return []  # a batch names the rule of the whole itself
    rows = Batch.objects.filter(state=Batch.State.OPEN, level=rule.level).exclude(rule=None)
    rows = rows.select_related("kind", "region").prefetch_related("stages")
    return [each for each in rows if fits(rule, each, rule.category, day_of(each, None))]


def _refuse_reaching(rule):
    """What is entered now must not change by what a batch under way judges."""
    reached = _running_under(rule)
    if reached:
        day = day_of(reached[0], None)
        raise Refused(
            f"“{reached[0]}”{day} 已开始申报，按当日的条件办理，{NOT_SAVED}"
            "请改为从这一天之后起适用。"
        )


@transaction.atomic
def add_rule(values, *, issuers, actor, at):
    """Enter what a document asks for at one level; every value waits for its confirmation."""
    check_keeps_reference(actor)
    categories = values.pop("exempt_categories", ())
    rule = HonourRule(**values)
    _check_period(rule)
    _insert(rule)
    _refuse_reaching(rule)
    rule.exempt_categories.set(categories)
    _write_issuers(rule, issuers)
    record(actor=actor, action="honourrule.add", target=rule, at=at, after=told(rule))
    return rule


@transaction.atomic
def edit_rule(rule, values, *, issuers, version, actor, at):
    """Change a rule that nothing has been judged by; what changes must be confirmed again."""
    row = _unused(rule, actor)
    before, told_before = values_of(row), told(row)
    categories = values.pop("exempt_categories")
    for name, value in values.items():
        setattr(row, name, value)
    _check_period(row)
    _save(row, version, list(values))
    _refuse_reaching(row)
    row.exempt_categories.set(categories)
    _write_issuers(row, issuers)
    after = values_of(row)
    changed = [name for name in after if after[name] != before[name]]
    row.sources.filter(field__in=changed).update(confirmed=False)
    settle_confirmation(row)
    line = {"before": told_before, "after": told(row)}
    if line["before"] != line["after"]:
        record(actor=actor, action="honourrule.edit", target=row, at=at, **line)
    return row


def values_of(rule):
    """Every value of a rule, comparable."""
    found = {name: getattr(rule, name) for name in PLAIN_FIELDS}
    found["issuers"] = list(rule.issuers.values_list("body", flat=True))
    found["exempt_categories"] = sorted(rule.exempt_categories.values_list("pk", flat=True))
    return found


def told(rule):
    """A rule as an audit line tells it."""
    issuers = rule.issuers.select_related("body")
    exempt = rule.exempt_categories.values_list("name", flat=True)
    more = {"issuers": [each.body.name for each in issuers], "exempt_categories": list(exempt)}
    return named_fields(rule, [*CASE, *PLAIN_FIELDS]) | {k: v for k, v in more.items() if v}


@transaction.atomic
def copy_rule(rule, *, starts_on, actor, at, regulation=None, values=None):
    """A new rule with the same values from a day on; the old one ends on that day."""
    old = _locked(rule, actor)
    regulation = regulation or old.regulation
    _check_copy(old, starts_on)
    new = HonourRule.objects.get(pk=old.pk)
    new.pk, new._state.adding = None, True
    new.regulation, new.starts_on, new.copied_from, new.version = regulation, starts_on, old, 1
    for name, value in (values or {}).items():
        setattr(new, name, value)
    _check_period(new)
    _insert(new)
    _refuse_reaching(new)
    _carry(old, new, set(values or {}))
    ended = {"ends_on": old.ends_on}
    old.ends_on = starts_on
    old.version += 1
    old.save(update_fields=["ends_on", "version"])
    line = {"before": ended, "after": {"ends_on": starts_on, "copy": str(new)}}
    record(actor=actor, action="honourrule.copy", target=old, at=at, **line)
    return new


def _check_copy(old, starts_on):
    began = old.starts_on or old.regulation.starts_on
    if starts_on <= began:
        raise Refused(f"新的一条须晚于原来的适用日期 {began}，{NOT_SAVED}")
    if old.ends_on and starts_on >= old.ends_on:
        raise Refused(f"原来的一条到 {old.ends_on} 为止，新的一条须早于这一天，{NOT_SAVED}")


def _carry(old, new, changed):
    for each in old.issuers.all():
        RuleIssuer.objects.create(rule=new, body_id=each.body_id, position=each.position)
    new.exempt_categories.set(old.exempt_categories.all())
    for each in old.sources.exclude(field__in=changed):
        values = {"document": each.document, "article": each.article, "confirmed": each.confirmed}
        RuleSource.objects.create(rule=new, field=each.field, **values)
    settle_confirmation(new)


@transaction.atomic
def confirm_values(rule, found, *, version, actor, at):
    """Mark values as confirmed; `found` maps each to its document and article.

    A rule that has been used may be confirmed too: its values stay what they are.
    """
    row = _locked(rule, actor)
    unknown = set(found) - set(HonourRule.VALUES)
    if unknown or not found:
        raise Refused(f"请勾选要确认的项目，{NOT_SAVED}")
    if not all(document.strip() for document, _ in found.values()):
        raise Refused(f"确认须写明依据的文件，{NOT_SAVED}")
    _save(row, version, [])
    for name, (document, article) in found.items():
        values = {"document": document.strip(), "article": article.strip(), "confirmed": True}
        RuleSource.objects.update_or_create(rule=row, field=name, defaults=values)
    settle_confirmation(row)
    after = {"fields": {name: "".join(where) for name, where in found.items()}}
    record(actor=actor, action="honourrule.confirm", target=row, at=at, after=after)
    return row


@transaction.atomic
def doubt_value(rule, name, *, version, actor, at):
    """Put a value back to 待确认: it was confirmed by mistake."""
    row = _locked(rule, actor)
    if not row.sources.filter(field=name, confirmed=True).exists():
        raise Refused(f"这一项本来就待确认，{NOT_SAVED}")
    _save(row, version, [])
    row.sources.filter(field=name).update(confirmed=False)
    settle_confirmation(row)
    record(
        actor=actor,
        action="honourrule.doubt",
        target=row,
        at=at,
        after={"fields": {name: "待确认"}},
    )
    return row


@transaction.atomic
def drop_rule(rule, *, actor, at):
    """Remove a rule that nothing has been judged by; the one it followed holds on again."""
    row = _unused(rule, actor)
    if row.copies.exists():
        raise Refused(f"“{row}”之后还有新的一条，不能删除，{NOT_SAVED}")
    old = row.copied_from
    line = told(row)
    record(actor=actor, action="honourrule.drop", target=row, at=at, before=line)
    ends_on, starts_on = row.ends_on, row.starts_on
    row.delete()
    if old and old.ends_on == starts_on:
        HonourRule.objects.filter(pk=old.pk).update(ends_on=ends_on, version=old.version + 1)


def _locked(rule, actor):
    check_keeps_reference(actor)
    return HonourRule.objects.select_for_update().get(pk=rule.pk)


def _unused(rule, actor):
    """The rule, kept from others; refused once anything was judged by it."""
    row = _locked(rule, actor)
    words = used_by(row)
    if words:
        raise Refused(
            f"“{row}”已被{'、'.join(words)}使用，不能再改，{NOT_SAVED}请复制一条，从新的日期起适用。"
        )
    return row


def _check_period(rule):
    if rule.starts_on and rule.ends_on and rule.ends_on <= rule.starts_on:
        raise Refused(f"适用结束日期须晚于开始日期，{NOT_SAVED}")
    whole = rule.regulation
    if rule.starts_on and rule.starts_on < whole.starts_on:
        raise Refused(f"“{whole}”{whole.starts_on} 起施行，适用日期不能早于这一天，{NOT_SAVED}")
    if rule.starts_on and whole.ends_on and rule.starts_on >= whole.ends_on:
        raise Refused(f"“{whole}”{whole.ends_on} 已废止，请改选现行办法，{NOT_SAVED}")
    same = HonourRule.objects.filter(
        regulation=whole, level=rule.level, kind=rule.kind, category=rule.category
    )
    if same.filter(starts_on=rule.starts_on).exclude(pk=rule.pk).exists():
        raise Refused(f"“{rule}”从这一天起已有一条评选条件，{NOT_SAVED}")


def _insert(rule):
    try:
        with transaction.atomic():
            rule.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(f"“{rule}”从这一天起已有一条评选条件，{NOT_SAVED}") from error


def _save(rule, version, fields):
    try:
        with transaction.atomic():
            save_versioned(rule, version=version, fields=fields)
    except IntegrityError as error:
        raise Refused(f"“{rule}”从这一天起已有一条评选条件，{NOT_SAVED}") from error


def _write_issuers(rule, bodies):
    rule.issuers.all().delete()
    RuleIssuer.objects.bulk_create(
        RuleIssuer(rule=rule, body=body, position=number) for number, body in enumerate(bodies, 1)
    )


def settle_confirmation(rule):
    """A rule is confirmed when each of its values is."""
    sure = rule.sources.filter(confirmed=True, field__in=HonourRule.VALUES).count()
    HonourRule.objects.filter(pk=rule.pk).update(confirmed=sure == len(HonourRule.VALUES))
