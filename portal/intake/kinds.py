"""What a file really is, by its first bytes; its name is only a hint for the advice given."""

from dataclasses import dataclass

from portal.errors import Refused

NOTHING = "没有保存这个文件。"
ALLOWED = "可以上传 PDF、JPG、PNG、WebP、HEIC 图片，DOCX、XLSX、OFD 文档和 MP4 视频。"
HEAD = 4096
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx"}
MP4_BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V "}
MP4_BRANDS |= {b"M4VH", b"M4VP", b"mmp4", b"MSNV", b"f4v ", b"dash", b"3gp4", b"3gp5", b"3gp6"}
WEB_PAGES = (b"<html", b"<!doctype", b"<head", b"<body", b"<script", b"<table", b"<iframe")


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken in: how it is called, sent and where it is examined."""

    kind: str
    ending: str
    media_type: str
    endings: tuple


JPG = Kind("image", ".jpg", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"))
PNG = Kind("image", ".png", "image/png", (".png",))
WEBP = Kind("image", ".webp", "image/webp", (".webp",))
HEIC = Kind("image", ".heic", "image/heic", (".heic", ".heif"))
PDF = Kind("pdf", ".pdf", "application/pdf", (".pdf",))
OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX = Kind("document", ".docx", f"{OFFICE}.wordprocessingml.document", (".docx",))
XLSX = Kind("sheet", ".xlsx", f"{OFFICE}.spreadsheetml.sheet", (".xlsx",))
OFD = Kind("ofd", ".ofd", "application/ofd", (".ofd",))
MP4 = Kind("video", ".mp4", "video/mp4", (".mp4", ".m4v"))
PACKAGE = Kind("package", ".zip", "application/zip", ())  # which one its parts will tell

OTHERS = [  # (first bytes, what it is, what to do)
    (OLE, "旧格式的 Office 文件", "请在 WPS 或 Office 中另存为 .docx 或 .xlsx 后再传。"),
    (b"GIF8", "GIF 动图", "请另存为 JPG 或 PNG 后再传。"),
    (b"BM", "BMP 图片", "请另存为 JPG 或 PNG 后再传。"),
    (b"II*\x00", "TIFF 图片", "请另存为 JPG 或 PDF 后再传。"),
    (b"MM\x00*", "TIFF 图片", "请另存为 JPG 或 PDF 后再传。"),
    (b"MZ", "程序文件", ALLOWED),
    (b"\x7fELF", "程序文件", ALLOWED),
    (b"#!", "脚本文件", ALLOWED),
    (b"Rar!", "压缩包", "请解压后逐个上传。"),
    (b"7z\xbc\xaf", "压缩包", "请解压后逐个上传。"),
    (b"\x1f\x8b", "压缩包", "请解压后逐个上传。"),
    (b"RIFF", "AVI 或其他多媒体文件", "请转换为 MP4 后再传。"),
    (b"\x1aE\xdf\xa3", "MKV 或 WebM 视频", "请转换为 MP4 后再传。"),
    (b"FLV", "FLV 视频", "请转换为 MP4 后再传。"),
    (b"ID3", "音频", "材料不收音频；如是会议记录，请整理成文档后再传。"),
    (b"{\\rtf", "RTF 文档", "请另存为 .docx 后再传。"),
]


def kind_of(head, name):
    """The kind of a file that begins so, or Refused with what to do instead."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _by_brand(head, name)
    if head.lstrip(b"\xef\xbb\xbf\r\n\t \x00").startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return PACKAGE
    raise other(head, name)


def _by_brand(head, name):
    size = int.from_bytes(head[:4], "big")
    words = head[8 : max(12, min(size, 256))]
    major, brands = words[:4], {words[at : at + 4] for at in range(0, len(words) - 3, 4)}
    if major in HEIC_BRANDS or (major not in MP4_BRANDS and brands & HEIC_BRANDS):
        return HEIC
    if major in MP4_BRANDS or brands & MP4_BRANDS:
        return MP4
    if major == b"qt  ":
        raise Refused(f"“{name}”是 MOV 视频，{NOTHING}请转换为 MP4 后再传。")
    if major == b"avif":
        raise Refused(f"“{name}”是 AVIF 图片，{NOTHING}请另存为 JPG 后再传。")
    raise Refused(f"“{name}”不是能识别的视频或图片，{NOTHING}{ALLOWED}")


def other(head, name):
    """The refusal of what is none of ours, said as exactly as its first bytes allow."""
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe\r\n\t \x00").lower()
    if text.startswith(WEB_PAGES):
        return Refused(f"“{name}”实际是网页文件，只是改了名字，{NOTHING}{ALLOWED}")
    if text.startswith((b"<?xml", b"<svg", b"<!--")) or b"<svg" in text:
        return Refused(f"“{name}”实际是 XML 或 SVG 文件，{NOTHING}图片请另存为 JPG 或 PNG 后再传。")
    for start, word, advice in OTHERS:
        if head.startswith(start):
            return Refused(f"“{name}”实际是{word}，{NOTHING}{advice}")
    if len(set(head)) <= 1:
        return Refused(f"“{name}”里没有内容，可能没有传完整，{NOTHING}请重新选择文件。")
    return Refused(f"“{name}”已损坏或不是能识别的文件，{NOTHING}{ALLOWED}")
