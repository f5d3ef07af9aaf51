"""After the story: shared files shown once for all, old prints put off, old news read."""

from datetime import timedelta

from portal.models import Job, Notification
from portal.operations.notifications import mark_read
from units.models import Application, ApplicationFile, Submission
from units.operations.clerks import unbind_clerk
from units.operations.deriving import derive_file

NEWS_DAYS = 5
PATIENCE = timedelta(minutes=20)


def derive_once(at):
    """The same content is looked at once; every row of it shows the same viewing copy."""
    rows = ApplicationFile.objects.filter(derived_at=None).select_related("file", "added_by")
    codes = [each.code for each in rows]
    by_content = {each.file.sha256: each for each in rows.order_by("-pk")}
    for sha256, first in by_content.items():
        shown = ApplicationFile.objects.exclude(derived_at=None).filter(file__sha256=sha256).first()
        if shown is None:
            derive_file(first, at=at)
            shown = ApplicationFile.objects.get(pk=first.pk)
        kept = {"viewing": shown.viewing, "thumbnail": shown.thumbnail, "derived_at": at}
        ApplicationFile.objects.filter(derived_at=None, file__sha256=sha256).update(**kept)
    drop_jobs(f"application file {code}" for code in codes)


def print_later(batches, at):
    """Receipts of batches long past are printed when the first visitors have been served."""
    codes = Submission.objects.filter(application__batch__in=batches).values_list("code", flat=True)
    keys = [f"application receipt {code}" for code in codes]
    waiting = Job.objects.filter(key__in=keys, state=Job.State.WAITING)
    waiting.update(run_at=at + PATIENCE)


def drop_jobs(keys):
    """Take waiting jobs out again: what they were to do is done."""
    Job.objects.filter(key__in=list(keys), state=Job.State.WAITING).delete()


def release(cast, username, batch):
    """Whoever reported for many keeps one unit in each state of a batch; others have nobody now."""
    clerk = cast.named(username)
    rows = Application.objects.filter(created_by=clerk, batch=batch).order_by("-pk")
    kept = {each.state: each.unit_id for each in rows}
    for unit in clerk.units.exclude(pk__in=kept.values()).select_related("region"):
        unbind_clerk(unit, clerk, actor=cast.office, at=cast.at)


def read_old_news(at):
    """What people were told long ago they have read by now."""
    old = Notification.objects.filter(created_at__lt=at - timedelta(days=NEWS_DAYS))
    return mark_read(old.filter(user__is_demo=True), at=at)
