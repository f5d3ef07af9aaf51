"""评选条件 as the portal brings them along: loaded again and again, human edits stay."""

from django.db import transaction

from portal.audit import record
from units.models import (
    HonourRule,
    IssuingBody,
    Regulation,
    RuleIssuer,
    RuleSource,
    TitleKind,
)
from units.operations.rules import settle_confirmation, used_by


@transaction.atomic
def load_rules(rows, *, at):
    """Bring the rows of the fixture into the tables; how many rules were new or changed."""
    shelf = _Shelf()
    changed = [rule for row in rows if (rule := _load(row, shelf))]
    if changed:
        after = {"rows": len(changed)}
        record(actor=None, action="honourrule.load", target=changed[0], at=at, after=after)
    return len(changed)


class _Shelf:
    """What rows refer to by code."""

    def __init__(self):
        self.regulations = {each.code: each for each in Regulation.objects.exclude(code=None)}
        self.kinds = {each.code: each for each in TitleKind.objects.all()}
        self.bodies = {each.code: each for each in IssuingBody.objects.exclude(code=None)}


def _load(row, shelf):
    """The rule if it was new or is changed; None where it stands or a person has edited it."""
    case = {
        "regulation": shelf.regulations[row["regulation"]],
        "level": row["level"],
        "kind": shelf.kinds.get(row["kind"]),
        "category": None,
        "starts_on": None,
    }
    rule = HonourRule.objects.filter(**case).first()
    values = row["values"] | {"note": row["note"]}
    if rule is None:
        rule = HonourRule.objects.create(**case, **values)
    elif rule.version > 1 or not _differs(rule, row, values, shelf):
        return None
    elif not used_by(rule):
        HonourRule.objects.filter(pk=rule.pk).update(**values)
    _write(rule, row, shelf)
    return rule


def _differs(rule, row, values, shelf):
    frozen = bool(used_by(rule))
    moved = any(getattr(rule, name) != value for name, value in values.items()) and not frozen
    return moved or _issuers(rule) != _named(row, shelf) or _sources(rule) != row["sources"]


def _named(row, shelf):
    return [shelf.bodies[code].pk for code in row["issuers"] if code in shelf.bodies]


def _issuers(rule):
    return list(rule.issuers.values_list("body", flat=True))


def _sources(rule):
    return {
        each.field: [each.document, each.article, each.confirmed] for each in rule.sources.all()
    }


def _write(rule, row, shelf):
    rule.issuers.all().delete()
    RuleIssuer.objects.bulk_create(
        RuleIssuer(rule=rule, body_id=body, position=number)
        for number, body in enumerate(_named(row, shelf), 1)
    )
    rule.sources.all().delete()
    RuleSource.objects.bulk_create(
        RuleSource(rule=rule, field=name, document=document, article=article, confirmed=sure)
        for name, (document, article, sure) in row["sources"].items()
    )
    settle_confirmation(rule)
