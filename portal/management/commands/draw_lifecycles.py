"""Draw every lifecycle table into the README, so that the picture cannot differ from the table."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.lifecycle import Lifecycle

BEGIN, END = "<!-- lifecycles:begin -->", "<!-- lifecycles:end -->"


class Command(BaseCommand):
    help = "把各生命周期表画成图，写进 README.md；--check 只核对是否一致"

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="只核对；不一致时退出码为 1")
        parser.add_argument("--readme", default=settings.BASE_DIR / "README.md", type=Path)

    def handle(self, *, check, readme, **options):
        text = readme.read_text("utf-8")
        drawn = with_drawings(text)
        if not check:
            readme.write_text(drawn, "utf-8")
        elif drawn != text:
            raise CommandError("README.md 里的图与生命周期表不一致，请运行 draw_lifecycles。")


def with_drawings(text):
    """The README with what stands between the markers drawn anew."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    drawings = "\n\n".join(drawing(table) for table in tables())
    return f"{before}{BEGIN}\n{drawings}\n{END}{after}"


def tables():
    """Every lifecycle table of every app, floor by floor."""
    ours = [each.name for each in apps.get_app_configs() if find_spec(f"{each.name}.lifecycles")]
    for name in ours:
        found = vars(import_module(f"{name}.lifecycles")).values()
        yield from (each for each in found if isinstance(each, Lifecycle))


def drawing(table):
    """One table as a Mermaid diagram; a move that asks for a note is marked with 说明."""
    meta, states = table.model._meta, table.model.State
    lines = [f"**{meta.verbose_name}** (`{meta.label}`)", "", "```mermaid", "stateDiagram-v2"]
    lines += [f'  state "{state.label}" as {state.value}' for state in states]
    lines.append(f"  [*] --> {meta.get_field('state').default}")
    lines += [
        f"  {source} --> {step.target}: {step.label}{'（说明）' if step.note_required else ''}"
        for step in table.steps.values()
        for source in step.source
    ]
    return "\n".join([*lines, "```"])
