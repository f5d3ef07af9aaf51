"""The pictures in the README are drawn from the tables, and never differ from them."""

from portal.management.commands.draw_lifecycles import with_drawings
from tests.servers import TOP


def test_the_readme_shows_the_lifecycles_as_they_are():
    readme = (TOP / "README.md").read_text("utf-8")

    assert with_drawings(readme) == readme


def test_a_move_is_an_arrow_with_its_label():
    readme = (TOP / "README.md").read_text("utf-8")

    assert "  active --> reverifying: 转入复验\n" in readme
