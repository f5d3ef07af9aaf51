from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "evaluations"
    verbose_name = "自查与测评"

    def ready(self):
        from evaluations import guards
        from evaluations.operations.linking import link_new_application
        from units.signals import application_started

        guards.install()
        application_started.connect(link_new_application)
