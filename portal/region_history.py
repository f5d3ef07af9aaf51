"""Events of regions: what each rests on, and what regions were called on a past day."""

from dataclasses import dataclass

from portal.models import RegionEvent


@dataclass(frozen=True)
class Paper:
    """The day from which an event counts, and the document it rests on."""

    on: object
    document_no: str = ""
    note: str = ""


def names_on(regions, day):
    """By id, the name of each region on that day; one query for any number of regions."""
    names = {region.pk: region.name for region in regions}
    later = RegionEvent.objects.filter(
        region__in=names, kind=RegionEvent.Kind.RENAME, happened_on__gt=day
    )
    for event in later.order_by("-happened_on", "-pk"):
        names[event.region_id] = event.before.get("name", names[event.region_id])
    return names


def name_on(region, day):
    """What a region was called on that day."""
    return names_on([region], day)[region.pk]
