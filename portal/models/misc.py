"""Small tables: settings awaiting confirmation, holidays, messages, views of lists."""

from django.db import models

from portal.scoping import ReferenceQuerySet


class OwnedQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A person's own rows."""
        return self.filter(user=user) if user.is_active else self.none()


class SettingQuerySet(ReferenceQuerySet):
    def value(self, code, fallback=None):
        """The figure as it is set now, or `fallback` where the row has not been loaded."""
        row = self.filter(code=code).first()
        return fallback if row is None else row.value


class Setting(models.Model):
    """A figure the rules do not fix: a row, marked confirmed or 待确认, never a constant."""

    code = models.CharField("代码", max_length=60, unique=True)
    label = models.CharField("名称", max_length=80)
    value = models.JSONField("值")
    unit = models.CharField("单位", max_length=20, blank=True)
    source = models.CharField("依据", max_length=120, blank=True)
    confirmed = models.BooleanField("已确认", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SettingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参数"
        ordering = ["code"]

    def __str__(self):
        return self.label


class Holiday(models.Model):
    """A day off, or a weekend day worked, for years the statutory calendar does not cover yet."""

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("调休上班", default=False)
    name = models.CharField("名称", max_length=40)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "节假日"
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {self.name}"


class Notification(models.Model):
    """A line in a person's messages; the link leads to where the work is."""

    user = models.ForeignKey("portal.User", models.CASCADE, related_name="notifications")
    text = models.CharField("内容", max_length=300)
    url = models.CharField("链接", max_length=200, blank=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField(null=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-pk"]

    def __str__(self):
        return self.text


class SavedFilter(models.Model):
    """A list's filter state that a person keeps under a name."""

    user = models.ForeignKey("portal.User", models.CASCADE, related_name="saved_filters")
    page = models.CharField(max_length=40)
    name = models.CharField("名称", max_length=20)
    query = models.CharField(max_length=1000)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "常用筛选"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "page", "name"], name="one_saved_filter_per_name"
            )
        ]

    def __str__(self):
        return self.name


class ViewChoice(models.Model):
    """The columns and page length a person chose for one list."""

    user = models.ForeignKey("portal.User", models.CASCADE, related_name="view_choices")
    page = models.CharField(max_length=40)
    columns = models.JSONField(default=list)
    page_size = models.PositiveSmallIntegerField(default=50)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "列表视图"
        constraints = [
            models.UniqueConstraint(fields=["user", "page"], name="one_view_choice_per_list")
        ]

    def __str__(self):
        return self._meta.verbose_name
