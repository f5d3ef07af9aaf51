"""The diagrams in the README are those of the tables."""

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

README = settings.BASE_DIR / "README.md"


def test_the_readme_shows_the_lifecycles_as_they_are():
    call_command("draw_lifecycles", "--check")


def test_a_picture_that_differs_is_a_fault_until_it_is_drawn_anew(tmp_path):
    copy = tmp_path / "README.md"
    copy.write_text(
        README.read_text("utf-8").replace("draft --> open", "draft --> done", 1), "utf-8"
    )

    with pytest.raises(CommandError, match="不一致"):
        call_command("draw_lifecycles", "--check", readme=copy)
    assert "draft --> done" in copy.read_text("utf-8")

    call_command("draw_lifecycles", readme=copy)
    assert copy.read_text("utf-8") == README.read_text("utf-8")
