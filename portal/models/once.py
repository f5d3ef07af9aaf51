"""A form that has been handed in, so that a second press brings back the first result."""

from django.db import models


class FormKey(models.Model):
    """One filled-in form instance; `url` is where its first submission led."""

    key = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey("portal.User", models.CASCADE, related_name="+")
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_index=True)
