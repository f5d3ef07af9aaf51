from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "门户"

    def ready(self):
        from portal import desk
        from portal.jobs import schedule

        desk.load()
        schedule.load()
