"""Workbooks out (typed, printable, inert) and in (limited, in a child process, told in sentences).

Loaded on demand: the reading child wants neither the writer nor Django.
"""

from importlib import import_module

HOMES = {
    "XLSX": "out",
    "WorkbookOut": "out",
    "write_workbook": "out",
    "read_table": "read",
    "read_pasted": "read",
    "mark_faults": "mark",
    "Fault": "table",
    "Row": "table",
    "Sheet": "table",
    "Table": "table",
    "Limits": "limits",
    "DEFAULT": "limits",
}


def __getattr__(name):
    if name not in HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"portal.workbooks.{HOMES[name]}"), name)
