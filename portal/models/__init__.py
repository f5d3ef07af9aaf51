"""Tables of the ground floor."""

from portal.models.audit import AuditEvent, AuditHead
from portal.models.clock import ClockMark, ClockRun
from portal.models.draft import Draft
from portal.models.file import StoredFile
from portal.models.hits import Hit
from portal.models.job import Heartbeat, Job, ScheduleSlot
from portal.models.misc import Holiday, Notification, SavedFilter, Setting, ViewChoice
from portal.models.news import Delivery, NewsChoice
from portal.models.once import FormKey
from portal.models.region import Region, RegionEvent, RegionName
from portal.models.token import ApiToken
from portal.models.user import AccountIntake, DailyTries, SignInCode, User

__all__ = [
    "AccountIntake",
    "ApiToken",
    "AuditEvent",
    "AuditHead",
    "ClockMark",
    "ClockRun",
    "DailyTries",
    "Delivery",
    "Draft",
    "FormKey",
    "Heartbeat",
    "Hit",
    "Holiday",
    "Job",
    "NewsChoice",
    "Notification",
    "Region",
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
