"""Draw every lifecycle table into the README, so that the picture cannot differ from the table."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand

from portal.lifecycle import Lifecycle

BEGIN, END = "<!-- lifecycles:begin -->", "<!-- lifecycles:end -->"


class Command(BaseCommand):
    help = "把各生命周期表画成图，写进 README.md"

    def handle(self, **options):
        readme = settings.BASE_DIR / "README.md"
        readme.write_text(with_drawings(readme.read_text("utf-8")), "utf-8")


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
