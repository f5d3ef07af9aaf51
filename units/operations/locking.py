"""Batches kept from others before anything that hangs on them: batch first, application after."""

from units.models import Application, Batch


def lock_batches_of(keys):
    """Lock the batch of each of these applications (keys), always in one order."""
    ids = set(Application.objects.filter(pk__in=keys).values_list("batch", flat=True))
    list(Batch.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
