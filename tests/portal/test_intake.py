"""What a file is decides, not what it is called; whatever is broken or carries more is refused."""

import io
import socket
import threading
from datetime import date

import pikepdf
import pytest
from PIL import Image, ImageFile

from portal import files
from portal.errors import Refused
from portal.intake import asking
from portal.intake.kinds import OLE
from portal.intake.limits import Limits
from portal.intake.receiving import receive
from tests.evaluations import sample_files as sample
from tests.factories import NOON


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


def took(content, name):
    return receive(io.BytesIO(content), name=name, owner=None, at=NOON)


def kept(root):
    return [path for path in root.rglob("*") if path.is_file() and path.name != "lock"]


@pytest.mark.parametrize("name", sample.BENIGN)
def test_every_kind_that_offices_have_is_taken_in(name, root):
    content = sample.BENIGN[name]()

    received = took(content, name)

    assert received.stored.name == name
    assert files.path_of(received.stored.sha256).read_bytes() == content


def test_the_kind_goes_by_the_content_and_the_name_follows():
    received = took(sample.png(), "照片.jpg")

    assert (received.kind, received.stored.media_type) == ("image", "image/png")
    assert received.stored.name == "照片.jpg.png"


def test_a_photo_tells_the_day_it_was_taken():
    received = took(sample.jpeg(taken="2026:03-18 10:00:00"), "照片.jpg")

    assert received.found_on == date(2026, 3, 18)


def with_script(document):
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def with_launch(document):
    document.pages[0].obj.AA = pikepdf.Dictionary(
        O=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    )


def with_program(document):
    spec = pikepdf.AttachedFileSpec(document, b"MZ", filename="a.exe")
    document.attachments["a.exe"] = spec


def with_word_in_text(document):
    document.docinfo["/Title"] = "见 /JavaScript 目录和 (/Launch)"


def locked():
    document, out = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def pulling(kind, target):
    relation = (
        f'<Relationships><Relationship Id="r" Type="http://x/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    )
    return {"word/_rels/settings.xml.rels": relation}


MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
HOSTILE = [
    (b"", "空.jpg", "空文件（0 字节）"),
    (bytes(5000), "零.jpg", "里没有内容"),
    (b"<html><script>alert(1)</script>", "照片.jpg", "实际是网页文件"),
    (b"\xef\xbb\xbf\n <!DOCTYPE html>", "扫描件.pdf", "实际是网页文件"),
    (b"<svg xmlns='x' onload='alert(1)'/>", "图.png", "XML 或 SVG"),
    (b"<?xml version='1.0'?><svg/>", "图.svg", "XML 或 SVG"),
    (b"MZ" + bytes(200), "照片.jpg", "实际是程序文件"),
    (b"GIF89a" + bytes(50), "图.jpg", "GIF 动图"),
    (OLE + bytes(600), "方案.docx", "旧格式的 Office"),
    (sample.jpeg() + b"<script>alert(1)</script>", "照片.jpg", "夹带了网页或脚本"),
    (sample.jpeg() + sample.package({"a.txt": "a"}), "照片.jpg", "夹带了压缩包"),
    (sample.jpeg()[:-900], "照片.jpg", "不完整或已损坏"),
    (sample.png()[:-400], "照片.png", "不完整或已损坏"),
    (sample.webp()[:-400], "照片.webp", "不完整或已损坏"),
    (sample.heic()[:-400], "照片.heic", "不完整或已损坏"),
    (sample.pdf(change=with_script), "计划.pdf", "含有脚本"),
    (sample.pdf(change=with_launch), "计划.pdf", "启动程序的动作"),
    (sample.pdf(change=with_program), "计划.pdf", "附带了其他文件"),
    (sample.pdf()[:-200], "计划.pdf", "不完整或已损坏"),
    (sample.pdf() + sample.package({"a.txt": "a"}), "计划.pdf", "夹带了压缩包"),
    (locked(), "计划.pdf", "设有打开密码"),
    (sample.docx(main=MACRO_MAIN), "方案.docx", "带有宏"),
    (sample.docx(more={"word/vbaProject.bin": "x"}), "方案.docx", "带有宏"),
    (sample.docx(more={"word/activeX/activeX1.xml": "x"}), "方案.docx", "ActiveX"),
    (sample.docx(more={"../../a.xml": "x"}), "方案.docx", "部件名称不正常"),
    (sample.docx(more=pulling("attachedTemplate", "http://evil/t.dotm")), "方案.docx", "外部取用"),
    (sample.docx(body="<w:instrText> DDEAUTO cmd </w:instrText>"), "方案.docx", "启动其他程序"),
    (sample.docx(more={"a.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]>"}), "方案.docx", "文档类型声明"),
    (sample.docx(more={"word/media/a.bmp": "0" * 60_000_000}), "方案.docx", "远大于原来"),
    (sample.docx()[:-60], "方案.docx", "不完整或已损坏"),
    (sample.package({"ppt/presentation.xml": "a"}), "汇报.docx", "演示文稿"),
    (sample.package({"a.txt": "a"}), "材料.xlsx", "是压缩包"),
    (sample.mp4()[:-500], "活动.mp4", "放不出来"),
    (sample.mp4() + b"<html>", "活动.mp4", "放不出来"),
    (sample.mp4(handler=b"soun"), "活动.mp4", "没有画面"),
    (sample.mp4(brand=b"qt  ").replace(b"mp42", b"qt  "), "活动.mp4", "MOV"),
]


@pytest.mark.parametrize(("content", "name", "told"), HOSTILE)
def test_what_is_broken_or_carries_more_is_refused_and_leaves_nothing(content, name, told, root):
    with pytest.raises(Refused, match=told) as refusal:
        took(content, name)

    assert "没有保存" in str(refusal.value)
    assert name in str(refusal.value)
    assert kept(root) == []


@pytest.mark.parametrize(
    "content",
    [
        sample.pdf(change=with_word_in_text),
        sample.docx(more=pulling("attachedTemplate", "file:///C:/Users/a/Normal.dotm")),
        sample.docx(more=pulling("hyperlink", "https://www.gov.cn/")),
    ],
    ids=["word in text", "own template", "link"],
)
def test_what_only_looks_suspicious_is_taken_in(content):
    assert took(content, "方案").stored.size == len(content)


def test_more_pixels_than_a_phone_takes_are_refused_before_they_are_unpacked(root):
    bomb = sample.encoded(Image.new("1", (20_000, 20_000)), "PNG")

    with pytest.raises(Refused, match="20000×20000 像素，超过 4000 万"):
        took(bomb, "图.png")


def test_a_file_that_takes_too_long_is_given_up(tmp_path):
    path = tmp_path / "图.png"
    path.write_bytes(sample.png(size=(2000, 2000)))

    with pytest.raises(Refused, match="规定的时间和内存内读不完"):
        asking.look(path, "图.png", Limits(memory=20_000_000))


def test_each_kind_has_its_size(settings):
    settings.EVIDENCE_FILE_LIMIT, settings.EVIDENCE_VIDEO_LIMIT = 1_048_576, 3_145_728

    assert took(sample.mp4(size=2_000_000), "活动.mp4").kind == "video"
    with pytest.raises(Refused, match="超过 3 MB，没有保存这个文件。请压缩或截短"):
        took(sample.mp4(size=4_000_000), "活动.mp4")
    with pytest.raises(Refused, match="超过 1 MB"):
        took(sample.png(size=(1400, 1400)) + bytes(1_500_000), "照片.png")


class Scanner(threading.Thread):
    """What clamd says, without clamd."""

    def __init__(self, answer):
        super().__init__(daemon=True)
        self.answer, self.got = answer, b""
        self.door = socket.create_server(("127.0.0.1", 0))
        self.start()

    @property
    def address(self):
        return f"127.0.0.1:{self.door.getsockname()[1]}"

    def run(self):
        line, _ = self.door.accept()
        with line:
            while not self.got.endswith(bytes(4)):
                self.got += line.recv(65536)
            line.sendall(self.answer)


def test_a_scanner_is_asked_where_the_office_has_one(settings):
    scanner = Scanner(b"stream: OK\0")
    settings.CLAMD_ADDRESS = scanner.address

    took(sample.jpeg(), "照片.jpg")

    assert scanner.got.startswith(b"zINSTREAM\0")
    assert sample.jpeg() in scanner.got


def test_what_the_scanner_knows_is_refused(settings, root):
    settings.CLAMD_ADDRESS = Scanner(b"stream: Eicar-Test-Signature FOUND\0").address

    with pytest.raises(Refused, match="没有通过病毒检查"):
        took(sample.jpeg(), "照片.jpg")
    assert kept(root) == []


def test_with_the_scanner_away_nothing_is_taken_in(settings, root):
    settings.CLAMD_ADDRESS = "127.0.0.1:1"

    with pytest.raises(Refused, match="病毒检查暂时不可用"):
        took(sample.jpeg(), "照片.jpg")
    assert kept(root) == []


def test_a_copy_for_viewing_is_upright_and_says_nothing_of_place_and_camera(tmp_path):
    path = tmp_path / "照片.jpg"
    path.write_bytes(
        sample.jpeg(size=(3200, 2400), taken="2026:03:18 10:00:00", place=True, turn=6)
    )

    made = asking.derive(path, ".jpg", "照片.jpg", tmp_path)

    with Image.open(made["viewing"]) as copy:
        assert copy.size == (1920, 2560)
        assert not copy.getexif()
        assert "exif" not in copy.info
    with Image.open(made["thumbnail"]) as small:
        assert max(small.size) == 360
    assert len(made["picture_hash"]) == 16


def test_half_a_picture_is_refused_even_where_something_else_lets_it_through(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    whole = sample.jpeg(3)

    with pytest.raises(Refused, match="不完整或已损坏"):
        took(whole[: len(whole) // 2], "照片.jpg")
