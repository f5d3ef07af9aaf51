"""Is a package still as it was made? Reads in pieces, unpacks nothing, trusts no name."""

import hashlib
import json
from zipfile import BadZipFile, ZipFile

from awards.packing.names import is_safe
from awards.packing.writing import CHUNK, MANIFEST

LARGEST_MANIFEST = 16 * 1024 * 1024


def faults_of(path):
    """(manifest or None, sentences about what is wrong); no sentence where all is as made."""
    try:
        with ZipFile(path) as package:
            return _checked(package)
    except (BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
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
    except (ValueError, KeyError, TypeError):
        return None
    return told if whole and str(told.get("format", "")).startswith("archive-package/") else None


def _names(names, listed):
    for name in sorted({each for each in names if names.count(each) > 1}):
        yield f"“{name}”在包内出现多次。"
    for name in names:
        if not is_safe(name):
            yield f"“{name}”的文件名不安全。"
        elif name not in listed and name != MANIFEST:
            yield f"“{name}”不在清单中。"
    for name in listed:
        if name not in names:
            yield f"缺少“{name}”。"


def _contents(package, names, listed):
    for name, told in listed.items():
        if name in names:
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
    except (BadZipFile, OSError, EOFError):
        return -1, ""
    return size, digest.hexdigest()
