"""佐证材料: a unit's files, seen once they were handed in, and how they are put under items."""

from django.utils import timezone

from evaluations.models import AnswerEvidence, Evidence, IndexEdition, SelfCheck, Upload
from tests.architecture.matrix import Row
from tests.architecture.world import PLACES, word
from tests.evaluations import factories as make
from tests.evaluations import sample_files as sample

SEERS = frozenset({"officer", "auditor", "clerk", "assessor"})
FILLERS = frozenset({"officer", "clerk"})
JUDGES = frozenset({"officer", "assessor"})
POST, BOTH = ("post",), ("get", "post")


def check_of(world, place):
    """A handed-in self-check of the place's unit."""
    unit = world.units[place]
    found = SelfCheck.objects.filter(unit=unit, round__title="示例材料轮").first()
    if found:
        return found
    region, clerk = world.regions[place], world.clerks[place]
    edition = IndexEdition.objects.filter(title="示例材料体系", region=region).first()
    edition = edition or make.make_edition(region, title="示例材料体系")
    round = make.make_round(region, edition, title="示例材料轮", created_by=clerk)
    return make.make_check(
        unit, round, state=SelfCheck.State.SUBMITTED, submitted_at=timezone.now()
    )


def evidence_of(world, place):
    """A picture that the place's unit handed in; those of all places look alike."""
    found = Evidence.objects.filter(unit=world.units[place], kind=Evidence.Kind.IMAGE).first()
    return found or handed_in(
        world,
        place,
        content=sample.jpeg(PLACES.index(place)),
        name=f"示例照片{word(place)}.jpg",
        kind=Evidence.Kind.IMAGE,
        picture_hash="f0f0f0f0f0f0f0f0",
        look_group=1,
    )


def handed_in(world, place, **fields):
    """A file of the place's unit, shown as it is, under the first item of its check."""
    clerk, check = world.clerks[place], check_of(world, place)
    evidence = make.make_evidence(world.units[place], clerk, derived_at=timezone.now(), **fields)
    Evidence.objects.filter(pk=evidence.pk).update(viewing=evidence.file, thumbnail=evidence.file)
    answer = check.answers.first() or make.make_answer(check, "1.1", clerk)
    AnswerEvidence.objects.create(answer=answer, evidence=evidence)
    return evidence


def page(world, place):
    """The first page of a PDF."""
    content, name = sample.pdf(PLACES.index(place)), f"示例{word(place)}.pdf"
    found = Evidence.objects.filter(unit=world.units[place], kind=Evidence.Kind.PDF).first()
    evidence = found or handed_in(world, place, content=content, name=name, pages=1)
    return [evidence.code, 1]


def code(world, place):
    return [evidence_of(world, place).code]


def item(world, place):
    """The check's address and that of its first item."""
    evidence_of(world, place)
    check = check_of(world, place)
    return [check.pk, make.item_of(check.edition, "1.1").pk]


def everywhere(world, place):
    for each in PLACES:
        evidence_of(world, each)
    return item(world, place)


def chosen(world, place):
    return {"evidence": evidence_of(world, place).code}


def upload(world, user):
    """Somebody's own upload, to the check of a unit in their sight."""
    checks = [check_of(world, place) for place in PLACES]
    seen = SelfCheck.objects.visible_to(user).filter(pk__in=[each.pk for each in checks])
    check = seen.first() or checks[0]
    found = Upload.objects.filter(created_by=user).first()
    found = found or Upload.objects.create(
        check_form=check,
        indicator=make.item_of(check.edition, "1.1"),
        key="matrix",
        name="示例.jpg",
        size=10,
        created_by=user,
        created_at=timezone.now(),
    )
    return [found.code]


ROWS = {
    "evaluations:evidence-list": Row(roles=SEERS),
    "evaluations:evidence-similar": Row(roles=SEERS - {"clerk"}),
    "evaluations:evidence": Row(roles=SEERS, args=code),
    "evaluations:evidence-thumb": Row(roles=SEERS, args=code),
    "evaluations:evidence-view": Row(roles=SEERS, args=code),
    "evaluations:evidence-page": Row(roles=SEERS, args=page),
    "evaluations:evidence-file": Row(roles=SEERS, args=code),
    "evaluations:evidence-describe": Row(
        roles=FILLERS, args=code, methods=POST, data=lambda world, place: {"title": "示例"}
    ),
    "evaluations:evidence-delete": Row(roles=FILLERS, args=code, methods=POST),
    "evaluations:evidence-accept": Row(roles=JUDGES, args=code, methods=POST),
    "evaluations:evidence-withdraw": Row(
        roles=JUDGES, args=code, methods=POST, data=lambda world, place: {"note": "示例"}
    ),
    "evaluations:item-evidence": Row(roles=FILLERS, args=everywhere, methods=BOTH),
    "evaluations:item-evidence-remove": Row(roles=FILLERS, args=item, methods=POST, data=chosen),
    "evaluations:item-evidence-reuse": Row(roles=FILLERS, args=item, methods=BOTH, data=chosen),
    "evaluations:upload-start": Row(
        roles=FILLERS,
        args=item,
        methods=POST,
        data=lambda world, place: {"key": "示例", "name": "示例.jpg", "size": "10"},
    ),
    "evaluations:upload": Row(roles=FILLERS, owned=upload),
    "evaluations:upload-finish": Row(roles=FILLERS, owned=upload, methods=POST),
}
