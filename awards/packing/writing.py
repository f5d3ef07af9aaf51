"""A plan to a ZIP: file after file, hashed on the way, never more than a page in memory."""

import hashlib
import json
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.utils.timezone import localtime

from awards.packing.plan import PARTS, VERSION
from portal import files
from portal.documents import pdf_of
from portal.errors import Refused

MANIFEST = "00 manifest.json"
CONTENTS = "00 目录.txt"
CHUNK = 1024 * 1024
LARGE = 2**31 - 1
TOUGH = (".pdf", ".docx", ".xlsx", ".ofd", ".mp4", ".jpg", ".jpeg", ".png", ".webp", ".heic")
NOTHING = "没有生成档案包。"


@dataclass(frozen=True)
class Packed:
    """One file as it was written."""

    path: str
    what: str
    size: int
    sha256: str

    def plain(self):
        """As the manifest has it."""
        return {"path": self.path, "what": self.what, "size": self.size, "sha256": self.sha256}


def write_package(target, plan, *, head, at, progress=lambda done, total: None):
    """Write the whole package; returns (how many files, SHA-256 of the manifest).

    `head` is what the manifest says of the package as a whole. `progress` may raise to stop it.
    """
    total, lines = len(plan.entries) + 2, []
    with ZipFile(target, "w", ZIP_DEFLATED, allowZip64=True) as package:
        shelf = Writer(package, at, lambda: progress(len(lines), total))
        for entry in plan.entries:
            lines.append(shelf.put(entry))
            progress(len(lines), total)
        text = contents_text(plan, lines, head)
        lines.append(shelf.put_bytes(CONTENTS, "目录", text.encode("utf-8-sig")))
        manifest = manifest_of(plan, lines, head, at)
        shelf.put_bytes(MANIFEST, "清单", manifest)
    return len(lines), hashlib.sha256(manifest).hexdigest()


class Writer:
    """Puts files into an open ZIP."""

    def __init__(self, package, at, tick):
        self.package, self.tick = package, tick
        self.stamp = localtime(at).timetuple()[:6]

    def put(self, entry):
        """One entry of the plan."""
        if entry.html:
            return self.put_bytes(entry.path, entry.what, pdf_of(entry.html))
        return self._copy(entry)

    def put_bytes(self, path, what, content):
        """A small file made for the package."""
        self.package.writestr(self._info(path), content)
        return Packed(path, what, len(content), hashlib.sha256(content).hexdigest())

    def _copy(self, entry):
        """A kept file, which has to be what was kept."""
        digest, size = hashlib.sha256(), 0
        place = files.path_of(entry.sha256)
        if not place.is_file():
            raise Refused(f"“{entry.path}”在服务器上找不到，{NOTHING}请联系系统管理员。")
        info = self._info(entry.path)
        wide = entry.size > LARGE
        with open(place, "rb") as source, self.package.open(info, "w", force_zip64=wide) as part:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                part.write(chunk)
                size += len(chunk)
                self._look(size)
        if digest.hexdigest() != entry.sha256:
            raise Refused(f"“{entry.path}”与登记时的摘要不符，{NOTHING}请联系系统管理员核查。")
        return Packed(entry.path, entry.what, size, entry.sha256)

    def _look(self, size):
        self.tick()
        if size % files.LOOK_EVERY == 0:
            files.check_reserve()

    def _info(self, path):
        info = ZipInfo(path, self.stamp)
        info.compress_type = ZIP_STORED if path.lower().endswith(TOUGH) else ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        return info


def manifest_of(plan, lines, head, at):
    """The manifest as bytes: every file but itself, with size and SHA-256."""
    told = {
        "format": f"archive-package/{VERSION}",
        **head,
        "made_at": localtime(at).isoformat(timespec="seconds"),
        "fingerprint": plan.fingerprint,
        "left_out": plan.left_out,
        "files": [each.plain() for each in lines],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def contents_text(plan, lines, head):
    """The list of what is in it, to be read by people; line ends as every desktop has them."""
    out = [f"{head['unit']}　档案包目录", f"批次：{head['batch']}", f"生成：{head['made_by']}", ""]
    for part in PARTS:
        own = [each for each in lines if each.path.startswith(f"{part}/")]
        out += [part, *(_line(number, each) for number, each in enumerate(own, 1))]
        out += [] if own else ["　（无）"]
        out.append("")
    if plan.left_out:
        out += ["未列入", *(f"　{each}" for each in plan.left_out), ""]
    out.append(f"各文件的 SHA-256 见“{MANIFEST}”。")
    return "\r\n".join(out) + "\r\n"


def _line(number, each):
    name = each.path.partition("/")[2]
    return f"　{number}. {name}　（{each.what}，{each.size:,} 字节）"
