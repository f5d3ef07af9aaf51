from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "evaluations"
    verbose_name = "自查与测评"

    def ready(self):
        from evaluations import guards

        guards.install()
