"""What the ground floor does by the clock."""

from django.utils import timezone

from portal import jobs, sealing
from portal.operations import news


@jobs.every("files.sweep", daily="03:10")
def sweep_files(at):
    """Reading the whole store takes a while, so it is a job."""
    jobs.start(
        "portal.sweep_files", user=None, label="清理无主文件", key=f"files.sweep {at:%Y%m%d}"
    )


@jobs.every("chain.seal", seconds=5)
def seal_audit(at):
    """Chain what was written in the last seconds."""
    sealing.seal(at)


@jobs.every("clock.run", daily="06:00")
def run_clock(at):
    """What falls due today is done in a job, so that a failure is seen and tried again."""
    day = timezone.localdate(at)
    jobs.start("portal.run_clock", user=None, label=f"{day} 日常处理", key=f"clock {day}")


@jobs.every("news.send", seconds=60)
def send_news(at):
    """Messages that are wanted elsewhere leave within a minute or two."""
    news.plan(at)
    if news.something_due(at):
        jobs.start("portal.send_news", user=None, label="发送消息", key=f"news {at:%Y%m%d%H%M}")
