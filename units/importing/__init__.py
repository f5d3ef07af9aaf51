"""Lists as printed, read into rows, compared with the register, told row by row what would happen.

`rows.parse(table, mapping)` → lines · `matching.Matcher.find(line)` → a finding, whose reason is
the fault in a sentence · `units.operations.importing` writes. Nothing in here writes.
"""
