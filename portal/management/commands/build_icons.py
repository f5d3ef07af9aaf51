"""Make the sprite of the icons that the templates use, from the installed icon package."""

import re
from xml.etree import ElementTree

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

OUTLINE = settings.BASE_DIR / "node_modules/@tabler/icons/icons/outline"
USED = re.compile(r"""(?:\{% icon |icon\(|data-icon=|icon=)"([a-z0-9-]+)\"""")
SVG = "http://www.w3.org/2000/svg"


class Command(BaseCommand):
    help = "生成页面所用图标的合集 var/build/icons.svg"

    def handle(self, **options):
        names = sorted(icons_in_use())
        missing = [name for name in names if not (OUTLINE / f"{name}.svg").exists()]
        if missing:
            raise CommandError(f"图标包里没有这些图标：{'、'.join(missing)}")
        target = settings.VAR_DIR / "build/icons.svg"
        target.write_text(sprite(names), encoding="utf-8")
        self.stdout.write(f"{len(names)} 个图标 → {target}")


def icons_in_use():
    """Names found in templates, Python and scripts of the portal."""
    found = set()
    for folder, ending in (
        ("templates", "*.html"),
        ("portal", "*.py"),
        ("units", "*.py"),
        ("evaluations", "*.py"),
        ("awards", "*.py"),
        ("static/js", "*.js"),
    ):
        for path in (settings.BASE_DIR / folder).rglob(ending):
            found.update(USED.findall(path.read_text(encoding="utf-8")))
    return found


def sprite(names):
    """One SVG with a symbol an icon."""
    ElementTree.register_namespace("", SVG)
    symbols = "".join(symbol(name) for name in names)
    return f'<svg xmlns="{SVG}">{symbols}</svg>'


def symbol(name):
    """The icon's strokes, with the attributes that the outline set draws by."""
    root = ElementTree.parse(OUTLINE / f"{name}.svg").getroot()
    shapes = "".join(ElementTree.tostring(each, encoding="unicode") for each in root)
    shapes = shapes.replace(f' xmlns="{SVG}"', "")
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
    )
