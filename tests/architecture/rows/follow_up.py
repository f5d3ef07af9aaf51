"""复验, 整改, 撤销 and 退出: the place's own title in each."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories as make
from tests.architecture.matrix import OFFICERS, READERS, Row
from tests.architecture.rows.units import SEES_BATCH
from tests.architecture.world import word
from units.models import (
    ExitCase,
    ExitRequest,
    Rectification,
    RectificationExtension,
    Reverification,
    ReverificationRound,
)
from units.verdicts import PLEDGES

OFFICE = frozenset({"officer", "auditor"})
CLERK = frozenset({"clerk"})
POST, BOTH = ("post",), ("get", "post")
TODAY = date.today()
DAY = TODAY.isoformat()
PAPERS = {"document_no": "示例1号", "decided_on": DAY, "happened_on": DAY, "note": "示例"}


def title(world, place):
    return [world.titles[place].pk]


def round_of(world, place):
    """A round of the place's own region, with its title in it."""
    region, actor = world.regions[place], world.people["city_officer"]
    found = ReverificationRound.objects.filter(region=region).first()
    return found or ReverificationRound.objects.create(
        title=f"示例复验{region.pk}",
        region=region,
        level="city",
        year=TODAY.year,
        ends_from=TODAY,
        ends_before=TODAY + timedelta(days=180),
        opens_on=TODAY - timedelta(days=1),
        due_on=TODAY + timedelta(days=30),
        created_at=make.NOON,
        created_by=actor,
    )


def turn(world, place, **fields):
    made = round_of(world, place)
    found = Reverification.objects.filter(round=made, designation=world.titles[place]).first()
    words = {"statement": f"示例报告{word(place)}", **fields}
    return found or Reverification.objects.create(
        round=made, designation=world.titles[place], **words
    )


def order(world, place):
    found = Rectification.objects.filter(designation=world.titles[place]).first()
    if found:
        return found
    made = Rectification.objects.create(
        designation=world.titles[place],
        source="spot",
        ordered_on=TODAY,
        due_on=TODAY + timedelta(days=30),
        note=f"示例说明{word(place)}",
        ordered_by=world.people["city_officer"],
    )
    made.items.create(position=1, finding=f"示例问题{word(place)}")
    return made


def proof(world, place):
    item = order(world, place).items.get()
    found = item.files.select_related("file").first()
    if found is None:
        clerk = world.clerks[place]
        stored = make.make_file(clerk, name=f"示例{word(place)}.txt")
        found = item.files.create(file=stored, added_at=make.NOON, added_by=clerk)
    return [item.rectification_id, 1, found.file.code]


def extension(world, place):
    row = order(world, place)
    made, _ = RectificationExtension.objects.get_or_create(
        rectification=row,
        defaults={"reason": "示例", "asked_at": make.NOON, "asked_by": world.clerks[place]},
    )
    return [row.pk, made.pk]


def asked(world, place):
    told = {"reason": f"示例{word(place)}", "asked_at": make.NOON, "asked_by": world.clerks[place]}
    return ExitRequest.objects.get_or_create(designation=world.titles[place], defaults=told)[0]


def case(world, place):
    told = {
        "ground": "dissolved",
        "happened_on": TODAY,
        "note": f"示例{word(place)}",
        "recorded_at": make.NOON,
        "recorded_by": world.people["city_officer"],
    }
    return ExitCase.objects.get_or_create(designation=world.titles[place], defaults=told)[0]


def one(build, *more):
    return lambda world, place: [build(world, place).pk, *more]


def always(**data):
    return lambda world, place: data


ROUND = {"args": one(round_of), "sees": SEES_BATCH}
KEPT = {**ROUND, "roles": OFFICERS, "methods": BOTH}

ROWS = {
    "units:reverification-rounds": Row(roles=OFFICE),
    "units:reverification-round-new": Row(roles=OFFICERS, methods=BOTH),
    "units:reverification-round": Row(roles=OFFICE, **ROUND),
    "units:reverification-round-export": Row(roles=OFFICE, methods=POST, **ROUND),
    "units:reverification-round-extend": Row(**KEPT),
    "units:reverification-round-close": Row(
        data=lambda world, place: {"version": round_of(world, place).version}, **KEPT
    ),
    "units:reverification-renewals": Row(**KEPT),
    "units:reverification-renewal-papers": Row(**KEPT),
    "units:reverification": Row(roles=READERS, args=one(turn)),
    "units:reverification-apply": Row(
        roles=CLERK,
        args=one(turn),
        methods=BOTH,
        data=always(statement="示例" * 60, pledges=list(PLEDGES), version=1),
    ),
    "units:reverification-decline": Row(
        roles=CLERK, args=one(turn), methods=BOTH, data=always(note="示例")
    ),
    "units:reverification-return": Row(
        roles=OFFICERS, args=one(turn), methods=BOTH, data=always(note="示例")
    ),
    "units:reverification-conclude": Row(
        roles=OFFICERS,
        args=one(turn, "fail"),
        methods=BOTH,
        data=always(note="示例", on=DAY),
    ),
    "units:designation-reverify": Row(roles=OFFICERS, args=title, methods=BOTH),
    "units:rectifications": Row(roles=READERS),
    "units:rectifications-export": Row(roles=OFFICE, methods=POST),
    "units:exits-export": Row(roles=OFFICE, methods=POST),
    "units:rectification-new": Row(
        roles=OFFICERS,
        args=title,
        methods=BOTH,
        data=always(source="spot", on=DAY, items="示例问题", note="示例"),
    ),
    "units:rectification": Row(roles=READERS, args=one(order)),
    "units:rectification-report": Row(roles=CLERK, args=one(order), methods=POST),
    "units:rectification-step": Row(
        roles=OFFICERS, args=one(order, "fail"), methods=BOTH, data=always(note="示例")
    ),
    "units:rectification-notice": Row(roles=READERS, args=one(order)),
    "units:rectification-extension": Row(
        roles=CLERK, args=one(order), methods=BOTH, data=always(note="示例")
    ),
    "units:rectification-extension-answer": Row(
        roles=OFFICERS,
        args=lambda world, place: [*extension(world, place), "grant"],
        methods=BOTH,
        data=always(note="示例"),
    ),
    "units:rectification-item": Row(
        roles=CLERK,
        args=one(order, 1),
        methods=POST,
        data=lambda world, place: {
            f"i{order(world, place).items.get().pk}-version": 1,
            f"i{order(world, place).items.get().pk}-measure": "示例",
        },
    ),
    "units:rectification-item-files": Row(
        roles=CLERK,
        args=one(order, 1),
        methods=POST,
        data=lambda world, place: {"files": SimpleUploadedFile("示例.pdf", b"%PDF-1.4 nothing")},
    ),
    "units:rectification-proof": Row(roles=READERS, args=proof),
    "units:rectification-proof-remove": Row(roles=CLERK, args=proof, methods=POST),
    "units:exits": Row(roles=OFFICE),
    "units:exit-plaque": Row(
        roles=OFFICERS, args=one(case), methods=BOTH, data=always(on=DAY, version=1)
    ),
    "units:exit-request": Row(roles=READERS, args=one(asked)),
    "units:exit-take-back": Row(roles=CLERK, args=one(asked), methods=POST),
    "units:exit-answer": Row(
        roles=OFFICERS, args=one(asked, "refuse"), methods=BOTH, data=always(note="示例")
    ),
    "units:designation-revoke": Row(
        roles=OFFICERS, args=title, methods=BOTH, data=always(ground="harm", **PAPERS)
    ),
    "units:designation-withdraw": Row(
        roles=OFFICERS, args=title, methods=BOTH, data=always(**PAPERS)
    ),
    "units:exit-ask": Row(roles=CLERK, args=title, methods=BOTH, data=always(note="示例")),
}
