"""What came in as evidence: what it really is, whether it is whole and quiet, what to show of it.

The modules that parse run in a child process without Django; `asking` is this side's door to it.
"""
