"""Jobs, messages and files: a person's own, and nobody else's."""

from portal.models import User
from tests.architecture.matrix import EVERYONE, Row
from tests.factories import make_file, make_job, make_notification


def own_job(world, user):
    return [make_job(user).pk]


def failed_job(world, user):
    return [make_job(user, state="failed").pk]


def own_message(world, user):
    return [make_notification(user).pk]


def own_file(world, user):
    return [make_file(user).code]


ROWS = {
    "portal:jobs": Row(roles=EVERYONE),
    "portal:job": Row(roles=EVERYONE, owned=own_job),
    "portal:job-status": Row(roles=EVERYONE, owned=own_job),
    "portal:job-cancel": Row(roles=EVERYONE, owned=own_job, methods=("post",)),
    "portal:job-retry": Row(roles=EVERYONE, owned=failed_job, methods=("post",)),
    "portal:clock-runs": Row(roles=User.REFERENCE_ROLES),
    "portal:news": Row(roles=EVERYONE, methods=("get", "post")),
    "portal:messages": Row(roles=EVERYONE),
    "portal:messages-read": Row(roles=EVERYONE, methods=("post",)),
    "portal:message-open": Row(roles=EVERYONE, owned=own_message, methods=("post",)),
    "portal:file": Row(roles=EVERYONE, owned=own_file),
}
