"""People: one role each, bound to a region or a unit. Nothing about the person beyond the post."""

import unicodedata

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from portal.models.file import random_code
from portal.scoping import below


def tidy_username(text):
    """One spelling for each account: half width, lower case, no spaces around."""
    return unicodedata.normalize("NFKC", text or "").strip().lower()


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Administrators see accounts in their region; officers the clerks of units in theirs."""
        if not user.is_active or user.region_id is None:
            return self.none()
        if user.role in (user.Role.SYSTEM_ADMIN, user.Role.SECURITY_ADMIN):
            return self.filter(Q(region=None) | below("region__path", user.scope_paths))
        if user.role == user.Role.OFFICER:
            proposed = Q(role=User.Role.UNASSIGNED, proposed_role=User.Role.CLERK)
            clerks = self.filter(Q(role=User.Role.CLERK) | proposed)
            return clerks.filter(below("units__region__path", user.scope_paths)).distinct()
        return self.none()

    def office_of(self, region):
        """Officers of the very office of a region; not of those above and beneath it."""
        return self.filter(role=User.Role.OFFICER, is_active=True, region=region)


class AccountIntakeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The lists a system administrator took in."""
        allowed = user.is_active and user.role == User.Role.SYSTEM_ADMIN
        return self.filter(made_by=user) if allowed else self.none()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, username, password=None, **fields):
        user = self.model(username=tidy_username(username), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """An account of an office or a unit. One role each keeps the three administrators apart."""

    class Role(models.TextChoices):
        UNASSIGNED = "unassigned", "未授权"
        CLERK = "clerk", "填报员"
        OFFICER = "officer", "审核人员"
        ASSESSOR = "assessor", "测评人员"
        AUDITOR = "auditor", "审计人员"
        SYSTEM_ADMIN = "system_admin", "系统管理员"
        SECURITY_ADMIN = "security_admin", "安全保密管理员"
        AUDIT_ADMIN = "audit_admin", "安全审计员"

    SUBTREE_ROLES = frozenset({Role.OFFICER, Role.AUDITOR})
    ADMIN_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
    REFERENCE_ROLES = SUBTREE_ROLES | {Role.SYSTEM_ADMIN}  # who reads categories, settings …

    username = models.CharField("用户名", max_length=40, unique=True)
    name = models.CharField("称呼", max_length=40, help_text="岗位或科室，不填个人信息")
    post = models.CharField("岗位", max_length=40, blank=True)
    work_phone = models.CharField("工作电话", max_length=20, blank=True)
    role = models.CharField("角色", max_length=16, choices=Role.choices, default=Role.UNASSIGNED)
    proposed_role = models.CharField("拟授角色", max_length=16, choices=Role.choices, blank=True)
    region = models.ForeignKey(
        "portal.Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name="所属地区",
    )
    may_sign = models.BooleanField("可签发", default=False)
    is_active = models.BooleanField("启用", default=True)
    is_demo = models.BooleanField("演示账号", default=False, editable=False)
    must_change_password = models.BooleanField("首次登录须改密", default=True)
    password_changed_at = models.DateTimeField("改密时间", null=True, editable=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    intake = models.ForeignKey(
        "portal.AccountIntake",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="users",
        verbose_name="批量建立",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(condition=Q(is_superuser=False), name="nobody_is_superuser"),
            models.CheckConstraint(
                condition=Q(
                    role__in=[
                        "unassigned",
                        "clerk",
                        "officer",
                        "assessor",
                        "auditor",
                        "system_admin",
                        "security_admin",
                        "audit_admin",
                    ]
                ),
                name="one_role_each",
            ),
            models.CheckConstraint(
                condition=Q(may_sign=False) | Q(role="officer"), name="only_an_officer_may_sign"
            ),
        ]

    def __str__(self):
        return self.username

    @cached_property
    def scope_paths(self):
        """Subtrees this person looks after, read once a request."""
        return self.region.scope_paths() if self.region_id else []

    def get_session_auth_hash(self):
        """Changes with the password and with each “sign out everywhere”."""
        salt = "portal.models.user.session"
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac(salt, value, algorithm="sha256").hexdigest()

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name


class SignInCode(models.Model):
    """A one-use code on a printed slip; whoever signs in with it chooses a password at once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "一次性登录码"


class AccountIntake(models.Model):
    """One list of accounts that was taken in together; its slips are printed together."""

    code = models.CharField(max_length=32, unique=True, default=random_code, editable=False)
    name = models.CharField("文件名", max_length=120)
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("建立时间")

    objects = AccountIntakeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量建立账号"

    def __str__(self):
        return self.name


class DailyTries(models.Model):
    """Wrong passwords for one user name on one day, counted before each is looked at."""

    username = models.CharField(max_length=40)
    day = models.DateField()
    count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["username", "day"], name="one_count_per_name_and_day")
        ]
