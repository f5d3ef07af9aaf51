"""What an application says, section by section: handed in, compared and remarked on alike."""

from dataclasses import dataclass

from units.models import Application, Requirement
from units.text_changes import pieces


@dataclass(frozen=True)
class Section:
    """A part of the form that a reviewer can remark on. `names` are its fields."""

    key: str
    title: str
    names: tuple = ()


SECTIONS = (
    Section(
        "basics",
        "基本情况",
        (
            "nature",
            "rank_name",
            "staff_count",
            "address",
            "contact_name",
            "contact_post",
            "contact_phone",
        ),
    ),
    Section("deeds", "事迹材料", ("summary", "deeds")),
    Section("documents", "申报材料"),
    Section("photos", "照片"),
    Section("self_check", "自查", ("self_score",)),
)
TITLES = {each.key: each.title for each in SECTIONS}
OWN = ("unit_name", "credit_code", "region", "category", "body")
OWN_LABELS = {
    "unit_name": "单位名称",
    "credit_code": "统一社会信用代码",
    "region": "所在地区",
    "category": "申报类别",
    "body": "推荐单位",
}


def content_of(application):
    """Everything an application says as plain values: what a Submission keeps.

    Keys: those of OWN, the fields of SECTIONS, and `files`, a list of dicts in order.
    """
    unit = application.unit
    told = {
        "unit_name": unit.name,
        "credit_code": unit.credit_code or "",
        "region": unit.region.name,
        "category": application.category.name,
        "body": application.body.name,
    }
    for section in SECTIONS:
        told |= {name: _plain(getattr(application, name)) for name in section.names}
    return {**told, "files": files_of(application)}


def _plain(value):
    return "" if value is None else value if isinstance(value, int) else str(value)


def files_of(application):
    """The files that stand, as a Submission keeps them."""
    standing = application.files.standing().materials().select_related("requirement", "file")
    return [
        {
            "part": part_of(each.requirement),
            "requirement": each.requirement.name
            if each.requirement
            else each.get_purpose_display(),
            "name": each.file.name,
            "caption": each.caption,
            "size": each.file.size,
            "sha256": each.file.sha256,
        }
        for each in standing
    ]


def part_of(requirement):
    """The section a file belongs to."""
    is_photo = requirement is not None and requirement.kind == Requirement.Kind.PHOTO
    return "photos" if is_photo else "documents"


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was."""

    name: str
    label: str
    old: str
    new: str

    @property
    def pieces(self):
        """The later text with what is gone and what is new marked."""
        return pieces(self.old, self.new)


def label_of(name):
    """What a field is called."""
    return OWN_LABELS.get(name) or Application._meta.get_field(name).verbose_name


def changes(before, after):
    """{section key: [Change …]} between two contents; `own` for name, region and category."""
    found = {"own": _differing(OWN, before, after)}
    found |= {each.key: _differing(each.names, before, after) for each in SECTIONS}
    for part in ("documents", "photos"):
        found[part] = _files_differing(_files(before, part), _files(after, part))
    return {key: rows for key, rows in found.items() if rows}


def _differing(names, before, after):
    pairs = [(name, str(before.get(name, "")), str(after.get(name, ""))) for name in names]
    return [Change(name, label_of(name), old, new) for name, old, new in pairs if old != new]


def _files(content, part):
    return [each for each in content.get("files", []) if each["part"] == part]


def _files_differing(before, after):
    """Files by requirement and digest: one put in anew is gone and new."""
    old, new = _keyed(before), _keyed(after)
    gone = [Change("files", each["requirement"], each["name"], "") for key, each in old.items()
            if key not in new]  # fmt: skip
    come = [Change("files", each["requirement"], "", each["name"]) for key, each in new.items()
            if key not in old]  # fmt: skip
    return gone + come


def _keyed(files):
    return {(each["requirement"], each["sha256"], each["caption"]): each for each in files}
