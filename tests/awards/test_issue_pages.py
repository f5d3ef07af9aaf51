"""The pages of those who issue: what waits, one press of the button, the job, the files."""

import io
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from awards import fonts
from awards.models import Certificate, CertificateIssue
from awards.tasks import print_certificates
from portal.models import AuditEvent, Job
from tests.awards.conftest import printed
from units.models import Designation


@pytest.fixture
def leader(client, city):
    client.force_login(city.leaders[0])
    return client


def batch_url(city):
    return reverse("awards:batch-certificates", args=[city.batch.pk])


def press(client, city, **more):
    keys = [each.pk for each in city.titles.values()]
    url = reverse("awards:batch-issue", args=[city.batch.pk])
    return client.post(url, {"pk": keys, "form_key": "k" * 32, "sure": "1", **more})


@pytest.mark.parametrize("key", ["9" * 5000, "²", "-1"])
def test_ticks_that_are_no_keys_issue_nothing(leader, city, key):
    answers = [press(leader, city, pk=key), leader.post(reverse("awards:loose-issue"), {"pk": key})]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert not Certificate.objects.exists()


def test_from_the_batch_to_the_files(leader, city):
    assert "去签发" in leader.get(city.batch.get_absolute_url()).content.decode()
    body = leader.get(batch_url(city)).content.decode()
    assert "共 3 份" in body and "编号不再改变" in body

    answer = press(leader, city)
    issue = CertificateIssue.objects.get()
    assert answer.url == issue.get_absolute_url()
    assert press(leader, city).url == answer.url  # the same form once more
    assert Certificate.objects.count() == 3
    assert "已制成 0 / 3 份" in leader.get(answer.url).content.decode()

    print_certificates(job_id=Job.objects.get(key=issue.job_key).pk)
    body = leader.get(answer.url).content.decode()
    assert "已制成 3 / 3 份" in body and "下载全部（ZIP）" in body
    taken = leader.post(reverse("awards:issue-zip", args=[issue.pk]))
    names = zipfile.ZipFile(io.BytesIO(b"".join(taken.streaming_content))).namelist()
    assert len(names) == 3 and all(each.endswith(".pdf") for each in names)
    joined = leader.post(reverse("awards:issue-joined", args=[issue.pk]))
    assert b"".join(joined.streaming_content).startswith(b"%PDF")
    assert AuditEvent.objects.filter(action="certificateissue.download").count() == 2


def test_numbers_are_spent_only_after_what_will_happen_was_read(leader, city):
    (first, second, _) = city.titles.values()

    page = press(leader, city, pk=[first.pk, second.pk], sure=[]).content.decode()

    assert not Certificate.objects.exists()
    assert "签发 2 份证书" in page and "呼民委发〔2026〕31号" in page
    assert "民团证〔2026〕0001号" in page and "民团证〔2026〕0002号" in page
    assert "/verify/" in page and "确认签发" in page


def test_only_what_is_ticked_is_issued(leader, city):
    (first, *_) = city.titles.values()

    press(leader, city, pk=[first.pk])

    assert Certificate.objects.get().designation == first
    assert "共 2 份" in leader.get(batch_url(city)).content.decode()


def test_a_printing_that_was_stopped_is_gone_on_with(leader, city):
    press(leader, city)
    issue = CertificateIssue.objects.get()
    stop, again = (reverse(f"awards:issue-{each}", args=[issue.pk]) for each in ("cancel", "print"))

    leader.post(stop)
    stopped = leader.get(issue.get_absolute_url()).content.decode()
    leader.post(again)
    job = Job.objects.get(key=issue.job_key)
    print_certificates(job_id=job.pk)
    done = leader.post(again, follow=True).content.decode()

    assert "继续制作" in stopped and "编号不受影响" in stopped
    assert "已经制成，没有重新制作" in done
    assert Certificate.objects.filter(pdf=None).count() == 0


def test_a_loose_paper_is_replaced_and_a_wrong_one_voided(leader, city, issue):
    paper = issue.certificates.first()
    url = reverse("awards:certificate-reissue", args=[paper.pk])

    sent = {"reason": "lost", "note": "水浸", "form_key": "a" * 32}
    assert "请再次输入密码" in leader.post(url, sent).content.decode()

    answer = leader.post(url, {**sent, "step_up_password": "Portal-2026-x"})

    made = CertificateIssue.objects.order_by("-pk").first()
    assert answer.url == made.get_absolute_url() and made.count == 1
    body = leader.get(made.certificates.get().get_absolute_url()).content.decode()
    assert "这个称号的证书" in body and "第 2 份" in body


def test_no_face_is_read_while_the_form_holds_its_key(leader, city, monkeypatch):
    read, depths = fonts.Face.opened, []
    note = lambda face: depths.append(len(connection.savepoint_ids)) or read(face)
    monkeypatch.setattr(fonts.Face, "opened", note)
    fonts.known.cache_clear()
    outside = len(connection.savepoint_ids)

    press(leader, city)

    assert depths == [outside, outside]
    assert Certificate.objects.count() == 3


def test_the_office_hears_what_waits_and_the_address_of_the_codes(leader, city, settings):
    settings.PORTAL_ADDRESS = "https://mzt.example/"

    body = leader.get(reverse("awards:waiting")).content.decode()
    page = leader.get(batch_url(city)).content.decode()

    assert "待发 3 份" in body and "https://mzt.example/verify/" in page
    settings.PORTAL_ADDRESS = ""
    assert "手机打不开" in leader.get(batch_url(city), HTTP_HOST="127.0.0.1").content.decode()


def test_lists_cost_the_same_for_one_paper_and_for_three(leader, city, issue):
    printed(issue, city.leaders[0])
    urls = (reverse("awards:certificates"), batch_url(city), issue.get_absolute_url())
    many = [cost(leader, url) for url in urls]
    Certificate.objects.exclude(pk=issue.certificates.first().pk).update(issue=issue, state="void")
    Designation.objects.exclude(pk=issue.certificates.first().designation_id).update(state="voided")

    assert max(many) <= 24
    assert many == [cost(leader, url) for url in urls]


def test_a_batch_issued_in_three_parts_costs_no_more_than_in_one(leader, city, issue):
    printed(issue, city.leaders[0])
    one = cost(leader, batch_url(city))
    papers = list(issue.certificates.in_print_order())
    for each in papers[1:]:
        Certificate.objects.filter(pk=each.pk).update(issue=_apart(issue))

    assert cost(leader, batch_url(city)) == one
    body = leader.get(batch_url(city)).content.decode()
    assert body.count('data-l="已制成">1<') == 3


def _apart(issue):
    """Another issue of the same batch."""
    copied = CertificateIssue.objects.get(pk=issue.pk)
    copied.pk = None
    copied.save()
    return copied


def cost(client, url):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_the_list_is_searched_by_number_and_by_unit(leader, city, issue):
    url = reverse("awards:certificates")
    paper = issue.certificates.get(position=2)

    by_number = leader.get(url, {"q": "〔2026〕0002"}).content.decode()
    by_unit = leader.get(url, {"q": paper.unit_name}).content.decode()

    assert by_number.count("民团证〔2026〕") >= 1 and "0001号" not in by_number
    assert paper.number in by_unit and "0001号" not in by_unit
