"""The files of an application as its pages show them, requirement by requirement."""

from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse

from units.application_parts import KIND_WORDS, asked_of
from units.contents import part_of
from units.models import ApplicationFile, Requirement

MB, KB = 1024 * 1024, 1024
MOST_SCANS = 5
ACCEPT = {
    Requirement.Kind.DOCUMENT: ".pdf,.docx,.xlsx,.ofd,.jpg,.jpeg,.png,.webp,.heic,.heif",
    Requirement.Kind.PHOTO: ".jpg,.jpeg,.png,.webp,.heic,.heif",
    Requirement.Kind.VIDEO: ".mp4",
}


def size_words(size):
    """1.2 MB, 300 KB."""
    return f"{size / MB:.1f} MB" if size >= MB else f"{max(1, round(size / KB))} KB"


@dataclass
class Material:
    """The files of one requirement, and what may be done with them; without one, the scans."""

    application: object
    requirement: object = None
    may_change: bool = False
    files: list = field(default_factory=list)

    @property
    def key(self):
        return self.requirement.pk if self.requirement else 0

    @property
    def name(self):
        return self.requirement.name if self.requirement else "盖章审批表扫描件"

    @property
    def part(self):
        return part_of(self.requirement)

    @property
    def is_photo(self):
        return bool(self.requirement) and self.requirement.kind == Requirement.Kind.PHOTO

    @property
    def cap(self):
        return self.requirement.most if self.requirement else MOST_SCANS

    @property
    def count(self):
        return len(self.files)

    @property
    def room(self):
        return max(0, self.cap - self.count)

    @property
    def pending(self):
        """Is a thumbnail still being made?"""
        return any(not each.derived_at for each in self.files)

    @property
    def limit_mb(self):
        """The largest file that is taken, in MB."""
        whole = settings.EVIDENCE_FILE_LIMIT // MB
        if self.requirement is None:
            return whole
        if self.is_video:
            whole = settings.EVIDENCE_VIDEO_LIMIT // MB
        return min(whole, self.requirement.largest_mb)

    @property
    def accept(self):
        """What the browser offers to choose; the server looks for itself."""
        return ACCEPT[self.requirement.kind] if self.requirement else ".pdf,.jpg,.jpeg,.png"

    @property
    def is_video(self):
        return bool(self.requirement) and self.requirement.kind == Requirement.Kind.VIDEO

    @property
    def kinds(self):
        return KIND_WORDS[self.requirement.kind] if self.requirement else "PDF 或图片"

    @property
    def wanted(self):
        """必交，2 至 5 份，每份不超过 20 MB."""
        if self.requirement is None:
            return f"最多 {self.cap} 份，每份不超过 {self.limit_mb} MB"
        least, most = self.requirement.least, self.requirement.most
        count = f"{most} 份" if least == most else f"{least} 至 {most} 份"
        must = "必交" if self.requirement.is_required else "选交"
        return f"{must}，{count}，每份不超过 {self.limit_mb} MB"

    def _url(self, name):
        if self.requirement is None:
            return reverse(f"units:stamped-{name}", args=[self.application.pk])
        return reverse(f"units:material-{name}", args=[self.application.pk, self.requirement.pk])

    @property
    def url(self):
        return self._url("files")

    @property
    def remove_url(self):
        return self._url("remove")

    @property
    def start_url(self):
        return self._url("start")


def materials_of(application, *, may_change=False, files=None):
    """Every requirement of the application's category with its files; two queries."""
    asked = asked_of(application.batch, application.category)
    found = {each.pk: Material(application, each, may_change) for each in asked}
    for each in standing_files(application) if files is None else files:
        if each.requirement_id in found:
            found[each.requirement_id].files.append(each)
    return list(found.values())


def standing_files(application):
    """The materials that stand now, as the unit sees them."""
    rows = application.files.standing().materials()
    return list(rows.select_related("file").order_by("position", "pk"))


def files_as_submitted(application, content):
    """The materials of one submission, taken off since or not."""
    digests = {each["sha256"] for each in content["files"]}
    rows = application.files.materials().filter(handed_in=True, file__sha256__in=digests)
    seen, found = set(), []
    for each in rows.select_related("file").order_by("removed_at", "position", "pk"):
        key = (each.requirement_id, each.file.sha256)
        if key not in seen:
            seen.add(key)
            found.append(each)
    return found


def stamped_of(application, *, may_change=False, is_removable=None):
    """The scans of the stamped form; `is_removable(file)` says which this person takes off."""
    rows = application.files.standing().filter(purpose=ApplicationFile.Purpose.STAMPED)
    files = list(rows.select_related("file", "added_by").order_by("position", "pk"))
    for each in files:
        each.is_kept = is_removable is not None and not is_removable(each)
    return Material(application, None, may_change, files)
