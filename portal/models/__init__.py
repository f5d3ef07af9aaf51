"""Tables of the ground floor."""

from portal.models.audit import AuditEvent
from portal.models.file import StoredFile
from portal.models.job import Heartbeat, Job, ScheduleSlot
from portal.models.misc import Holiday, Notification, SavedFilter, Setting, ViewChoice
from portal.models.once import FormKey
from portal.models.region import Region, RegionEvent, RegionName
from portal.models.user import SignInCode, User

__all__ = [
    "AuditEvent",
    "FormKey",
    "Holiday",
    "Job",
    "Notification",
    "Region",
    "Heartbeat",
    "RegionEvent",
    "RegionName",
    "SavedFilter",
    "ScheduleSlot",
    "Setting",
    "SignInCode",
    "StoredFile",
    "User",
    "ViewChoice",
]
