"""行政区划: the tree. Codes are data, not identity; what happens to a region is an event."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.scoping import ScopedQuerySet, below
from portal.text import folded, initials

LONGEST = 60  # characters of a name, and of its comparable form: some signs become many letters


class RegionQuerySet(ScopedQuerySet):
    clerk_lookup = "units__clerks"

    def visible_to(self, user):
        """As for every table; administrators also see the tree they make accounts in."""
        if user.is_active and user.role in user.ADMIN_ROLES and user.region_id:
            return self.filter(below("path", user.scope_paths))
        if user.is_active and user.role in user.SUBTREE_ROLES and user.region_id:
            return self.filter(below("path", user.scope_paths))
        if user.is_active and user.role == user.Role.CLERK:
            return self.filter(units__clerks=user)
        return self.none()

    def within(self, region):
        return self.filter(below("path", region.scope_paths()))

    def in_being(self):
        """Regions that have not been abolished or merged away."""
        return self.filter(ends_on=None)


class Region(models.Model):
    """One place in the tree. `path` is the chain of ids from the top: /1/14/203/."""

    class Level(models.TextChoices):
        PROVINCE = "province", "自治区"
        CITY = "city", "市（盟）"
        COUNTY = "county", "旗县市区"
        TOWNSHIP = "township", "苏木乡镇街道"
        VILLAGE = "village", "嘎查村社区"

    class Kind(models.TextChoices):
        PROVINCE = "province", "自治区"
        CITY = "city", "地级市"
        LEAGUE = "league", "盟"
        DISTRICT = "district", "市辖区"
        COUNTY_CITY = "county_city", "县级市"
        COUNTY = "county", "县"
        BANNER = "banner", "旗"
        AUTONOMOUS_BANNER = "autonomous_banner", "自治旗"
        ZONE = "zone", "开发区（园区、管理区）"
        SUBDISTRICT = "subdistrict", "街道"
        TOWN = "town", "镇"
        TOWNSHIP = "township", "乡"
        ETHNIC_TOWNSHIP = "ethnic_township", "民族乡"
        SUMU = "sumu", "苏木"
        ETHNIC_SUMU = "ethnic_sumu", "民族苏木"
        FARM = "farm", "农牧林场"
        COMPANY = "company", "企业办社会单位"
        OFFICE = "office", "其他派出单位"
        GACHA = "gacha", "嘎查"
        VILLAGE = "village", "村"
        COMMUNITY = "community", "社区（居委会）"
        TEAM = "team", "生产队（分场）"
        OTHER = "other", "其他"

    code = models.CharField("区划代码", max_length=12, null=True, blank=True, db_index=True)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("层级", max_length=12, choices=Level.choices, db_index=True)
    kind = models.CharField("类型", max_length=20, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    path = models.CharField("路径", max_length=80, db_index=True, editable=False)
    entrusted_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entrusted",
        verbose_name="代管地区",
    )
    entrusted_confirmed = models.BooleanField("代管已确认", default=True)
    statistical_only = models.BooleanField("仅供统计", default=False)
    mongolian_name = models.CharField("蒙古文名称（待确认）", max_length=120, blank=True)
    name_key = models.CharField(max_length=LONGEST, db_index=True, editable=False)
    name_initials = models.CharField(max_length=LONGEST, db_index=True, editable=False)
    starts_on = models.DateField("设立日期", null=True, blank=True)
    ends_on = models.DateField("撤销日期", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(ends_on=None), name="one_region_in_being_per_code"
            )
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.derive()
        super().save(*args, **kwargs)

    def derive(self):
        """Fill the columns that only help finding."""
        self.name_key = folded(self.name)[:LONGEST]
        self.name_initials = initials(self.name)[:LONGEST]

    def get_absolute_url(self):
        return reverse("portal:region", args=[self.pk])

    def contains(self, other):
        """Is `other` this region, beneath it, or entrusted to it?"""
        return other.path.startswith(tuple(self.scope_paths()))

    @property
    def is_local(self):
        """A 苏木 or 嘎查: its officers help units to fill in, and run nothing of their own."""
        return self.level in (self.Level.TOWNSHIP, self.Level.VILLAGE)

    def scope_paths(self):
        """Paths of the subtrees in this region's care: its own, and those entrusted to it."""
        # “> 0” and no ordering: SQLite then reads the few entrusted rows by index, not the table
        entrusted = Region.objects.filter(
            entrusted_to__gt=0, entrusted_to__path__startswith=self.path
        )
        return [self.path, *entrusted.order_by().values_list("path", flat=True)]

    def county_path(self):
        """The path of the 旗市区 this lies in; of a higher region its own."""
        above = Region.objects.filter(pk__in=self.ancestor_ids(), level=self.Level.COUNTY)
        return above.values_list("path", flat=True).first() or self.path

    def ancestor_ids(self):
        """Ids from the top of the tree down to this region itself."""
        return [int(part) for part in self.path.strip("/").split("/") if part]


class RegionNameQuerySet(models.QuerySet):
    def usable(self):
        """Names that find a region: former ones for ever, others until they are ended."""
        return self.filter(Q(kind=RegionName.Kind.FORMER) | Q(ends_on=None))


class RegionName(models.Model):
    """Another name by which a region is found: former, short, or an alias."""

    class Kind(models.TextChoices):
        FORMER = "former", "曾用名"
        SHORT = "short", "简称"
        ALIAS = "alias", "别名"

    region = models.ForeignKey(Region, models.CASCADE, related_name="names", verbose_name="区划")
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("种类", max_length=8, choices=Kind.choices)
    starts_on = models.DateField("启用日期", null=True, blank=True)
    ends_on = models.DateField("停用日期", null=True, blank=True)
    source = models.CharField("依据", max_length=60, blank=True)
    name_key = models.CharField(max_length=LONGEST, db_index=True, editable=False)
    name_initials = models.CharField(max_length=LONGEST, editable=False)

    objects = RegionNameQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "区划别名"
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name", "kind"], name="one_row_per_region_name_and_kind"
            )
        ]

    def __str__(self):
        return f"{self.name}（{self.get_kind_display()}）"

    def save(self, *args, **kwargs):
        self.derive()
        super().save(*args, **kwargs)

    def derive(self):
        """Fill the columns that only help finding."""
        self.name_key = folded(self.name)[:LONGEST]
        self.name_initials = initials(self.name)[:LONGEST]


class RegionEvent(models.Model):
    """What happened to a region, on which day, under which document."""

    class Kind(models.TextChoices):
        ESTABLISH = "establish", "设立"
        RENAME = "rename", "更名"
        RECODE = "recode", "代码变更"
        EXCHANGE = "exchange", "代码互换"
        MERGE = "merge", "并入"
        MOVE = "move", "改隶"
        ENTRUST = "entrust", "代管调整"
        ABOLISH = "abolish", "撤销"

    region = models.ForeignKey(Region, models.CASCADE, related_name="events", verbose_name="区划")
    kind = models.CharField("事项", max_length=12, choices=Kind.choices)
    happened_on = models.DateField("发生日期")
    other = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events_as_other",
        verbose_name="相关区划",
    )
    document_no = models.CharField("文号", max_length=60, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    before = models.JSONField("变更前", default=dict)
    after = models.JSONField("变更后", default=dict)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "区划变更"
        ordering = ["-happened_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(region=models.F("other")), name="a_region_event_has_two_regions"
            )
        ]

    def __str__(self):
        return f"{self.region} {self.happened_on} {self.get_kind_display()}"
