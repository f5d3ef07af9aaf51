"""Recommending and issuing bodies: entered, changed, staffed; the seal's picture."""

from django.db import IntegrityError, transaction

from portal.access import check_keeps_reference
from portal.audit import record
from portal.errors import Refused
from portal.models import Region, User
from portal.versions import save_versioned
from units.access import keeps_body
from units.models import IssuingBody, RecommendingBody
from units.operations.registry import named_fields

NOT_SAVED = "没有保存任何内容。"
RECOMMENDING = ["name", "kind", "region", "also_to", "is_active", "position"]
ISSUING = ["name", "short_name", "region", "is_active", "position"]
OFFICE_LEVELS = {  # the tier whose territorial bodies recommend to an office
    Region.Level.PROVINCE: Region.Level.CITY,
    Region.Level.CITY: Region.Level.COUNTY,
    Region.Level.COUNTY: Region.Level.TOWNSHIP,
}


@transaction.atomic
def add_recommending_body(values, *, members, actor, at):
    """Enter a body that recommends units."""
    return _add(RecommendingBody(**values), "members", members, RECOMMENDING, actor, at)


@transaction.atomic
def edit_recommending_body(body, values, *, members, version, actor, at):
    """Change a recommending body and who works for it."""
    return _edit(body, values, "members", members, RECOMMENDING, version, actor, at)


@transaction.atomic
def add_issuing_body(values, *, signers, actor, at):
    """Enter a department that issues decisions."""
    return _add(IssuingBody(**values), "signers", signers, ISSUING, actor, at)


@transaction.atomic
def edit_issuing_body(body, values, *, signers, version, actor, at):
    """Change an issuing body and who signs for it."""
    return _edit(body, values, "signers", signers, ISSUING, version, actor, at)


@transaction.atomic
def set_seal(body, stored, *, actor, at):
    """Give a department the picture of its seal; `stored` is a file prepared before, or None."""
    row = IssuingBody.objects.select_for_update().get(pk=body.pk)
    _check(row, actor)
    if stored is None and row.seal_id is None:
        raise Refused(f"“{row}”没有印章图样，没有改动。")
    if stored is not None and stored.pk is None:
        stored.save()
    row.seal = stored
    row.version += 1
    row.save(update_fields=["seal", "version"])
    told = {"seal": stored.sha256 if stored else "已移除"}
    record(actor=actor, action="issuingbody.set_seal", target=row, at=at, after=told)
    return row


@transaction.atomic
def fill_territorial_bodies(region, *, actor, at):
    """Enter a territorial body for each place beneath an office that has none; says how many."""
    level = OFFICE_LEVELS.get(region.level)
    if level is None or not keeps_body(actor, region):
        raise Refused(f"“{region}”的推荐单位由其可签发的审核人员维护，{NOT_SAVED}")
    places = Region.objects.in_being().filter(parent=region, level=level, statistical_only=False)
    kind = RecommendingBody.Kind.TERRITORIAL
    taken = RecommendingBody.objects.filter(kind=kind).values("region")
    new = [
        RecommendingBody(name=place.name, kind=kind, region=place, position=100)
        for place in places.exclude(pk__in=taken).order_by("code")
    ]
    if not new:
        raise Refused(f"“{region}”下面各地都已有推荐单位，没有改动。")
    RecommendingBody.objects.bulk_create(new)
    told = {"count": len(new), "names": "、".join(each.name for each in new[:20])}
    first = RecommendingBody.objects.get(kind=kind, region=new[0].region)
    record(actor=actor, action="recommendingbody.fill", target=first, at=at, after=told)
    return len(new)


def _add(body, people_name, people, fields, actor, at):
    _check(body, actor)
    _check_people(body, people, actor)
    _write(body, lambda: body.save(force_insert=True))
    getattr(body, people_name).set(people)
    action = f"{body._meta.model_name}.add"
    record(actor=actor, action=action, target=body, at=at, after=_told(body, people_name, fields))
    return body


def _edit(body, values, people_name, people, fields, version, actor, at):
    row = type(body).objects.select_for_update().get(pk=body.pk)
    _check(row, actor)
    before = _told(row, people_name, fields)
    for name, value in values.items():
        setattr(row, name, value)
    _check(row, actor)
    _check_people(row, people, actor)
    _write(row, lambda: save_versioned(row, version=version, fields=list(values)))
    getattr(row, people_name).set(people)
    after = _told(row, people_name, fields)
    if before != after:
        action = f"{row._meta.model_name}.edit"
        record(actor=actor, action=action, target=row, at=at, before=before, after=after)
    return row


def _told(body, people_name, fields):
    people = getattr(body, people_name).order_by("username")
    return named_fields(body, fields) | {"members": "、".join(each.name for each in people)}


def _check(body, actor):
    if body.region is None:
        check_keeps_reference(actor)
    elif not keeps_body(actor, body.region):
        where = f"“{body.region}”"
        raise Refused(f"{where}的这类单位由该地区或上级可签发的审核人员维护，{NOT_SAVED}")


def _check_people(body, people, actor):
    """Only officers of the person's own care, and signers who may sign."""
    for each in people:
        known = each.is_active and each.role == User.Role.OFFICER and each.region is not None
        if not known or not each.region.path.startswith(tuple(actor.scope_paths)):
            raise Refused(f"“{each.name}”不是辖区内启用的审核人员，{NOT_SAVED}")
        if isinstance(body, IssuingBody) and not each.may_sign:
            raise Refused(f"“{each.name}”没有签发权限，不能代表部门会签，{NOT_SAVED}")
    if isinstance(body, IssuingBody) and actor in people and not _signs(body, actor):
        raise Refused(f"不能指定自己为签发人员，请由另一位可签发的审核人员或上级指定，{NOT_SAVED}")


def _signs(body, person):
    return body.pk is not None and body.signers.filter(pk=person.pk).exists()


def _write(body, save):
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        raise Refused(f"同一地区已有“{body}”，或该地区已有属地推荐单位，{NOT_SAVED}") from error
