"""DOCX, XLSX and OFD: packages whose directory, parts and relations are looked at, never run."""

import re
import zipfile
import zlib
from collections import Counter

from portal.errors import Refused
from portal.intake.kinds import ALLOWED, DOCX, NOTHING, OFD, XLSX
from portal.intake.pictures import day_in

OFFICE = "application/vnd.openxmlformats-officedocument"
MAINS = {
    f"{OFFICE}.wordprocessingml.document.main+xml": DOCX,
    f"{OFFICE}.spreadsheetml.sheet.main+xml": XLSX,
}
SAVE_AGAIN = "请在 WPS 或 Office 中打开并重新另存后再传。"
DTD = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
CONTENT_TYPE = re.compile(rb"""ContentType\s*=\s*["']([^"']+)["']""")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
OUTSIDE = re.compile(rb"""TargetMode\s*=\s*["']External["']""", re.IGNORECASE)
FAR = re.compile(rb"""Target\s*=\s*["'](https?:|ftp:|\\\\|//|file:////|file:\\\\)""", re.IGNORECASE)
PULLS = re.compile(rb"""Type\s*=\s*["'][^"']*/(attachedTemplate|oleObject|frame|subDocument)["']""")
DDE = re.compile(rb"<(?:\w+:)?instrText[^>]*>\s*DDE(AUTO)?\s|<(?:\w+:)?ddeLink\b", re.IGNORECASE)
CREATED = re.compile(rb"<dcterms:created[^>]*>([^<]{8,40})<")
FOREIGN = "\x01Ole10Native".encode("utf-16-le")  # “insert file as object”: anything may be in it
PART = 1 << 20


def look(path, kind, name, limits):
    """Which package it is and when it was made; Refused if broken, with macros or reaching out."""
    try:
        with zipfile.ZipFile(path) as package:
            check_directory(package, name, limits)
            found = kind_of(package, name)
            check_parts(package, name, limits)
            made = day_of(package)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise broken(name) from error
    return {"kind": found, "found_on": made}


def broken(name):
    return Refused(f"“{name}”不完整或已损坏，打不开，{NOTHING}{SAVE_AGAIN}")


def check_directory(package, name, limits):
    """Refuse by what the package says of itself, without unpacking."""
    entries = package.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > limits.entries:
        raise Refused(f"“{name}”内部有 {len(names)} 个部件，过于复杂，{NOTHING}{SAVE_AGAIN}")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(f"“{name}”设有打开密码，{NOTHING}请取消密码后再传。")
    twice = max(Counter(each.lower() for each in names).values(), default=0) > 1
    if twice or any(_leads_out(each) for each in names):
        raise Refused(f"“{name}”内部的部件名称不正常，{NOTHING}{SAVE_AGAIN}")
    _check_unpacked(entries, name, limits)


def _leads_out(name):
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or "\0" in name


def _check_unpacked(entries, name, limits):
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > limits.unpacked or (
        unpacked > limits.ratio_from and unpacked > packed * limits.ratio
    ):
        raise Refused(f"“{name}”解开后远大于原来，不是正常的文档，{NOTHING}{SAVE_AGAIN}")


def kind_of(package, name):
    """DOCX, XLSX or OFD by what its parts say; documents with macros under another name too."""
    names = {each.lower() for each in package.namelist()}
    if any(each.endswith("vbaproject.bin") or "/macrosheets/" in each for each in names):
        raise macro(name)
    if "ofd.xml" in names:
        return OFD
    if "[content_types].xml" not in names:
        raise _other(names, name)
    with package.open("[Content_Types].xml") as part:
        types = {each.decode("ascii", "replace") for each in CONTENT_TYPE.findall(part.read(PART))}
    if any("macroenabled" in each.lower() for each in types):
        raise macro(name)
    found = next((kind for main, kind in MAINS.items() if main in types), None)
    if found is None:
        raise _other(names, name)
    return found


def macro(name):
    return Refused(f"“{name}”带有宏，{NOTHING}请另存为不带宏的 .docx 或 .xlsx 后再传。")


def _other(names, name):
    if any(each.startswith("ppt/") for each in names):
        return Refused(f"“{name}”是演示文稿，{NOTHING}请另存为 PDF 后再传。")
    if "content.xml" in names:
        return Refused(f"“{name}”是 ODF 文档，{NOTHING}请另存为 .docx 或 .xlsx 后再传。")
    return Refused(f"“{name}”是压缩包，{NOTHING}请解压后逐个上传。{ALLOWED}")


def check_parts(package, name, limits):
    """Unpack each part once, keeping nothing: no DTD, nothing that starts or fetches something."""
    left = limits.unpacked
    for entry in package.infolist():
        lowered = entry.filename.lower()
        if lowered.startswith(("word/activex/", "xl/activex/")):
            raise Refused(f"“{name}”里含有 ActiveX 控件，{NOTHING}{SAVE_AGAIN}")
        with package.open(entry) as part:
            left -= _check_part(part, lowered, name, left)


def _check_part(part, lowered, name, left):
    size, tail = 0, b""
    while chunk := part.read(PART):
        size += len(chunk)
        if size > left:
            raise Refused(f"“{name}”解开后远大于原来，不是正常的文档，{NOTHING}{SAVE_AGAIN}")
        _check_text(tail + chunk, lowered, name)
        tail = chunk[-1024:]
    return size


def _check_text(text, lowered, name):
    if lowered.endswith((".xml", ".rels", ".vml")):
        if DTD.search(text):
            raise Refused(f"“{name}”内部含有文档类型声明，不正常，{NOTHING}{SAVE_AGAIN}")
        if DDE.search(text):
            raise Refused(f"“{name}”里含有会启动其他程序的域，{NOTHING}{SAVE_AGAIN}")
    if lowered.endswith(".rels") and any(map(_pulls, RELATION.findall(text))):
        raise Refused(f"“{name}”会从外部取用模板或对象，{NOTHING}{SAVE_AGAIN}")
    if lowered.endswith(".bin") and FOREIGN in text:
        raise Refused(f"“{name}”里嵌入了其他文件，{NOTHING}请去掉嵌入的文件，单独上传。")


def _pulls(relation):
    """A relation that makes the reader's program fetch something from elsewhere."""
    return OUTSIDE.search(relation) and PULLS.search(relation) and FAR.search(relation)


def day_of(package):
    """The day the document was made, by its own word."""
    try:
        with package.open("docProps/core.xml") as part:
            found = CREATED.search(part.read(PART))
    except KeyError:
        return None
    return day_in(found[1].decode("ascii", "replace")) if found else None


def derive(path, kind, name, limits):
    """Documents are shown by their icon and sent as they are."""
    return {}
