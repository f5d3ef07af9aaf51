"""What the second floor does by the clock."""

from evaluations.operations.reminders import ask_reminders
from evaluations.operations.uploads import sweep_uploads
from portal import jobs
from portal.page_pictures import sweep_pages


@jobs.every("evaluations.sweep_uploads", seconds=3600)
def sweep_half_uploads(at):
    """Half files nobody went on with are taken away."""
    sweep_uploads(at)


@jobs.every("evaluations.sweep_pages", daily="03:40")
def sweep_page_pictures(at):
    """Drawn pages that nobody asked for lately make room."""
    sweep_pages(at)


@jobs.every("evaluations.remind", daily="08:30")
def remind_of_self_checks(at):
    """Seven, three and one day before a round is due, those behind hear of it, once each."""
    ask_reminders(at)
