"""证书: given their numbers in one act, replaced, voided. Printing is another matter.

A number comes from the counter of its series, whose row is locked in the very transaction that
writes the certificate: what is rolled back has used no number, so a series runs 1..n without gaps.
"""

from django.db import IntegrityError, transaction

from awards import printing, rules
from awards.access import issues_for_title
from awards.lifecycles import CERTIFICATE
from awards.models import (
    Certificate,
    CertificateIssue,
    CertificateIssuer,
    CertificateSeries,
)
from awards.operations.templates import Templates
from awards.wanted import certifiable, wanted
from portal import jobs
from portal.audit import line_of, record, record_all
from portal.errors import Refused
from portal.operations.notifications import notify_all
from units.models import NamingDecision, Unit
from units.rules import last_day

MANY = 500
NOTHING = "没有签发，也没有占用编号。"
R = Certificate.Reason


def issue_certificates(titles, *, label, region, address, actor, at, batch=None, print_now=False):
    """Give each of these titles that needs one its certificate; the issue, or Refused.

    `titles` is a queryset of `certifiable()`. Printing is left to the background, unless whoever
    calls prints at once.
    """
    _check_shapes(wanted(titles), label)
    with transaction.atomic():
        return _issue(titles, label, region, address, actor, at, batch, print_now)


def _issue(titles, label, region, address, actor, at, batch, print_now):
    stems = {each.title.pk: stem_for(each) for each in wanted(titles)}
    series = _locked(stems.values())
    rows = wanted(titles)  # once more: another office may have been first while we waited
    if not rows:
        raise Refused(f"“{label}”没有待发的证书，{NOTHING}")
    if any(each.title.pk not in stems for each in rows):
        raise Refused(f"“{label}”的名单刚刚有变动，{NOTHING}请刷新后再办。")
    _check(rows, actor)
    issue = CertificateIssue.objects.create(
        region=region,
        batch=batch,
        label=label[:80],
        address=address,
        count=len(rows),
        issued_at=at,
        issued_by=actor,
    )
    pairs = [(each, series[stems[each.title.pk]]) for each in rows]
    made = _write(issue, pairs, actor=actor, at=at)
    _tell(issue, made, actor, at)
    if not print_now:
        ask_for_print(issue, actor=actor)
    return issue


def ask_for_print(issue, *, actor):
    """The background job that prints an issue; the same one however often it is asked for."""
    return jobs.start(
        "awards.print_certificates",
        user=actor,
        label=f"制作证书：{issue.label}",
        key=issue.job_key,
        payload={"issue": issue.pk},
    )


def stem_for(each):
    """The series in which a wanted certificate gets its number."""
    title, rule = each.title, each.title.rule or (each.title.batch and each.title.batch.rule)
    return rules.stem_of(
        rule.number_format if rule else "",
        region=each.region or title.unit.region,
        year=each.dated_on.year,
        batch=title.batch,
        level=title.level,
        kind=title.kind,
        category=title.unit.category,
    )[:120]


def _locked(stems):
    """The counters of these series, locked in one order so that two issues can't wait in a ring."""
    stems = sorted(set(stems))
    known = set(CertificateSeries.objects.filter(stem__in=stems).values_list("stem", flat=True))
    CertificateSeries.objects.bulk_create(
        [CertificateSeries(stem=each) for each in stems if each not in known],
        ignore_conflicts=True,
    )
    rows = CertificateSeries.objects.select_for_update().filter(stem__in=stems).order_by("stem")
    return {each.stem: each for each in rows}


def _check(rows, actor):
    """Refuse what is not this office's, and titles nobody signs for."""
    strange = [each.unit_name for each in rows if actor and not issues_for_title(actor, each.title)]
    if strange:
        raise Refused(f"“{strange[0]}”的证书由命名地区的审核人员签发，{NOTHING}")
    unsigned = [f"“{each.unit_name}”" for each in rows if not each.issuers]
    if unsigned:
        raise Refused(
            f"{'、'.join(unsigned[:5])}等 {len(unsigned)} 个称号没有命名部门，{NOTHING}"
            "请先在评选条件里登记联合命名部门。"
        )


def _check_shapes(rows, label):
    """Refuse characters that no face of ours can draw, naming them and their units."""
    choose = Templates()
    texts = [_texts(each, choose.of(each.title.kind)) for each in rows]
    found = printing.missing_shapes({"number": "", **each} for each in texts)
    if found:
        raise Refused(f"{''.join(found)}“{label}”{NOTHING}请更正单位名称，或补装含有这些字的字库。")


def _texts(each, template):
    """What of a certificate is words, as printed."""
    batch_name = each.title.batch.name if each.title.batch else ""
    facts = {"batch_name": batch_name, "ends_on": each.title.ends_on}
    text, closing = rules.texts_of(template, wording=each.wording, **facts)
    return {
        "heading": template.heading,
        "unit_name": each.unit_name,
        "text": text,
        "title": each.title.title,
        "closing": closing,
        "document_no": each.document_no,
    }


def _write(issue, pairs, *, actor, at):
    """Every certificate with its number and departments; those they replace step aside."""
    replaced = [each.current for each, _ in pairs if each.current]
    CERTIFICATE.perform_all("supersede", _with_titles(replaced), actor=actor, at=at)
    choose, given = Templates(), {"issued_at": at, "issued_by": actor}
    made = [_row(issue, each, series, choose.of(each.title.kind), given) for each, series in pairs]
    for series in {series.pk: series for _, series in pairs}.values():
        series.save(update_fields=["last"])
    try:
        with transaction.atomic():
            Certificate.objects.bulk_create(made, batch_size=MANY)
    except IntegrityError as error:
        raise Refused(f"其中有称号刚刚由他人签发了证书，{NOTHING}请刷新后再看。") from error
    _sign(made, [each.issuers for each, _ in pairs])
    return made


def _with_titles(certificates):
    keys = [each.pk for each in certificates]
    return list(Certificate.objects.for_display().filter(pk__in=keys))


def _row(issue, each, series, template, given):
    series.last += 1
    title = each.title
    return new_certificate(
        issue,
        designation=title,
        template=template,
        series=series,
        position=series.last,
        number=rules.number_of(series.stem, series.last),
        reason=each.reason,
        supersedes=each.current,
        level=title.level,
        batch_name=title.batch.name if title.batch else "",
        named_on=title.named_on,
        starts_on=title.starts_on,
        ends_on=title.ends_on,
        dated_on=each.dated_on,
        listed_name=each.unit_name,
        **given,
        **_texts(each, template),
    )


def new_certificate(issue, **fields):
    """A certificate ready to be written: what helps finding it, and where its QR code leads."""
    made = Certificate(issue=issue, **fields)
    made.number_key = rules.number_key(made.number)
    made.unit_key = rules.unit_key(made.unit_name)
    made.address = f"{issue.address}/verify/{made.code}/"
    return made


def _sign(made, offices):
    """The departments of each, in order, with the seals they have today."""
    CertificateIssuer.objects.bulk_create(
        [
            CertificateIssuer(
                certificate=certificate, body=body, name=name, position=place, seal_id=body.seal_id
            )
            for certificate, signers in zip(made, offices, strict=True)
            for place, (body, name) in enumerate(signers, 1)
        ],
        batch_size=MANY,
    )


def _tell(issue, made, actor, at):
    """A line in the log for each paper and one for the whole; a message to each unit's clerks."""
    told = {"份数": issue.count, "首号": made[0].number, "末号": made[-1].number}
    record(actor=actor, action="certificateissue.issue", target=issue, at=at, after=told)
    record_all(_line(each, actor, at) for each in made)
    units = {each.designation.unit_id: each for each in made}
    pairs = Unit.clerks.through.objects.filter(unit__in=units, user__is_active=True)
    notify_all(
        (
            (pair.user, _news(units[pair.unit_id]), units[pair.unit_id].get_absolute_url())
            for pair in pairs.select_related("user").order_by("unit_id", "user_id")
        ),
        at=at,
    )


def _news(certificate):
    return f"你单位“{certificate.title}”的证书已签发，编号 {certificate.number}。"


def _line(each, actor, at):
    told = {
        "编号": each.number,
        "单位": each.unit_name,
        "称号": each.title,
        "有效期至": last_day(each.ends_on),
        "事由": R(each.reason).label,
    }
    if each.supersedes:
        told["替换"] = each.supersedes.number
    return line_of(actor=actor, action="certificate.issue", target=each, at=at, after=told)


def latest_batch():
    """The batch of the naming decision that took effect last, or None."""
    rows = NamingDecision.objects.filter(
        kind=NamingDecision.Kind.NAMING, state=NamingDecision.State.APPLIED
    )
    last = rows.select_related("batch__region", "batch__kind").order_by("-applied_at", "-pk")
    return last[0].batch if last else None


def issue_for_batch(batch, *, address, actor, at, titles=None, print_now=False):
    """Issue what a batch's titles still need; only those of `titles` (keys), where given."""
    rows = certifiable().filter(batch=batch)
    if titles is not None:
        rows = rows.filter(pk__in=titles)
    given = {"label": str(batch), "region": batch.region, "batch": batch, "address": address}
    return issue_certificates(rows, **given, actor=actor, at=at, print_now=print_now)
