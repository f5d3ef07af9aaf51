"""What no file of the portal may hold: machine paths, inline styles, what old browsers lack."""

import re
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((TOP / "templates").rglob("*.html"))
STYLES = sorted((TOP / "static/css").glob("*.css"))
TOO_NEW = re.compile(
    r":has\(|:is\(|:where\(|@container|@layer|color-mix\(|oklch\(|light-dark\(|aspect-ratio|"
    r"[{;\s]inset:|&[:.\s]|dvh|100svh"
)


def tracked():
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True, check=True
    )
    return [TOP / name for name in listing.stdout.split("\0") if name]


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_hold_nothing_that_chromium_86_lacks(path):
    css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)

    assert TOO_NEW.findall(css) == []


def test_pages_hold_no_inline_style_or_script():
    inline = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=")
    pages = [path for path in TEMPLATES if "pdf" not in path.parts]
    found = {path.name for path in pages if inline.search(path.read_text(encoding="utf-8"))}

    assert found == set()


def test_files_stay_under_four_hundred_lines():
    code = [
        path
        for path in tracked()
        if path.suffix in {".py", ".html", ".js"} and "migrations" not in path.parts
    ]
    long = {path.name for path in code if len(path.read_text("utf-8").splitlines()) > 400}

    assert long == set()


def test_no_file_names_a_machine():
    places = re.compile(r"/(?:w)ork/|/(?:r)oot/|/(?:h)ome/[a-z]|/tmp/|registry\.npmjs|pypi\.org")
    found = {
        path.name
        for path in tracked()
        if path.suffix in {".py", ".html", ".js", ".md", ".sh", ".toml", ".yml", ".json", ""}
        and path.is_file()
        and places.search(path.read_text(encoding="utf-8", errors="replace"))
    }

    assert found - {"test_files.py"} == set()
