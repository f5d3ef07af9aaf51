"""The line that says who took which 申报汇总表."""

from functools import partial

from portal.operations.exports import note_taken

note_summary = partial(note_taken, action="summary.export")
