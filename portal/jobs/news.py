"""What the owner of a job hears when it is over."""

from django.urls import reverse

from portal.models import Job, Notification

WORDS = {Job.State.DONE: "已完成", Job.State.FAILED: "没有完成"}


def tell_owner(job, at):
    """A line in the owner's messages; jobs of the portal itself have no owner to tell."""
    if job.requested_by_id is None or job.state not in WORDS:
        return
    text = f"“{job.label}”{WORDS[job.state]}。{job.message}"[:300]
    url = job.result_url or reverse("portal:job", args=[job.pk])
    Notification.objects.create(user_id=job.requested_by_id, text=text, url=url, created_at=at)
