"""What tests of applications share: what a complete one says, handing in, having it returned."""

from tests.factories import NOON
from units.models import Application, Opinion
from units.operations.handing_in import submit_application

COMPLETE = {
    "nature": "事业单位",
    "staff_count": 120,
    "address": "示例路 1 号",
    "contact_name": "示例联系人",
    "contact_phone": "0470-0000000",
    "summary": "示例做法",
    "deeds": "示例事迹",
    "pledged": True,
}


def fresh(application):
    return Application.objects.for_display().get(pk=application.pk)


def submit(application, cast, at=NOON):
    return submit_application(fresh(application), actor=cast.clerk, at=at)


def returned(application, cast, **remarks):
    Application.objects.filter(pk=application.pk).update(
        state=Application.State.RETURNED, state_changed_at=NOON
    )
    Opinion.objects.create(
        application=application,
        kind=Opinion.Kind.RETURN,
        region=cast.east_sumu,
        text="事迹不够具体",
        remarks=remarks,
        given_at=NOON,
        given_by=cast.sumu_officer,
    )
