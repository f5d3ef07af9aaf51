"""A package that came to harm: every damage is told in a sentence, none passes, none breaks."""

import hashlib
import io
import json
import time
import zipfile

import pytest

from awards.packing.checking import faults_of


def _zipped(files, method=zipfile.ZIP_DEFLATED, **changes):
    """The bytes of a package with a manifest that fits, but for the changes of its lines."""
    lines = [
        {"path": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    ]
    told = {"format": "archive-package/1", "files": [each | changes for each in lines]}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as package:
        for name, content in files.items():
            package.writestr(name, content)
        package.writestr("00 manifest.json", json.dumps(told))
    return file.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_whatever_byte_is_damaged_the_answer_is_a_sentence(tmp_path, method):
    content, path = _zipped({"材料.txt": b"example " * 30}, method), tmp_path / "x.zip"
    path.write_bytes(content)
    assert faults_of(path)[1] == []
    first = len("材料.txt".encode()) + 30  # of the packed content
    found = {}
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        found[place] = faults_of(path)[1]

    assert all(isinstance(each, str) for faults in found.values() for each in faults)
    assert any("材料.txt" in each for place in range(first, first + 12) for each in found[place])


def test_an_unreadable_file_does_not_pass_as_one_of_no_size(tmp_path):
    content, path = bytearray(_zipped({"a": b"x" * 99}, size=-1, sha256="")), tmp_path / "x.zip"
    content[0] = 0xFF  # it cannot even be opened
    path.write_bytes(content)

    assert faults_of(path)[1] == ["“a”的大小与清单不符。"]


def test_a_manifest_nested_without_end_is_unreadable(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("00 manifest.json", "[" * 200_000)

    assert faults_of(path) == (None, ["“00 manifest.json”读不出来。"])


def test_a_name_found_twice_is_told_and_many_names_are_soon_read(tmp_path):
    path = tmp_path / "x.zip"
    told = {"format": "archive-package/1", "files": []}
    with zipfile.ZipFile(path, "w") as package, pytest.warns(UserWarning, match="Duplicate"):
        for number in range(20_000):
            package.writestr(f"{number % 19_999}", "")
        package.writestr("00 manifest.json", json.dumps(told))
    begun = time.monotonic()

    faults = faults_of(path)[1]

    assert faults[0] == "“0”在包内出现多次。"
    assert time.monotonic() - begun < 3  # pair by pair it takes ten times as long
