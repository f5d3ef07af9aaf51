"""The list of certificates, one certificate, its paper, its replacement, its end."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from awards import fonts
from awards.access import keeps_certificate
from awards.addressing import portal_address
from awards.filters.certificates import CertificateFilter
from awards.forms.certificates import ReissueForm, VoidForm
from awards.lifecycles import CERTIFICATE
from awards.models import Certificate
from awards.operations.downloads import note_certificate
from awards.operations.reissues import reissue_certificate, void_certificate
from awards.verdicts import with_verdicts
from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import AuditEvent, User
from portal.once import act_once, once
from portal.step_up import step_up
from portal.views.sending import send_stored
from units.models import Designation
from units.rules import last_day
from units.views.acts import handle
from units.views.list_exports import list_export

R = User.Role
READERS = (R.OFFICER, R.AUDITOR, R.CLERK)
SECTION = "certificates"

COLUMNS = (
    Column(
        "number",
        "证书编号",
        lambda each: each.number,
        css="first nowrap",
        sort="number_key",
        url=lambda each: each.get_absolute_url(),
    ),
    Column("unit", "单位", lambda each: each.unit_name),
    Column("title", "称号", lambda each: each.title, css="hide-mid"),
    Column("batch", "批次", lambda each: each.batch_name, css="nowrap"),
    Column("until", "有效期至", lambda each: last_day(each.ends_on), "date", label="至"),
    Column(
        "dated_on", "落款日期", lambda each: each.dated_on, "date", sort="dated_on", label="落款"
    ),
    Column(
        "state",
        "今日状态",
        lambda each: each.verdict.tag,
        "tag",
        tone=lambda each: each.verdict.tone,
        css="state",
    ),
)


class CertificateList(ScopedList):
    """Certificates in sight, the latest first, each with what it is worth today."""

    queryset = Certificate.objects.for_display().order_by(
        "-issued_at", "series_id", "position", "-pk"
    )
    filterset_class = CertificateFilter
    template_name = "awards/certificates.html"
    columns = COLUMNS
    roles = READERS
    title = "证书"
    section = SECTION
    count_word = "份"
    empty_hint = "命名决定生效后，在批次的证书页签发。"

    def rows(self, page):
        rows = []
        for each, verdict in with_verdicts(list(page), timezone.localdate()):
            each.verdict = verdict
            rows.append(each)
        return rows


certificates_export = list_export(
    CertificateList, roles=(R.OFFICER, R.AUDITOR), back="awards:certificates"
)


def fetch(request, pk):
    """A certificate in sight, or 404."""
    rows = Certificate.objects.visible_to(request.user).for_display()
    rows = rows.select_related(
        *("designation__unit__region", "designation__batch__region", "designation__kind"),
        *("issue__region", "pdf", "supersedes", "follower", "issued_by", "template"),
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
@roles_only(*READERS)
def certificate(request, pk):
    """What it says, what it is worth today, what it replaced and what replaced it."""
    row, today = fetch(request, pk), timezone.localdate()
    ((_, verdict),) = with_verdicts([row], today)
    holds = row.designation.state in Designation.HOLDING
    is_office = request.user.role in (R.OFFICER, R.AUDITOR)
    context = {
        "certificate": row,
        "title": row.number,
        "section": SECTION,
        "verdict": verdict,
        "issuers": row.issuers.select_related("seal"),
        "chain": _chain(row),
        "may_reissue": holds
        and row.state == Certificate.State.VALID
        and keeps_certificate(request.user, row),
        "may_void": CERTIFICATE.steps["void"].open_to(request.user, row),
        "is_office": is_office,
        "log": AuditEvent.objects.about(row).order_by("-pk")[:50] if is_office else None,
    }
    return render(request, "awards/certificate.html", context)


def _chain(row):
    """Every paper of the title, the latest first."""
    rows = Certificate.objects.filter(designation=row.designation_id)
    return rows.order_by("-issued_at", "-pk")


@require_POST
@roles_only(*READERS)
def certificate_pdf(request, pk):
    """The paper as it was printed."""
    row = fetch(request, pk)
    if row.pdf_id is None:
        raise Http404
    answer = send_stored(row.pdf)
    note_certificate(row, actor=request.user, at=timezone.now())
    return answer


def _kept(request, pk):
    row = fetch(request, pk)
    if not keeps_certificate(request.user, row):
        raise Http404
    return row


def _page(row, title, label, intro):
    return {
        "title": title,
        "section": SECTION,
        "submit_label": label,
        "intro": intro,
        "back_url": row.get_absolute_url(),
        "trail": (("证书", reverse("awards:certificates")), (row.number, row.get_absolute_url())),
    }


@roles_only(R.OFFICER)
@step_up(_kept)
def reissue(request, pk):
    """Replace a lost paper, or one that bears a name the unit no longer has."""
    fonts.learn()
    return act_once(request, lambda: _reissued(request, pk))


def _reissued(request, pk):
    row = _kept(request, pk)
    if row.state != Certificate.State.VALID:
        return redirect(row)
    form = ReissueForm(request.POST or None, user=request.user)

    def act():
        sent_in = {name: form.cleaned_data[name] for name in ("reason", "note")}
        person = {"actor": request.user, "at": timezone.now()}
        address = portal_address(request=request)
        made = reissue_certificate(row, **sent_in, address=address, **person)
        return made.issue, f"已补发“{made}”，正在制作。"

    intro = (
        f"编号“{row}”不变，换一张新证书和新的二维码；"
        "原证书当即停用，扫它的二维码会看到“已换发新证”。"
    )
    page = _page(row, "补发证书", "补发证书", intro)
    return handle(request, form, act, page, template="portal/form.html")


@roles_only(R.OFFICER)
@step_up(_kept)
@once
def void(request, pk):
    """Declare a paper void."""
    row = _kept(request, pk)
    form = VoidForm(request.POST or None, user=request.user)

    def act():
        person = {"actor": request.user, "at": timezone.now()}
        void_certificate(row, note=form.cleaned_data["note"], **person)
        return row, f"“{row}”已作废。"

    intro = (
        "只用于误发的证书：作废后公开页当即显示“证书已作废”，编号不再使用；称号本身不变，"
        "可以重新签发。遗失、损坏请办理补发。"
    )
    page = _page(row, "作废证书", "作废证书", intro) | {"ends": True}
    return handle(request, form, act, page, template="portal/form.html")
