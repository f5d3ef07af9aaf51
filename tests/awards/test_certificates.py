"""Certificates: who gets one, how it is numbered, what replaces it."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction
from django.urls import reverse

from awards import fonts, printing
from awards.models import Certificate, CertificateIssue, CertificateSeries
from awards.operations.certificate_prints import press_of, print_rest
from awards.operations.certificates import issue_for_batch
from awards.operations.reissues import reissue_certificate, void_certificate
from awards.operations.templates import load_templates
from awards.wanted import certifiable, lacking, of_office, waiting, wanted
from portal import files
from portal.errors import Refused
from portal.models import AuditEvent, Job, Notification
from tests import factories as make
from tests.awards.conftest import ADDRESS, codes_on, printed, words_of
from tests.factories import NOON, TODAY
from tests.units.decided import draft, make_city
from tests.units.follow_up import call, inspected
from units.models import Designation, HonourRule, RuleIssuer
from units.operations.decisions import add_line, apply_decision, draft_correction
from units.operations.renewals import extend_title
from units.operations.reverifications import confirm_renewals, pass_reverification
from units.operations.titles import move_designation


def test_each_named_unit_gets_one_certificate_numbered_in_the_order_of_the_list(city, issue):
    rows = list(issue.certificates.order_by("position"))

    names = [each.unit_name for each in city.decision.lines.order_by("position")]
    assert [each.unit_name for each in rows] == names
    assert [each.number for each in rows] == [
        f"呼伦贝尔市民团证〔2026〕000{n}号" for n in (1, 2, 3)
    ]
    assert {each.document_no for each in rows} == {"呼民委发〔2026〕31号"}
    assert [each.name for each in rows[0].issuers.all()] == [
        each.name for each in city.decision.issuers.order_by("position")
    ]
    assert len({each.code for each in rows}) == 3
    assert Job.objects.get(key=issue.job_key).payload == {"issue": issue.pk}
    assert AuditEvent.objects.filter(action="certificate.issue").count() == 3
    assert waiting(certifiable()) == []
    clerk = city.titles[rows[0].designation.unit_id].unit.clerks.get()
    assert Notification.objects.filter(user=clerk, text__contains=rows[0].number).exists()


def test_what_is_issued_is_not_issued_again(city, issue):
    with pytest.raises(Refused, match="没有待发的证书，没有签发，也没有占用编号"):
        issue_for_batch(city.batch, address=ADDRESS, **city.leader)

    assert CertificateSeries.objects.get().last == 3


def test_only_the_naming_office_issues(city, cast):
    for stranger in (cast.east_officer, cast.province_officer, cast.clerk):
        with pytest.raises(Refused, match="由命名地区的审核人员签发"):
            issue_for_batch(city.batch, address=ADDRESS, actor=stranger, at=NOON)

    assert not Certificate.objects.exists() and not CertificateSeries.objects.exists()


def test_an_issue_that_is_rolled_back_uses_no_number(city):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        issue_for_batch(city.batch, address=ADDRESS, **city.leader)
        raise ZeroDivisionError

    issue = issue_for_batch(city.batch, address=ADDRESS, **city.leader)

    assert [each.position for each in issue.certificates.in_print_order()] == [1, 2, 3]


def test_the_number_follows_the_rule_of_the_batch(city):
    rule = city.batch.rule
    rule.number_format = "呼民团〔{年份}〕{批次}{类别}{序号}"
    rule.save()

    issue = issue_for_batch(city.batch, address=ADDRESS, **city.leader)

    assert sorted(each.number for each in issue.certificates.all()) == [
        "呼民团〔2026〕第七批嘎查村0001",
        "呼民团〔2026〕第七批学校0001",
        "呼民团〔2026〕第七批学校0002",
    ]


def test_a_title_that_has_ended_needs_no_certificate(city):
    title = next(iter(city.titles.values()))
    Designation.objects.filter(pk=title.pk).update(state="revoked")

    assert title.pk not in waiting(certifiable())
    assert len(waiting(certifiable())) == 2


def test_a_longer_term_is_a_new_paper_that_replaces_the_old(city, issue):
    title = _title(city, "示例甲村")
    old = title.certificates.get()
    signer = make.make_officer(city.cast.city, may_sign=True)
    on = NOON.date()

    extend_title(title, rule=city.batch.rule, actor=signer, at=NOON, on=on, document_no="示例9号")
    (row,) = wanted(certifiable())
    again = issue_for_batch(city.batch, address=ADDRESS, **city.leader)

    new, old = again.certificates.get(), Certificate.objects.get(pk=old.pk)
    assert (row.reason, row.current.pk) == ("renewed", old.pk)
    assert (new.position, new.supersedes, new.ends_on) == (4, old, title.ends_on)
    assert (new.document_no, new.text) == ("示例9号", "经复验合格，决定你单位继续保持第七批")
    assert new.closing.startswith("称号，有效期延长至二〇三六年")
    assert (old.state, new.state) == ("superseded", "valid")


def test_a_longer_term_has_no_paper_before_the_decision_that_says_so(client, city, issue):
    title, signer = _title(city, "示例甲村"), make.make_officer(city.cast.city, may_sign=True)
    dates = {"starts_on": date(2022, 1, 1), "named_year": 2022, "ends_on": date(2027, 1, 1)}
    Designation.objects.filter(pk=title.pk).update(**dates)
    for rule in HonourRule.objects.all():
        RuleIssuer.objects.create(rule=rule, body=city.decision.issuers.first().body, position=1)
    made = call(signer)
    turn = inspected(title, title.unit.clerks.get())
    pass_reverification(turn, on=TODAY, actor=signer, at=NOON)
    client.force_login(signer)

    assert wanted(certifiable()) == []
    assert [each.awaits for each in lacking(certifiable())] == ["等待续期决定"]
    page = client.get(reverse("awards:batch-certificates", args=[city.batch.pk])).content.decode()
    assert "等待续期决定" in page and "签发证书</button>" not in page
    assert "1 份等待续期决定" in client.get(reverse("awards:waiting")).content.decode()
    with pytest.raises(Refused, match="没有待发的证书"):
        issue_for_batch(city.batch, address=ADDRESS, **city.leader)

    papers = {"heading": "续期决定", "document_no": "示例续〔2026〕1号", "decided_on": TODAY}
    confirm_renewals(made, [turn], **papers, actor=signer, at=NOON)

    new = issue_for_batch(city.batch, address=ADDRESS, **city.leader).certificates.get()
    assert (new.document_no, new.dated_on, new.unit_name) == (
        "示例续〔2026〕1号",
        TODAY,
        "示例甲村",
    )


def test_a_corrected_name_is_a_new_paper_that_replaces_the_old(city, issue):
    title = _title(city, "示例甲村")
    papers = {"title": "更正", "document_no": "示例更1号", "decided_on": NOON.date(), "text": ""}
    made = draft_correction(city.decision, papers, **city.leader)
    line = {"effect": "correct", "unit": title.unit, "unit_name": "示例甲嘎查", "reason": "笔误"}
    add_line(made, line, **city.leader)
    apply_decision(made, **city.leader)

    again = issue_for_batch(city.batch, address=ADDRESS, **city.leader)

    new = again.certificates.get()
    assert (new.unit_name, new.get_reason_display()) == ("示例甲嘎查", "更正名称")
    assert new.supersedes.unit_name == "示例甲村"
    assert new.document_no == city.decision.document_no


def test_a_lost_paper_is_replaced_under_its_own_number(city, issue):
    old = issue.certificates.for_display().order_by("pk").first()
    told = {"reason": "lost", "note": "水浸损坏", "address": ADDRESS}

    new = reissue_certificate(old, **told, **city.leader)

    old.refresh_from_db()
    assert (new.number, new.edition, new.supersedes) == (old.number, 2, old)
    assert new.code != old.code and old.state == "superseded"
    assert CertificateSeries.objects.get().last == 3
    assert waiting(certifiable()) == []
    with pytest.raises(Refused, match="不能执行“换发”"):
        reissue_certificate(old, **told, **city.leader)


def test_a_renamed_unit_may_have_its_paper_changed_and_that_is_all(city, issue):
    old = issue.certificates.for_display().order_by("pk").first()
    told = {"reason": "renamed", "note": "更名", "address": ADDRESS}
    with pytest.raises(Refused, match="与证书相同，不需要换发"):
        reissue_certificate(old, **told, **city.leader)

    type(old.unit).objects.filter(pk=old.unit.pk).update(name="示例新名村")
    old = Certificate.objects.for_display().get(pk=old.pk)
    new = reissue_certificate(old, **told, **city.leader)

    assert (new.unit_name, new.number) == ("示例新名村", old.number)
    assert waiting(certifiable()) == []


def test_a_void_paper_keeps_its_number_used_and_its_title_wants_another(city, issue):
    paper = issue.certificates.for_display().order_by("pk").first()

    with pytest.raises(Refused, match="须填写说明"):
        void_certificate(paper, note=" ", **city.leader)
    with pytest.raises(Refused, match="不能执行“作废”"):
        void_certificate(paper, note="错", actor=city.cast.city_officer, at=NOON)
    void_certificate(paper, note="印错", **city.leader)
    again = issue_for_batch(city.batch, address=ADDRESS, **city.leader)

    new = again.certificates.get()
    assert (new.designation, new.position) == (paper.designation, 4)
    assert new.supersedes is None


def test_a_character_without_a_shape_is_refused_by_name(city, monkeypatch):
    real = fonts.known
    monkeypatch.setattr(fonts, "known", lambda style: real(style) - {ord("甲")})

    with pytest.raises(Refused, match="“示例甲村”的证书中“甲”（U\\+7532）没有字形"):
        issue_for_batch(city.batch, address=ADDRESS, **city.leader)

    assert not CertificateIssue.objects.exists() and not CertificateSeries.objects.exists()


def test_the_faces_of_the_machine_know_rare_names_and_not_everything():
    row = dict.fromkeys(printing.TEXTS, "")

    assert printing.missing_shapes([{**row, "unit_name": "示例㛃䶮𠮷村"}]) == []
    (told,) = printing.missing_shapes([{**row, "unit_name": "示例\U0003134a村"}])
    assert "U+3134A" in told


def test_without_a_serif_face_nothing_is_issued(city, monkeypatch):
    monkeypatch.setattr(fonts, "face", lambda style: None)
    fonts.known.cache_clear()

    with pytest.raises(Refused, match="服务器没有装宋体字库"):
        issue_for_batch(city.batch, address=ADDRESS, **city.leader)

    fonts.known.cache_clear()


def test_the_paper_says_what_the_row_says_and_its_code_leads_to_the_page(city, issue):
    count = printed(issue, city.leaders[0])

    for each in issue.certificates.select_related("pdf"):
        content = files.path_of(each.pdf.sha256).read_bytes()
        words = words_of(content)
        assert each.number in words and f"{each.unit_name}：" in words
        assert each.closing in words and "二〇二六年十一月二十二日" in words
        assert codes_on(content) == [f"{ADDRESS}/verify/{each.code}/"]
    issue.refresh_from_db()
    assert (count, issue.bundle.name, issue.print_file.name) == (
        3,
        "盟市级第七批证书.zip",
        "盟市级第七批证书（合订）.pdf",
    )


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done_or_done_twice(city, issue):
    class Killed(BaseException):
        pass

    def die(done, total):
        if done == 2:
            raise Killed

    with pytest.raises(Killed):
        print_rest(issue, at=NOON, owner=city.leaders[0], progress=die)
    first = dict(issue.certificates.exclude(pdf=None).values_list("pk", "pdf"))
    assert len(first) == 2

    assert printed(issue, city.leaders[0]) == 1
    after = dict(issue.certificates.values_list("pk", "pdf"))
    assert first.items() <= after.items() and None not in after.values()


def test_the_same_certificate_is_printed_to_the_same_bytes(city, issue, monkeypatch):
    row = issue.certificates.first()
    monkeypatch.undo()  # the faces are to be cut twice

    once, twice = (press_of(issue).print(row, row.issuers.all()) for _ in range(2))

    assert once == twice


@pytest.mark.django_db(transaction=True)
def test_two_offices_pressing_at_once_number_each_title_once(cast):
    load_templates(at=NOON)
    city = make_city(cast)
    apply_decision(draft(city), **city.leader)
    outcomes = []

    def press():
        try:
            outcomes.append(issue_for_batch(city.batch, address=ADDRESS, **city.leader).count)
        except Refused as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    [each.start() for each in threads]
    [each.join() for each in threads]

    assert outcomes.count(3) == 1
    assert sorted(Certificate.objects.values_list("position", flat=True)) == [1, 2, 3]
    assert CertificateSeries.objects.get().last == 3


def test_an_office_sees_what_it_has_to_print(city, cast):
    assert len(waiting(of_office(cast.city))) == 3
    assert waiting(of_office(cast.east)) == []


def test_reading_what_is_wanted_costs_the_same_for_one_title_and_for_many(
    city, django_assert_max_num_queries
):
    one = certifiable().filter(pk=_title(city, "示例甲村").pk)

    with django_assert_max_num_queries(7):
        assert len(wanted(one)) == 1
    with django_assert_max_num_queries(7):
        assert len(wanted(certifiable())) == 3


def _title(city, name):
    rows = Designation.objects.select_related("unit__region", "kind", "batch__region")
    return rows.get(batch=city.batch, unit__name=name)


def test_a_title_named_anew_gets_its_own_certificate(city, issue):
    title = _title(city, "示例甲村")
    assert title.certificates.count() == 1
    move_designation("succeed", title, **city.leader, on=NOON.date())

    assert waiting(certifiable()) == []
