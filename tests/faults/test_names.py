"""Evil file names: nothing lands outside the root, every header parses, Chinese comes through."""

from email.message import Message
from email.utils import collapse_rfc2231_value

import pytest
from django.test import override_settings
from django.utils.http import content_disposition_header
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal import files
from tests.faults.rig import times

PIECES = st.sampled_from(
    [
        "../",
        "..\\",
        "/",
        "\\",
        "\x00",
        "\r\n",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\ud800",
        "CON",
        "nul.",
        "名单",
        "示例单位",
        "汉" * 100,
        "x" * 300,
        "😀",
        "e\u0301",
        '"',
        "'",
        ";filename=evil.exe",
        "%2e%2e%2f",
        "~",
        ".",
        " ",
        ".xlsx",
        "名单".encode("gbk").decode("latin-1"),
        "C:",
        "$(id)",
        "<script>",
    ]
)
NAMES = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=6).map("".join)


def name_in(header):
    """The file name as a browser reads it from the header."""
    message = Message()
    message["Content-Disposition"] = header
    return collapse_rfc2231_value(message.get_param("filename", header="content-disposition"))


@settings(max_examples=times(150, 500), deadline=None)
@given(name=NAMES)
@example(name="")
@example(name="呼伦贝尔市民族团结进步示范单位名录（2026-11-22）.xlsx")
def test_any_name_becomes_a_harmless_one(name):
    kept = files.clean_name(name)
    header = content_disposition_header(True, kept)

    assert 0 < len(kept) <= 120
    assert not set(kept) & set('/\\\x00\r\n\u202e\u2066<>:"|?*')
    assert kept not in (".", "..") and kept == kept.strip(" .")
    assert files.clean_name(kept) == kept
    assert header.isascii() and "\r" not in header and "\n" not in header
    assert name_in(header) == kept


@settings(max_examples=times(50, 500), deadline=None)
@given(name=NAMES)
def test_no_name_decides_where_a_file_lies(name, root):
    stored = files.prepare(name.encode("utf-8", "replace"), name=name, **FIELDS)

    assert files.path_of(stored.sha256).resolve().is_relative_to(root)
    everything = [path for path in root.parent.rglob("*") if path.is_file()]
    assert all(path.is_relative_to(root) for path in everything)


FIELDS = {"media_type": "text/plain", "owner": None, "at": None}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A root of its own for the whole module; a fixture per function would not be renewed."""
    root = (tmp_path_factory.mktemp("evil") / "files").resolve()
    root.mkdir()
    with override_settings(MEDIA_ROOT=root):
        yield root


def test_a_chinese_name_comes_through_unchanged():
    name = "呼伦贝尔市民族团结进步示范单位名录（2026-11-22）.xlsx"

    assert name_in(content_disposition_header(True, files.clean_name(name))) == name
