"""Lists of self-checks as workbooks: which rows, which columns, what stands above them."""

from django.conf import settings
from django.db.models import Count, Q
from django.http import QueryDict
from django.utils import timezone

from evaluations.filters.self_checks import SelfCheckFilter
from evaluations.models import SelfCheck
from evaluations.self_check_columns import PHONE_COLUMNS, SHEET_COLUMNS, place_rows
from portal.workbooks import write_workbook

AT_ONCE = 1000  # rows; more are written in the background
SHEETS = {
    "checks": ("自查名单", SHEET_COLUMNS),
    "phones": ("自查未提交单位电话名单", PHONE_COLUMNS),
}


def rows_for_lists(checks, at):
    """With what the columns ask for; `late` says that it should have been handed in by now."""
    found = checks.select_related("unit__region", "unit__category", "round")
    return found.with_late(at)


def rows_for_phones(checks, at):
    """Those who have not handed in, with how many clerks could be told."""
    manned = Count("unit__clerks", filter=Q(unit__clerks__is_active=True))
    ordered = rows_for_lists(checks.open(), at).annotate(manned=manned)
    return ordered.order_by("unit__region__code", "unit__name", "pk")


class Sheet:
    """One workbook for one person: the rows they may see when it is written."""

    def __init__(self, kind, query, *, user, at):
        self.kind, self.query, self.user, self.at = kind, query, user, at
        self.title, self.columns = SHEETS[kind]
        asker = type("Asker", (), {"user": user})
        visible = SelfCheck.objects.visible_to(user)
        self.filterset = SelfCheckFilter(QueryDict(query), queryset=visible, request=asker)

    @property
    def file_name(self):
        return f"{settings.COMMISSION_NAME}{self.title}.xlsx"

    def rows(self):
        if self.kind == "phones":
            return rows_for_phones(self.filterset.qs, self.at)
        rows = rows_for_lists(self.filterset.qs, self.at)
        return rows.order_by("-round__opens_at", "unit__region__code", "unit__name", "pk")

    def count(self):
        found = self.filterset.qs.open() if self.kind == "phones" else self.filterset.qs
        return found.order_by().count()

    def words(self):
        """The filter as it stands above the table."""
        return self.filterset.words()

    def write(self, target, *, progress=None):
        """Write the workbook; returns how many rows it has."""
        scope = self.user.region.name if self.user.region else self.user.name
        return write_workbook(
            target,
            sheet=self.title,
            title=f"{settings.COMMISSION_NAME}{self.title}",
            columns=self.columns,
            rows=place_rows(list(self.rows())),
            facts=[("范围", scope), ("筛选", self.words())],
            exporter=f"{self.user.name}（{self.user.get_role_display()}）",
            at=self.at,
            progress=progress,
        )


def sheet_of_job(job):
    """The workbook a job asks for, for the person as they are now."""
    payload = job.payload
    at = timezone.now()
    return Sheet(payload["kind"], payload["query"], user=job.requested_by, at=at)
