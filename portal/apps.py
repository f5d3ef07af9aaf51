from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.db.models.signals import post_migrate, pre_migrate


class PageFilesConfig(StaticFilesConfig):
    """Of the installed packages only what the pages load is collected and served."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *("demo*.css", "tabler-*", "tabler.css", "tabler.rtl*"),
        *("ext", "htmx.js", "htmx.amd.js", "htmx.cjs.js", "htmx.esm*", "*.gz"),
        *("htmx-[24]*", "htmax*", "redoc", "rest_framework"),
    ]


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "门户"

    def ready(self):
        from portal import checks, clock, desk, guards  # noqa: F401
        from portal.jobs import schedule

        pre_migrate.connect(guards.step_aside_before_migrate, sender=self)
        post_migrate.connect(guards.install_after_migrate, sender=self)
        desk.load()
        schedule.load()
        clock.load()
