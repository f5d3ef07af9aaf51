"""What the first floor does by the clock."""

from portal import jobs
from units.operations.application_files import sweep_uploads


@jobs.every("units.sweep_uploads", seconds=3600)
def sweep_half_uploads(at):
    """Half files nobody went on with are taken away."""
    sweep_uploads(at)
