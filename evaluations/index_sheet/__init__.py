"""An index as commissions keep it in Excel: merged blocks, several rows of headings, printed sums.

Reading never mends: what doesn't fit is told with sheet and cell. Writing uses the same layout, so
that what was written reads back as the same tree.
"""
