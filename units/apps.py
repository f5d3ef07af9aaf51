from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "units"
    verbose_name = "示范单位"

    def ready(self):
        from units import guards

        guards.install()
