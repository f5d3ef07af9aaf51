"""What the ground floor does by the clock."""

from portal import jobs, sealing


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
