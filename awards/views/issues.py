"""签发: what waits for a certificate, the numbers given, the printing watched, the files taken."""

import secrets

from django.contrib import messages
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from awards import fonts
from awards.addressing import address_caveat, portal_address
from awards.models import Certificate, CertificateIssue
from awards.operations.certificates import ask_for_print, issue_certificates, issue_for_batch
from awards.operations.downloads import note_issue
from awards.upcoming import told_ahead
from awards.verdicts import with_verdicts
from awards.views.certificates import SECTION
from awards.wanted import certifiable, lacking, of_office, wanted
from portal import jobs
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import AuditEvent, Job, User
from portal.once import act_once
from portal.operations.jobs import cancel_job, retry_job
from portal.views.sending import send_stored
from portal.widgets import is_key
from units.access import keeps_batch
from units.models import Batch
from units.views.acts import carry_out

R = User.Role
OFFICE = (R.OFFICER, R.AUDITOR)
OFFICER_ONLY = (R.OFFICER,)
SHOWN, AT_ONCE = 200, 1000  # certificates listed below a batch; titles issued by one press
LOOSE = "复验续期和更正的证书"
SILENT_SECONDS = 30


def _batch(request, pk):
    """A batch whose naming region lies in this person's care, or 404."""
    rows = Batch.objects.deliberated_by(request.user).select_related("region", "kind")
    return get_object_or_404(rows, pk=pk)


def _own_batch(request, pk):
    batch = _batch(request, pk)
    if not keeps_batch(request.user, batch):
        raise Http404
    return batch


@require_safe
@roles_only(*OFFICE)
def batch_page(request, pk):
    """A batch's certificates: what waits, what is being made, what there is."""
    batch, today = _batch(request, pk), timezone.localdate()
    rows = Certificate.objects.visible_to(request.user).for_display()
    rows = rows.filter(designation__batch=batch).in_print_order()
    context = {
        "batch": batch,
        "title": f"证书：{batch}",
        "section": SECTION,
        **_waiting(lacking(certifiable().filter(batch=batch))),
        "issues": with_jobs(batch.certificate_issues.for_display()),
        "total": rows.count(),
        "rows": with_verdicts(list(rows[:SHOWN]), today),
        "may_issue": keeps_batch(request.user, batch),
        "act_url": reverse("awards:batch-issue", args=[batch.pk]),
        **_caveats(request),
    }
    return render(request, "awards/batch_certificates.html", context)


def _waiting(rows):
    """What one press can issue, how many there are in all, and what can't be issued yet."""
    ready = [each for each in rows if not each.awaits]
    held = [each for each in rows if each.awaits]
    return {"waiting": ready[:AT_ONCE], "waiting_total": len(ready), "held": held}


def _caveats(request):
    """The address the QR codes will lead to, and what one should know before printing."""
    try:
        address = portal_address(request=request)
        found = [address_caveat(address), *fonts.missing_faces()]
    except Refused as refusal:
        address, found = "", [str(refusal)]
    if fonts.face("serif") is None:
        found.append("服务器没有装宋体字库（fonts-noto-cjk），装好之前不能签发。")
    caveats = [each for each in found if each]
    return {"address": address, "caveats": caveats, "form_key": secrets.token_hex(16)}


@require_safe
@roles_only(*OFFICER_ONLY)
def waiting_page(request):
    """Everything this office has to issue: batch by batch, and what belongs to none."""
    rows = lacking(of_office(request.user.region)) if request.user.region_id else []
    batches, loose = {}, []
    for each in rows:
        batch = each.title.batch
        if batch and batch.region_id == request.user.region_id:
            batches.setdefault(batch, []).append(each)
        else:
            loose.append(each)
    context = {
        "title": "待发证书",
        "section": SECTION,
        "batches": [(batch, _counted(found)) for batch, found in batches.items()],
        **_waiting(loose),
        "may_issue": True,
        "act_url": reverse("awards:loose-issue"),
        **_caveats(request),
    }
    return render(request, "awards/waiting.html", context)


def _counted(rows):
    """待发 3 份，1 份等待续期决定."""
    held = sum(bool(each.awaits) for each in rows)
    words = [f"待发 {len(rows) - held} 份"] if len(rows) > held else []
    return "，".join([*words, f"{held} 份等待续期决定"] if held else words)


def _picked(request):
    return [int(each) for each in request.POST.getlist("pk") if is_key(each)]


@require_POST
@roles_only(*OFFICER_ONLY)
def issue_batch(request, pk):
    """Give the ticked titles of a batch their certificates."""
    batch = _own_batch(request, pk)
    fonts.learn()
    back = reverse("awards:batch-certificates", args=[batch.pk])
    make = lambda given: issue_for_batch(batch, titles=_picked(request), **given)
    titles = certifiable().filter(batch=batch)
    return act_once(request, lambda: _confirmed(request, titles, make, back))


@require_POST
@roles_only(*OFFICER_ONLY)
def issue_loose(request):
    """Give the ticked titles that belong to no batch of this office their certificates."""
    fonts.learn()
    titles = of_office(request.user.region)
    told = {"label": LOOSE, "region": request.user.region}
    ticked = titles.filter(pk__in=_picked(request))
    make = lambda given: issue_certificates(ticked, **told, **given)
    back = reverse("awards:waiting")
    return act_once(request, lambda: _confirmed(request, titles, make, back))


def _confirmed(request, titles, make, back):
    """Numbers are spent for good: first say once more what will happen."""
    rows = wanted(titles.filter(pk__in=_picked(request))) if "sure" not in request.POST else []
    if not rows:
        return _issued(request, make, back)
    context = {
        **_caveats(request),
        **told_ahead(rows),
        "keys": [each.title.pk for each in rows],
        "form_key": request.POST.get("form_key", ""),
        "title": "签发证书",
        "section": SECTION,
        "back_url": back,
        "trail": [("证书", reverse("awards:certificates")), ("待发证书", back)],
    }
    return render(request, "awards/issue_confirm.html", context)


def _issued(request, make, back):
    try:
        given = {"address": portal_address(request=request), "at": timezone.now()}
        made = make({**given, "actor": request.user})
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    messages.success(request, f"已签发 {made.count} 份证书，正在制作 PDF；可以离开本页。")
    return redirect(made)


def with_jobs(issues):
    """Issues, each with the job that prints it, how far it is, and whether it may go on again."""
    rows = list(issues)
    found = {each.key: each for each in Job.objects.filter(key__in=[row.job_key for row in rows])}
    printed = Certificate.objects.filter(issue__in=rows).exclude(pdf=None).order_by()
    counts = dict(printed.values_list("issue").annotate(Count("pk")))
    return [_watched(each, found.get(each.job_key), counts.get(each.pk, 0)) for each in rows]


def _watched(issue, job, done):
    issue.job, issue.done = job, done
    is_open = issue.job is not None and issue.job.is_open
    issue.is_open = is_open and issue.printed_at is None
    issue.is_stopped = not is_open and issue.printed_at is None
    issue.tone = "t-ok" if issue.printed_at else "t-doing" if issue.is_open else "t-mend"
    issue.word = "已制成" if issue.printed_at else "制作中" if issue.is_open else "未制完"
    return issue


def fetch(request, pk):
    """An issue of a region in this person's care, or 404."""
    rows = CertificateIssue.objects.visible_to(request.user).for_display()
    (found,) = with_jobs([get_object_or_404(rows, pk=pk)])
    return found


def _own(request, pk):
    issue = fetch(request, pk)
    if request.user.region_id != issue.region_id:
        raise Http404
    return issue


def _context(request, issue):
    seen = jobs.worker_seen_at()
    late = seen is None or (timezone.now() - seen).total_seconds() > SILENT_SECONDS
    return {
        "issue": issue,
        "title": issue.label,
        "section": SECTION,
        "worker_away": issue.is_open and issue.job.state == Job.State.WAITING and late,
        "may_act": request.user.role == R.OFFICER and request.user.region_id == issue.region_id,
    }


@require_safe
@roles_only(*OFFICE)
def issue(request, pk):
    """One issue: how far its printing is, its files, its certificates."""
    row = fetch(request, pk)
    rows = Certificate.objects.filter(issue=row).for_display().in_print_order()
    context = _context(request, row) | {
        "total": row.count,
        "rows": with_verdicts(list(rows[:SHOWN]), timezone.localdate()),
        "log": AuditEvent.objects.about(row).order_by("-pk")[:20],
    }
    return render(request, "awards/issue.html", context)


@require_safe
@roles_only(*OFFICE)
def issue_status(request, pk):
    """The part of the page that is asked for again while it is being printed."""
    return render(request, "awards/_issue.html", _context(request, fetch(request, pk)))


@require_POST
@roles_only(*OFFICER_ONLY)
def print_again(request, pk):
    """Go on with a printing that was cancelled, failed or never begun."""
    row = _own(request, pk)

    def call():
        if row.printed_at:
            raise Refused(f"“{row}”的证书已经制成，没有重新制作；编号和文件不变。")
        if row.job is None:
            ask_for_print(row, actor=request.user)
        elif not row.job.is_open:
            retry_job(row.job, actor=request.user, at=timezone.now())

    return carry_out(request, call, "已重新排队，接着没有做完的做。", row)


@require_POST
@roles_only(*OFFICER_ONLY)
def cancel_print(request, pk):
    """Stop the printing; what is printed stays, the numbers stay."""
    row = _own(request, pk)

    def call():
        if not row.is_open:
            raise Refused(f"“{row}”现在没有在制作，没有停止任何内容。")
        cancel_job(row.job, actor=request.user, at=timezone.now())

    return carry_out(request, call, "已停止制作；编号不变，已制成的保留，可以随时继续。", row)


@require_POST
@roles_only(*OFFICE)
def bundle_zip(request, pk):
    """All papers of an issue, one file each."""
    return _file(request, pk, "bundle", "ZIP")


@require_POST
@roles_only(*OFFICE)
def joined_pdf(request, pk):
    """All papers of an issue in one file to print from."""
    return _file(request, pk, "print_file", "合订 PDF")


def _file(request, pk, name, kind):
    row = fetch(request, pk)
    stored = getattr(row, name)
    if stored is None:
        raise Http404
    answer = send_stored(stored)
    note_issue(row, kind, actor=request.user, at=timezone.now())
    return answer
