"""Background work: an outbox row is the truth, whoever claims it does it, and effects are fenced.

`start` a job by name inside the act that asks for it; its task body begins with `running(job_id)`.
`every` registers what happens by the clock.
"""

from portal.jobs.handle import Cancelled, Fenced, Released, running
from portal.jobs.outbox import Taken, claim, claimable, start, sweep
from portal.jobs.pulse import worker_seen_at
from portal.jobs.schedule import every, tick

__all__ = [
    "Cancelled",
    "Fenced",
    "Released",
    "Taken",
    "claim",
    "claimable",
    "every",
    "running",
    "start",
    "sweep",
    "tick",
    "worker_seen_at",
]
