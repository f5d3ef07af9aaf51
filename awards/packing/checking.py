"""Is a package still as it was made? Reads in pieces, unpacks nothing, trusts no name."""

import hashlib
import json
import zlib
from collections import Counter
from lzma import LZMAError
from zipfile import BadZipFile, ZipFile

from awards.packing.names import is_safe
from awards.packing.writing import CHUNK, MANIFEST

UNREADABLE = (BadZipFile, OSError, EOFError, zlib.error, LZMAError)
# ValueError: names that are no UTF-8
DAMAGED = (*UNREADABLE, RuntimeError, NotImplementedError, ValueError)
LARGEST_MANIFEST = 16 * 1024 * 1024


def faults_of(path):
    """(manifest or None, sentences about what is wrong); no sentence where all is as made."""
    try:
        with ZipFile(path) as package:
            return _checked(package)
    except DAMAGED as error:
        return None, [f"不是完整的 ZIP 文件：{error}。"]


def _checked(package):
    names = [each.filename for each in package.infolist()]
    if MANIFEST not in names:
        return None, [f"没有“{MANIFEST}”，不是本门户的档案包。"]
    raw = _manifest_bytes(package)
    manifest = _parsed(raw)
    if manifest is None:
        return None, [f"“{MANIFEST}”读不出来。"]
    manifest["sha256"] = hashlib.sha256(raw).hexdigest()
    listed = {each["path"]: each for each in manifest["files"]}
    faults = [*_names(names, listed), *_contents(package, names, listed)]
    return manifest, faults


def _manifest_bytes(package):
    with package.open(MANIFEST) as part:
        return part.read(LARGEST_MANIFEST + 1)


def _parsed(raw):
    """The manifest if it has the shape of one."""
    if len(raw) > LARGEST_MANIFEST:
        return None
    try:
        told = json.loads(raw)
        whole = all(
            isinstance(each["path"], str)
            and isinstance(each["size"], int)
            and isinstance(each["sha256"], str)
            for each in told["files"]
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return told if whole and str(told.get("format", "")).startswith("archive-package/") else None


def _names(names, listed):
    counted = Counter(names)
    for name in sorted(each for each, times in counted.items() if times > 1):
        yield f"“{name}”在包内出现多次。"
    for name in names:
        if not is_safe(name):
            yield f"“{name}”的文件名不安全。"
        elif name not in listed and name != MANIFEST:
            yield f"“{name}”不在清单中。"
    for name in listed:
        if name not in counted:
            yield f"缺少“{name}”。"


def _contents(package, names, listed):
    present = set(names)
    for name, told in listed.items():
        if name in present:
            size, sha256 = _measured(package, name, told["size"])
            if size != told["size"]:
                yield f"“{name}”的大小与清单不符。"
            elif sha256 != told["sha256"]:
                yield f"“{name}”的内容与清单不符。"


def _measured(package, name, most):
    """Size and SHA-256, read no further than the manifest says it goes."""
    digest, size = hashlib.sha256(), 0
    try:
        with package.open(name) as part:
            while size <= most and (chunk := part.read(CHUNK)):
                digest.update(chunk)
                size += len(chunk)
    except UNREADABLE:
        return None, ""
    return size, digest.hexdigest()
