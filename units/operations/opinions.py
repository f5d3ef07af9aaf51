"""What a desk says: each opinion kept, with its stamp, and told to those it concerns."""

from django.db import transaction

from portal.audit import record
from portal.errors import Refused
from units.access import capacities
from units.contents import TITLES
from units.desks import desk_of, is_final, recommends
from units.models import Application, Opinion
from units.operations import telling
from units.operations.locking import lock_batches_of

LONGEST = 1000  # letters of one remark
REVIEWING = Application.State.REVIEWING
APPROVAL = Opinion.Kind.APPROVAL


def tidy(remarks):
    """{section: words} of the sections there are, without the empty ones."""
    told = {key: str(words).strip()[:LONGEST] for key, words in remarks.items() if key in TITLES}
    return {key: words for key, words in told.items() if words}


def capacity(application, said, actor):
    """Whom the actor acts for: as said, if that is so; else their own right, else the giver."""
    held = capacities(actor, application)
    if said.for_user in held:
        return said.for_user
    return None if None in held else next(iter(held), None)


def noted(text, for_user):
    """The words as the audit keeps them."""
    return f"代{for_user.name}办理。{text}" if for_user else text


def write_opinion(application, kind, said, *, desk, for_user, actor, at, step=""):
    """Keep what was said, in the transaction of the act."""
    if said.file is not None and said.file.pk is None:
        said.file.save()
    of_body = desk.is_line or kind in (Opinion.Kind.RECOMMEND, APPROVAL)
    return Opinion.objects.create(
        application=application,
        kind=kind,
        region=desk.region,
        body=application.body if of_body else None,
        step=step,
        text=said.text.strip(),
        remarks=tidy(said.remarks),
        file=said.file,
        given_at=at,
        given_by=actor,
        for_user=for_user,
    )


def tell_clerks(application, text, *, at):
    """A line for each clerk of the unit, leading to its application."""
    telling.tell_clerks(application.unit, text, url=application.get_absolute_url(), at=at)


def missing_approvals(application):
    """Steps of the rule's approval route that have no opinion with its document yet."""
    approvals = (each for each in application.opinions.all() if each.kind == APPROVAL)
    given = {each.step for each in approvals if each.file_id}
    return [step for step in application.rule.approval_route if step not in given]


@transaction.atomic
def record_approvals(applications, *, step, said, actor, at):
    """Put down that a step of the approval route was passed: one document for one or many."""
    if said.file is None:
        raise Refused("请上传批准文件的扫描件或照片，报批意见没有登记。")
    keys = [each.pk for each in applications]
    lock_batches_of(keys)  # none of them is given back between the question and the answer
    rows = Application.objects.for_display().filter(pk__in=keys)
    return [_approve(each, step, said, actor, at) for each in rows.order_by("pk")]


def _approve(application, step, said, actor, at):
    name = application.unit.name
    waits = application.state == REVIEWING and application.is_under_way
    if not waits or not capacities(actor, application):
        raise Refused(f"“{name}”不在您的待办中，报批意见没有登记。")
    if step not in application.rule.approval_route:
        raise Refused(f"“{name}”适用的评选条件没有“{step}”这一程序，报批意见没有登记。")
    if not (recommends(application) or is_final(application)):
        raise Refused(f"“{name}”还没有到推荐单位{application.body}，报批意见没有登记。")
    for_user = capacity(application, said, actor)
    desk = desk_of(application)
    told = {"desk": desk, "for_user": for_user, "actor": actor, "at": at, "step": step}
    opinion = write_opinion(application, APPROVAL, said, **told)
    record(
        actor=actor,
        action="application.approve",
        target=application,
        at=at,
        after={"step": step, "file": said.file.name, "sha256": said.file.sha256},
        note=noted(said.text, for_user),
    )
    return opinion
