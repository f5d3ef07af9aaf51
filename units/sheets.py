"""A list as a workbook: which columns, which rows, what stands above them."""

from django.conf import settings
from django.http import QueryDict

from portal.workbooks import write_workbook
from units.exports import EXPIRY_SHEET, REGISTER_SHEET, sheet_for
from units.listings import DesignationListing, UnitListing
from units.wording import filter_words

AT_ONCE = 1000  # rows; more are written in the background
SHEETS = {
    "register": ("示范单位名册", UnitListing, REGISTER_SHEET, ""),
    "designations": ("称号名册", DesignationListing, REGISTER_SHEET, ""),
    "expiry": ("到期预警表", DesignationListing, EXPIRY_SHEET, "expiring=180&sort=ends_on"),
}


class Export:
    """One workbook for one person: the rows they may see when it is written."""

    def __init__(self, sheet, query, picked, *, user):
        self.title, listing, self.columns, usual = SHEETS[sheet]
        params = QueryDict(query or ("" if picked else usual))
        self.listing = listing(user, params)
        self.sheet, self.query, self.picked, self.user = sheet, query, picked, user
        self.ids = self.listing.ids(picked or None)

    @property
    def file_name(self):
        return f"{settings.COMMISSION_NAME}{self.title}.xlsx"

    def words(self):
        """The choice of rows in words."""
        return "所选行" if self.picked else filter_words(self.listing.filterset)

    def count(self):
        """How many rows there are."""
        return self.ids.order_by().count()

    def facts(self, rows):
        """What stands above the table."""
        return [("范围", self.user.region.name), ("筛选", self.words()), ("行数", f"{rows} 行")]

    def write(self, target, *, at, progress=None):
        """Write the workbook and return how many rows it has."""
        return write_workbook(
            target,
            sheet=self.title,
            title=f"{settings.COMMISSION_NAME}{self.title}",
            columns=sheet_for(self.user.role, self.columns),
            rows=self.listing.rows(self.ids),
            facts=self.facts(self.count()),
            exporter=f"{self.user.name}（{self.user.get_role_display()}）",
            at=at,
            progress=progress,
        )


def export_of_job(job):
    """The export a job asks for, for the person as they are now."""
    payload = job.payload
    return Export(payload["sheet"], payload["query"], payload["picked"], user=job.requested_by)
