"""The lists of self-checks and the results of rounds, taken away."""

from functools import partial

from portal.operations.exports import ask_written, note_taken

note_results = partial(note_taken, action="inspectionround.export")
note_sheet = partial(note_taken, action="selfcheck.export")
ask_sheet = partial(
    ask_written, job="evaluations.export_self_checks", action="selfcheck.ask_export"
)
