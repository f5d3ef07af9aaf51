"""News that upper floors may wait for; the README lists who listens."""

from django.dispatch import Signal

application_started = Signal()  # application, actor, at; within the act's transaction
