"""名单导入: a list is its owner's alone until it is applied."""

from tests.architecture.matrix import OFFICERS, Row
from tests.factories import make_import

FORM = ("get", "post")


def job_of(world, user):
    """A list of this person's, one row of which waits."""
    return [make_import(user).pk]


def row_of(world, user):
    job = make_import(user)
    return [job.pk, job.rows.get().pk]


def own(**more):
    return Row(roles=OFFICERS, owned=job_of, **more)


ROWS = {
    "units:imports": Row(roles=OFFICERS),
    "units:import-new": Row(
        roles=OFFICERS, methods=FORM, data=lambda world, place: {"text": "单位名称\n示例单位"}
    ),
    "units:import": own(),
    "units:import-mapping": own(methods=FORM),
    "units:import-row": Row(
        roles=OFFICERS, owned=row_of, methods=FORM, data=lambda world, place: {"act": "aside"}
    ),
    "units:import-bulk": own(methods=("post",), data=lambda world, place: {"act": "aside"}),
    "units:import-check": own(methods=("post",)),
    "units:import-apply": own(methods=("post",)),
    "units:import-undo": own(methods=("post",)),
    "units:import-drop": own(methods=("post",)),
    "units:import-faults": own(),
}
