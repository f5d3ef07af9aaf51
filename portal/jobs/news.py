"""What the owner of a job hears when it is over."""

from collections import Counter

from django.urls import reverse

from portal.models import Job, Notification, User

WORDS = {Job.State.DONE: "已完成", Job.State.FAILED: "没有完成"}


def tell_owner(job, at):
    """A line in the owner's messages; jobs of the portal itself have no owner to tell."""
    if job.requested_by_id is None:
        return
    if job.payload.get("together"):
        _tell_of_all(job, at)
        return
    if job.state not in WORDS:
        return
    text = f"“{job.label}”{WORDS[job.state]}。{job.message}"[:300]
    url = job.result_url or reverse("portal:job", args=[job.pk])
    Notification.objects.create(user_id=job.requested_by_id, text=text, url=url, created_at=at)


def _tell_of_all(job, at):
    """One line for many jobs asked for in one go, once the last of them is over.

    Their payloads share `together`, and `label` and `url` of the whole.
    """
    User.objects.select_for_update().get(pk=job.requested_by_id)  # two may end at once
    rows = Job.objects.filter(
        requested_by=job.requested_by_id, payload__together=job.payload["together"]
    )
    states = Counter(rows.order_by().values_list("state", flat=True))
    if any(states[each] for each in Job.OPEN):
        return
    done, total = states[Job.State.DONE], states.total()
    left = f"，没有完成 {total - done} 个" if done < total else ""
    text = f"“{job.payload['label']}”已办完：完成 {done} 个{left}。"
    told = {"text": text, "url": job.payload["url"], "created_at": at}
    Notification.objects.create(user_id=job.requested_by_id, **told)
