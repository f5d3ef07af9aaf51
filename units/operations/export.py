"""The lists of the register, taken away."""

from functools import partial

from portal.operations.exports import ask_written, note_taken

note_export = partial(note_taken, action="register.export")
ask_export = partial(ask_written, job="units.export_register", action="register.ask_export")
