"""证书: what a certificate says is frozen as printed; what it is worth today its title says."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.models import Region
from portal.models.file import random_code
from portal.scoping import ReferenceQuerySet, ScopedQuerySet
from units.models import Batch, Designation, IssuingBody, Level, TitleKind


class CertificateTemplate(models.Model):
    """The words of a certificate, with {批次} and {有效期} in them, and the paper they stand on."""

    class Paper(models.TextChoices):
        A4_LANDSCAPE = "a4_landscape", "A4 横向"

    code = models.CharField("代码", max_length=40, unique=True, null=True, editable=False)
    name = models.CharField("名称", max_length=40)
    kind = models.ForeignKey(
        TitleKind,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="称号种类",
    )
    paper = models.CharField(
        "纸张", max_length=16, choices=Paper.choices, default=Paper.A4_LANDSCAPE
    )
    heading = models.CharField("证书名称", max_length=8)
    body = models.CharField("命名正文", max_length=60)
    body_anew = models.CharField("重新命名正文", max_length=60)
    body_renewed = models.CharField("续期正文", max_length=60)
    closing = models.CharField("结语", max_length=40)
    closing_renewed = models.CharField("续期结语", max_length=40)
    closing_open = models.CharField("无期限的结语", max_length=40)
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "证书样式"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name


class CertificateSeries(models.Model):
    """A run of numbers: everything of the number but its place, and how far it has come."""

    stem = models.CharField(max_length=120, unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "证书编号序列"

    def __str__(self):
        return self.stem


class CertificateIssueQuerySet(ScopedQuerySet):
    def for_display(self):
        """With what its page asks for."""
        return self.select_related("region", "batch__kind", "issued_by", "bundle", "print_file")


class CertificateIssue(models.Model):
    """Certificates given their numbers in one act, and printed together."""

    region = models.ForeignKey(
        Region, models.PROTECT, related_name="certificate_issues", verbose_name="签发地区"
    )
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="certificate_issues"
    )
    label = models.CharField("名称", max_length=80)
    address = models.CharField("门户地址", max_length=200)  # what the QR codes begin with
    count = models.PositiveIntegerField("份数")
    issued_at = models.DateTimeField("签发时间")
    issued_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    printed_at = models.DateTimeField("制成时间", null=True)
    bundle = models.ForeignKey("portal.StoredFile", models.PROTECT, null=True, related_name="+")
    print_file = models.ForeignKey("portal.StoredFile", models.PROTECT, null=True, related_name="+")

    objects = CertificateIssueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "证书签发"
        ordering = ["-pk"]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        return reverse("awards:issue", args=[self.pk])

    @property
    def job_key(self):
        """The one background job that prints it."""
        return f"certificates-{self.pk}"


class CertificateQuerySet(ScopedQuerySet):
    region_lookup = "designation__unit__region"
    clerk_lookup = "designation__unit__clerks"

    def for_display(self):
        """With what pages and prints ask for."""
        return self.select_related(
            "designation__unit__region",
            "designation__batch__region",
            "designation__kind",
            "issue__region",
            "pdf",
        )

    def standing(self):
        """The paper that speaks for its title; neither replaced nor void."""
        return self.filter(state=Certificate.State.VALID)

    def in_print_order(self):
        return self.order_by("series_id", "position", "edition")


class Certificate(models.Model):
    """One paper. Its number is given once; printing it again changes nothing.

    `edition` counts papers under one number: a lost one that was replaced is superseded. Whether
    the title still stands follows from the title and is never stored here.
    """

    class State(models.TextChoices):
        VALID = "valid", "有效"
        SUPERSEDED = "superseded", "已换发"
        VOID = "void", "已作废"

    class Reason(models.TextChoices):
        NAMED = "named", "命名"
        ANEW = "anew", "重新命名"
        RENEWED = "renewed", "续期"
        CORRECTED = "corrected", "更正名称"
        RENAMED = "renamed", "单位更名换发"
        LOST = "lost", "遗失损坏补发"

    REISSUES = (Reason.LOST, Reason.RENAMED)  # at the unit's request, under the same number

    designation = models.ForeignKey(Designation, models.PROTECT, related_name="certificates")
    issue = models.ForeignKey(CertificateIssue, models.PROTECT, related_name="certificates")
    template = models.ForeignKey(CertificateTemplate, models.PROTECT, related_name="+")
    series = models.ForeignKey(CertificateSeries, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField("序号")
    edition = models.PositiveSmallIntegerField("第几份", default=1)
    number = models.CharField("证书编号", max_length=120)
    number_key = models.CharField(max_length=120, editable=False)
    code = models.CharField(max_length=32, unique=True, default=random_code, editable=False)
    reason = models.CharField("事由", max_length=10, choices=Reason.choices)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="follower"
    )
    # As printed
    heading = models.CharField(max_length=8)
    unit_name = models.CharField("单位名称", max_length=100)
    unit_key = models.CharField(max_length=200, editable=False)
    text = models.CharField(max_length=120)
    title = models.CharField("称号", max_length=100)
    closing = models.CharField(max_length=80)
    level = models.CharField("级别", max_length=10, choices=Level.choices)
    batch_name = models.CharField("批次", max_length=40, blank=True)
    named_on = models.DateField("命名日期", null=True)
    starts_on = models.DateField("有效期自", null=True)
    ends_on = models.DateField("有效期至（不含）", null=True)
    document_no = models.CharField("命名文件", max_length=60, blank=True)
    dated_on = models.DateField("落款日期")
    address = models.CharField("核验地址", max_length=240)
    listed_name = models.CharField(max_length=100)  # the name on the decision's list at that time

    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.VALID)
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    note = models.CharField("作废原因", max_length=300, blank=True)
    issued_at = models.DateTimeField("签发时间")
    issued_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    pdf = models.ForeignKey("portal.StoredFile", models.PROTECT, null=True, related_name="+")
    pages = models.PositiveSmallIntegerField(null=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "证书"
        ordering = ["-issued_at", "series_id", "position", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "position", "edition"], name="a_certificate_number_is_given_once"
            ),
            models.UniqueConstraint(
                fields=["number", "edition"], name="no_two_series_give_the_same_number"
            ),
            models.UniqueConstraint(
                fields=["designation"],
                condition=Q(state="valid"),
                name="one_valid_certificate_per_title",
            ),
        ]
        indexes = [models.Index(fields=["number_key"], name="certificates_by_number")]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("awards:certificate", args=[self.pk])

    @property
    def unit(self):
        """The unit that holds the title."""
        return self.designation.unit

    @property
    def file_name(self):
        """How the PDF is called where it is taken away; 255 bytes is all that a name may have."""
        stem = f"{self.number} {self.unit_name}".replace("/", "-")
        return stem.encode()[:230].decode(errors="ignore").strip() + ".pdf"


class CertificateIssuer(models.Model):
    """A department under the certificate, in the order of the seals, as printed."""

    certificate = models.ForeignKey(Certificate, models.CASCADE, related_name="issuers")
    body = models.ForeignKey(IssuingBody, models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=60)
    position = models.PositiveSmallIntegerField("顺序")
    seal = models.ForeignKey("portal.StoredFile", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "证书签发部门"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "position"], name="one_issuer_per_place_on_a_certificate"
            )
        ]
