"""The rows that wait, marked in a copy of the workbook they came in. Nothing is written here."""

import tempfile
from pathlib import Path

from django.conf import settings

from portal import files
from portal.errors import Refused
from portal.workbooks import Fault, mark_faults
from units.operations.import_source import content_of


def marked_copy(job):
    """(open file, its name): the list as it came, a comment in each cell that is to be mended."""
    faults = faults_of(job)
    if not faults:
        raise Refused(f"“{job}”没有待处理的行，不需要下载。")
    source = files.path_of(job.file.sha256) if job.file else content_of(job)
    handle, place = tempfile.mkstemp(".xlsx", dir=settings.FILE_UPLOAD_TEMP_DIR)
    path = Path(place)
    try:
        with open(handle, "wb"):
            mark_faults(source, faults, path, name=job.name)
        return path.open("rb"), f"{Path(job.name).stem}（待改）.xlsx"
    finally:
        path.unlink(missing_ok=True)


def faults_of(job):
    """A fault for each row that waits or was put off, at the cells its reasons are about."""
    columns = job.mapping["columns"]
    rows = job.rows.filter(verdict__in=("doubt", "error"))
    return [
        Fault(row.sheet, row.row, columns.get(name), row.reason)
        for row in rows
        for name in list(dict.fromkeys(row.fault_fields))[:1] or [None]
    ]
