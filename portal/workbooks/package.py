"""What a file really is, and whether its parts may be opened: decided before anything is parsed."""

import re
import zipfile
from collections import Counter

from portal.errors import Refused

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OLD_KINDS = (".xls", ".et", ".ett", ".xlt", ".xlsb", ".ods", ".numbers")
TEXT_KINDS = (".csv", ".txt", ".tsv")
DTD = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([\w-]+)""")
MARKS = {
    "row": (b"<row", b":row "),
    "cell": (b"<c ", b"<c>", b":c "),
    "string": (b"<si>", b":si>", b"<si/>"),
}
CHUNK = 1 << 20
NOTHING = "没有读取任何内容。"


def kind_of(path, name, limits):
    """“xlsx” or “text”; anything else is refused with what to do instead."""
    with open(path, "rb") as file:
        head = file.read(4096)
        size = file.seek(0, 2)
    _check_size(name, size, limits)
    ending = "." + name.rpartition(".")[2].lower()
    if ending in OLD_KINDS:
        raise Refused(
            f"“{name}”是 {ending} 文件，请在 WPS 或 Excel 中另存为 .xlsx 后再传，{NOTHING}"
        )
    if ending in (".xlsm", ".xltm"):
        raise _macro(name)
    if head.startswith(b"PK"):
        return "xlsx"
    return _kind_without_zip(path, name, head, ending)


def _check_size(name, size, limits):
    if size == 0:
        raise Refused(f"“{name}”是空文件，{NOTHING}请选择有内容的 .xlsx 或 .csv 文件。")
    if size > limits.size:
        most = limits.size // (1 << 20)
        raise Refused(f"“{name}”超过 {most} MB，{NOTHING}请删去图片，或按地区分成几个文件再传。")


def _kind_without_zip(path, name, head, ending):
    if head.startswith(OLE):
        raise _old_or_locked(path, name)
    if head.startswith(b"%PDF"):
        raise Refused(f"“{name}”实际是 PDF 文件，{NOTHING}请选择 .xlsx 或 .csv 文件。")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<html", b"<!doctype", b"<table")):
        raise Refused(
            f"“{name}”实际是网页文件，请用 WPS 或 Excel 打开并另存为 .xlsx 后再传，{NOTHING}"
        )
    if ending in TEXT_KINDS:
        return "text"
    raise Refused(
        f"“{name}”不是 Excel 工作簿，只是改了扩展名或已损坏，{NOTHING}请重新另存为 .xlsx。"
    )


def _old_or_locked(path, name):
    with open(path, "rb") as file:
        locked = ENCRYPTED in file.read()
    if locked:
        return Refused(f"“{name}”设有打开密码，{NOTHING}请取消密码、另存为 .xlsx 后再传。")
    return Refused(f"“{name}”是旧格式工作簿，请在 WPS 或 Excel 中另存为 .xlsx 后再传，{NOTHING}")


def _macro(name):
    return Refused(f"“{name}”带有宏，{NOTHING}请另存为不带宏的 .xlsx 后再传。")


def open_package(path, name, limits):
    """The zip of a workbook whose directory and every part have been looked at."""
    try:
        package = zipfile.ZipFile(path)
        check_directory(package.infolist(), name, limits)
        check_parts(package, name, limits)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        zipfile.zlib.error,
    ) as error:
        raise broken(name) from error
    return package


def broken(name):
    """The sentence for a workbook that does not hold together."""
    return Refused(f"“{name}”已损坏，打不开，{NOTHING}请在 WPS 或 Excel 中打开并重新另存为 .xlsx。")


def check_directory(entries, name, limits):
    """Refuse by what the zip says of itself, without unpacking."""
    names = [entry.filename for entry in entries]
    if len(names) > limits.entries:
        raise Refused(f"“{name}”内部有 {len(names)} 个部件，超过 {limits.entries} 个，{NOTHING}")
    if max(Counter(each.lower() for each in names).values(), default=0) > 1:
        raise Refused(f"“{name}”内部有重名部件，不是正常的工作簿，{NOTHING}请重新另存为 .xlsx。")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(f"“{name}”设有打开密码，{NOTHING}请取消密码、另存为 .xlsx 后再传。")
    _check_contents(names, name)
    _check_unpacked(entries, name, limits)


def _check_contents(names, name):
    lowered = {each.lower() for each in names}
    if any(each.endswith("vbaproject.bin") or "/macrosheets/" in each for each in lowered):
        raise _macro(name)
    if "word/document.xml" in lowered:
        raise Refused(f"“{name}”实际是 Word 文档，{NOTHING}可以复制其中的表格，用“粘贴名单”导入。")
    if "content.xml" in lowered or "xl/workbook.bin" in lowered:
        raise Refused(
            f"“{name}”不是 .xlsx 格式，请在 WPS 或 Excel 中另存为 .xlsx 后再传，{NOTHING}"
        )
    if "[content_types].xml" not in lowered or "_rels/.rels" not in lowered:
        raise Refused(
            f"“{name}”是压缩包，不是 Excel 工作簿，{NOTHING}请解压后选择其中的 .xlsx 文件。"
        )


def _check_unpacked(entries, name, limits):
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    advice = f"{NOTHING}请删去多余的空白行、图片和格式，另存后再传。"
    if unpacked > limits.unpacked:
        raise Refused(f"“{name}”解开后超过 {limits.unpacked >> 20} MB，{advice}")
    if unpacked > limits.ratio_from and unpacked > packed * limits.ratio:
        raise Refused(f"“{name}”解开后是原来的 {limits.ratio} 倍以上，不是正常的工作簿，{advice}")


def check_parts(package, name, limits):
    """Unpack each XML part once, keeping nothing: no DTD, UTF-8 only, no flood of elements."""
    for entry in package.infolist():
        if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            with package.open(entry) as part:
                _check_part(part, name, limits)


def _check_part(part, name, limits):
    counts, tail, first = Counter(), b"", True
    while chunk := part.read(CHUNK):
        if first:
            _check_encoding(chunk, name)
        first, text = False, tail + chunk
        if DTD.search(text):
            raise Refused(f"“{name}”内部含有文档类型声明，不是正常的工作簿，{NOTHING}请重新另存。")
        _count(counts, text, len(tail))
        tail = text[-16:]
        _check_counts(counts, name, limits)


def _check_encoding(chunk, name):
    named = ENCODING.match(chunk.removeprefix(b"\xef\xbb\xbf").lstrip()[:200])
    wide = chunk.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in chunk[:64]
    if wide or (named and named[1].lower() not in (b"utf-8", b"ascii", b"us-ascii")):
        raise Refused(
            f"“{name}”内部编码不是 UTF-8，{NOTHING}请在 WPS 或 Excel 中重新另存为 .xlsx。"
        )


def _count(counts, text, seen):
    """Count opening tags; what lies wholly inside the tail of the chunk before was counted then."""
    for kind, marks in MARKS.items():
        counts[kind] += sum(text.count(mark) - text[:seen].count(mark) for mark in marks)
    counts["tag"] += text.count(b"<", seen)


def _check_counts(counts, name, limits):
    cells = counts["cell"] + counts["string"]
    if counts["row"] > limits.row_tags or cells > limits.cell_tags:
        raise Refused(
            f"“{name}”的单元格过多，{NOTHING}请删去多余的空白行和空白列（全选后删除，不是清除内容），另存后再传。"
        )
    if counts["tag"] - cells * 8 - counts["row"] * 2 > 2 * limits.other_tags:
        raise Refused(
            f"“{name}”的格式或对象过多，{NOTHING}请把表格复制到新工作簿，只粘贴数值，另存后再传。"
        )
