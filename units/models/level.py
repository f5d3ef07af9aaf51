"""级别 of a title, shared by rules, batches and titles."""

from django.db import models


class Level(models.TextChoices):
    """级别 of a title; independent of the tier of the unit that holds it."""

    NATIONAL = "national", "国家级"
    REGION = "region", "自治区级"
    CITY = "city", "盟市级"
    COUNTY = "county", "旗县级"


LEVEL_ORDER = {level: rank for rank, level in enumerate(Level.values)}
