"""How often an address asked for something of late, without keeping the address."""

from django.db import models


class Hit(models.Model):
    """One count per purpose, address (only a keyed digest of it) and stretch of time."""

    purpose = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    slot = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "digest", "slot"], name="one_count_per_address_and_stretch"
            )
        ]
